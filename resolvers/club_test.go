package resolvers_test

import (
	"encoding/json"
	"testing"

	"kabinet/domain"
)

const clubCreate = `mutation($in:ClubCreateInput!){clubCreate(input:$in){club{id version} userErrors{code field}}}`

func (a *api) club(t *testing.T, input string) string {
	t.Helper()
	var in map[string]any
	must(t, json.Unmarshal([]byte(input), &in))
	return a.ask(t, a.manager, clubCreate, "in", in).want("clubCreate.userErrors", "[]").at("clubCreate.club.id")
}

func customerID(t *testing.T, token string) string {
	t.Helper()
	var v domain.Viewer
	must(t, json.Unmarshal([]byte(token), &v))
	return domain.GID{Kind: "Customer", N: v.CustomerID}.String()
}

const (
	join   = `mutation($id:ID!){clubJoin(input:{clubId:$id}){membership{state club{membersCount}} userErrors{__typename code message ...on ClubSpendError{more{amount} by}}}}`
	decide = `mutation($club:ID!,$who:ID!,$do:MemberAction!,$why:String){clubMemberDecide(input:{clubId:$club,customerId:$who,action:$do,reason:$why}){
		membership{state name reason} userErrors{code field}}}`
	preview = `query($v:ID!){orderPreview(input:{lines:[{variantId:$v,quantity:1}]}){total{amount} pointsToEarn lines{priceName unitPrice{amount}}}}`
)

func TestClub_GivesItsMembersTheirPriceByName(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.club(t, `{"idempotencyKey":"k","slug":"spa","name":{"ru":"Спа-клуб","en":"Spa club"},"entry":"OPEN",
		"privileges":{"prices":[{"percent":"12.5","categoryId":"`+domain.GID{Kind: "Category", N: a.category}.String()+`"}],"pointsPercent":300,"support":"VIP","earlyBookingHours":48}}`)
	club := a.ask(t, a.anna, `{club(slug:"spa"){id name rules membership{state} membersCount privileges{prices{percent category{slug}} support}}}`).want(
		"club.membership", "null", "club.privileges.prices.0.percent", "12.5", "club.privileges.prices.0.category.slug", "spa",
		"club.rules", `["Everybody may join.","12.5% off “Spa”.","Points for an order: ×3.","Support answers you first.","Booking opens earlier by 48`+"\u00a0"+`hours."]`).at("club.id")
	a.ask(t, a.anna, preview, "v", a.massage.String()).want("orderPreview.total.amount", "2000.00", "orderPreview.lines.0.priceName", "null")
	a.ask(t, a.anna, join, "id", club).want("clubJoin.membership.state", "MEMBER", "clubJoin.membership.club.membersCount", "1")
	a.ask(t, a.anna, join, "id", club).want("clubJoin.membership.state", "MEMBER", "clubJoin.membership.club.membersCount", "1")
	a.ask(t, a.anna, preview, "v", a.massage.String()).want("orderPreview.total.amount", "1750.00", "orderPreview.lines.0.priceName", "Spa club",
		"orderPreview.lines.0.unitPrice.amount", "1750.00", "orderPreview.pointsToEarn", "262")
	a.ask(t, a.boris, preview, "v", a.massage.String()).want("orderPreview.total.amount", "2000.00")
	a.ask(t, a.anna, place, "key", "1", "v", a.massage.String(), "n", 1).want("orderPlace.order.total.amount", "1750.00")
	a.ask(t, a.anna, `{viewer{customer{privileges{pointsPercent support earlyBookingHours} memberships{club{slug} state} orders{nodes{lines{priceName}}}}}}`).want(
		"viewer.customer.privileges.support", "VIP", "viewer.customer.privileges.pointsPercent", "300", "viewer.customer.memberships.0.club.slug", "spa",
		"viewer.customer.orders.nodes.0.lines.0.priceName", "Spa club")
	a.ask(t, "", `{clubs{id}}`).wantCode("UNAUTHENTICATED")
	a.ask(t, a.anna, clubCreate, "in", map[string]any{"idempotencyKey": "x", "slug": "x", "name": map[string]any{"en": "X"}, "entry": "OPEN"}).wantCode("FORBIDDEN")
}

func TestClub_RequestsInvitesBansAndModerators(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	club := a.club(t, `{"idempotencyKey":"k","slug":"quiet","name":{"en":"Quiet"},"entry":"BY_REQUEST"}`)
	anna, boris := customerID(t, a.anna), customerID(t, a.boris)
	a.ask(t, a.anna, join, "id", club).want("clubJoin.membership.state", "REQUESTED", "clubJoin.membership.club.membersCount", "0")
	a.ask(t, a.boris, decide, "club", club, "who", anna, "do", "APPROVE").wantCode("NOT_FOUND")
	a.ask(t, a.manager, decide, "club", club, "who", anna, "do", "APPROVE").want("clubMemberDecide.membership.state", "MEMBER")
	a.ask(t, a.manager, `mutation($c:ID!,$w:ID!){clubModeratorSet(input:{clubId:$c,customerId:$w,moderator:true}){membership{moderator} userErrors{code}}}`,
		"c", club, "w", anna).want("clubModeratorSet.membership.moderator", "true")
	a.ask(t, a.boris, join, "id", club).want("clubJoin.membership.state", "REQUESTED")
	const members = `query($id:ID!){club(id:$id){members(state:REQUESTED){nodes{name customerId customer{email}}}}}`
	a.ask(t, a.anna, members, "id", club).want("club.members.nodes.0.customerId", boris, "club.members.nodes.0.customer", "null")
	a.ask(t, a.boris, members, "id", club).want("club.members.nodes", "[]")
	a.ask(t, a.anna, decide, "club", club, "who", boris, "do", "APPROVE").want("clubMemberDecide.membership.state", "MEMBER")
	a.ask(t, a.anna, decide, "club", club, "who", boris, "do", "BAN").want("clubMemberDecide.userErrors.0.code", "REQUIRED")
	a.ask(t, a.anna, decide, "club", club, "who", boris, "do", "BAN", "why", "spam").want("clubMemberDecide.membership.state", "BANNED", "clubMemberDecide.membership.reason", "spam")
	a.ask(t, a.boris, join, "id", club).want("clubJoin.membership", "null", "clubJoin.userErrors.0.code", "CLUB_BANNED")
	a.ask(t, a.boris, decide, "club", club, "who", boris, "do", "UNBAN").wantCode("NOT_FOUND")

	secret := a.club(t, `{"idempotencyKey":"s","slug":"secret","name":{"en":"Secret"},"entry":"BY_INVITE"}`)
	a.ask(t, a.anna, `{clubs{slug}}`).want("clubs", `[{"slug":"quiet"}]`)
	a.ask(t, a.anna, `query($id:ID!){node(id:$id){id}}`, "id", secret).want("node", "null")
	a.ask(t, a.anna, join, "id", secret).wantCode("NOT_FOUND")
	a.ask(t, a.manager, decide, "club", secret, "who", anna, "do", "INVITE").want("clubMemberDecide.membership.state", "INVITED")
	a.ask(t, a.anna, join, "id", secret).want("clubJoin.membership.state", "MEMBER")
}

func TestClubBySpend_SaysWhatIsMissingAndLetsInWithTheOrder(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	club := a.club(t, `{"idempotencyKey":"k","slug":"gold","name":{"ru":"Золото","en":"Gold"},"entry":"BY_SPEND","spend":{"amount":"1000","periodDays":90,"graceDays":14}}`)
	const progress = `query($id:ID!){club(id:$id){rules membership{state} progress{reached net{amount} more{amount} by text}}}`
	a.ask(t, a.anna, progress, "id", club).want("club.progress.reached", "false", "club.progress.more.amount", "1000.00", "club.progress.by", "null",
		"club.progress.text", "Spend RUB\u00a01,000 more to enter.", "club.rules.0", "You enter by spending RUB\u00a01,000 within 90\u00a0days.")
	id, _ := a.place(t, a.anna, "1")
	a.complete(t, id)
	a.ask(t, a.anna, join, "id", club).want("clubJoin.userErrors.0.__typename", "ClubSpendError", "clubJoin.userErrors.0.more.amount", "299.00")
	second, _ := a.place(t, a.anna, "2")
	a.complete(t, second)
	a.ask(t, a.anna, progress, "id", club).want("club.membership.state", "MEMBER", "club.progress.net.amount", "1402.00")
	a.ask(t, a.manager, `mutation($id:ID!){orderRefund(input:{idempotencyKey:"r",orderId:$id,reason:"broken"}){order{status} userErrors{message}}}`, "id", second).
		want("orderRefund.order.status", "REFUNDED")
	got := a.ask(t, a.anna, `query($id:ID!){club(id:$id){membership{state graceUntil} progress{more{amount} by}}}`, "id", club).want(
		"club.membership.state", "MEMBER", "club.progress.more.amount", "299.00")
	if got.at("club.membership.graceUntil") != got.at("club.progress.by") {
		t.Errorf("grace and date differ in %s", got.text)
	}
	_, err := a.st.LineUpEvents(t.Context())
	must(t, err)
	a.ask(t, a.anna, `{events(first:100){nodes{kind ...on MembershipEvent{membership{club{slug}}}}}}`).want("events.nodes.12.kind", "CLUB_ENTERED")
	a.ask(t, a.manager, `{desk{spendBands(bounds:["500","1000"]){from to customers net}}}`).want("desk.spendBands.2.customers", "1",
		"desk.spendBands.2.from", "500.00", "desk.spendBands.2.net", "701.00", "desk.spendBands.0.to", "0.00", "desk.spendBands.3.to", "null")
	a.ask(t, a.manager, `{desk{spendBands(bounds:["1000","500"]){customers}}}`).wantCode("INVALID")
	a.ask(t, a.anna, `{desk{spendBands(bounds:["1000"]){customers}}}`).wantCode("FORBIDDEN")
}

func TestClubOffer_IsForMembersAndEndsWithATypedRefusal(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	club := a.club(t, `{"idempotencyKey":"k","slug":"spa","name":{"ru":"Спа","en":"Spa"},"entry":"OPEN"}`)
	const create = `mutation($c:ID!,$v:ID!,$ends:DateTime!){clubOfferCreate(input:{idempotencyKey:"o",clubId:$c,name:{ru:"Неделя",en:"Week"},price:{variantId:$v,percent:"25"},
		endsAt:$ends,perCustomer:2}){offer{id left price{percent}} userErrors{code field}}}`
	a.ask(t, a.manager, create, "c", club, "v", a.massage.String(), "ends", "2000-01-01T00:00:00Z").want("clubOfferCreate.userErrors.0.field", `["endsAt"]`)
	ends := a.clock.Now().AddDate(0, 0, 7).Format("2006-01-02T15:04:05Z07:00")
	offer := a.ask(t, a.manager, create, "c", club, "v", a.massage.String(), "ends", ends).want("clubOfferCreate.offer.left", "2").at("clubOfferCreate.offer.id")
	const offers = `query($id:ID!){club(id:$id){offers{name left}}}`
	a.ask(t, a.anna, offers, "id", club).want("club.offers", "[]")
	a.ask(t, a.anna, join, "id", club).want("clubJoin.membership.state", "MEMBER")
	a.ask(t, a.anna, offers, "id", club).want("club.offers.0.name", "Week", "club.offers.0.left", "2")
	a.ask(t, a.anna, preview, "v", a.massage.String()).want("orderPreview.total.amount", "1500.00", "orderPreview.lines.0.priceName", "Week")
	const expecting = `mutation($key:ID!,$v:ID!,$total:Decimal!){orderPlace(input:{idempotencyKey:$key,lines:[{variantId:$v,quantity:1}],expectedTotal:$total}){
		order{total{amount}} userErrors{__typename code field ...on PriceChangedError{current{amount}}}}}`
	a.ask(t, a.anna, expecting, "key", "1", "v", a.massage.String(), "total", "1500").want("orderPlace.order.total.amount", "1500.00")
	a.ask(t, a.anna, offers, "id", club).want("club.offers.0.left", "1")
	a.ask(t, a.manager, `mutation($id:ID!){clubOfferEnd(input:{offerId:$id}){userErrors{code}}}`, "id", offer).want("clubOfferEnd.userErrors", "[]")
	a.ask(t, a.anna, expecting, "key", "2", "v", a.massage.String(), "total", "1500").want("orderPlace.order", "null",
		"orderPlace.userErrors.0.__typename", "PriceChangedError", "orderPlace.userErrors.0.current.amount", "2000.00")
	a.ask(t, a.anna, create, "c", club, "v", a.massage.String(), "ends", ends).wantCode("FORBIDDEN")
}
