package resolvers_test

import (
	"strings"
	"testing"

	"kabinet/domain"
)

const claim = `mutation($code:String!){referralClaim(input:{code:$code}){referral{canClaim invitedBy{name state}}
	userErrors{__typename code message field ...on ReferralRefusedError{reason}}}}`

func (a *api) code(t *testing.T, token string) string {
	t.Helper()
	return a.ask(t, token, `{viewer{customer{referral{code}}}}`).at("viewer.customer.referral.code")
}

// admin is the manager with more to say.
func (a *api) admin(t *testing.T) string {
	t.Helper()
	access, err := authenticate(t.Context(), a.manager)
	must(t, err)
	access.Viewer.Role = domain.Admin
	return token(access.Viewer)
}

func TestReferral_FromLinkToReward(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	mine := a.ask(t, a.anna, `{viewer{customer{referral{code link qrSvg ru:shareText(language:"ru") en:shareText canClaim showName
		tariff{levels invitedPoints} stats{people byLevel{level}} invitedBy{name} tree{level} children{nodes{id}} earnings{nodes{points}}}}}}`)
	code := mine.at("viewer.customer.referral.code")
	mine.want("viewer.customer.referral.link", "https://cabinet.example.com/i/"+code, "viewer.customer.referral.canClaim", "true",
		"viewer.customer.referral.tariff.levels", `["5"]`, "viewer.customer.referral.stats.byLevel", "[]", "viewer.customer.referral.invitedBy", "null")
	if svg := mine.at("viewer.customer.referral.qrSvg"); !strings.HasPrefix(svg, "<svg ") {
		t.Errorf("the code is drawn as %.40q", svg)
	}
	for _, text := range []string{mine.at("viewer.customer.referral.ru"), mine.at("viewer.customer.referral.en")} {
		if !strings.Contains(text, code) || !strings.Contains(text, "300") {
			t.Errorf("share text is %q", text)
		}
	}
	typed := strings.ToLower(code[:4] + " - " + code[4:])
	a.ask(t, a.boris, claim, "code", typed).want("referralClaim.userErrors", "[]", "referralClaim.referral.canClaim", "false",
		"referralClaim.referral.invitedBy.name", "И.", "referralClaim.referral.invitedBy.state", "ACTIVE")
	order, _ := a.place(t, a.boris, "o1")
	a.complete(t, order)
	got := a.ask(t, a.anna, `{viewer{customer{wallet{pending entries{nodes{cause order{id}}} waysToEarn{text percent}} referral{
		stats{people active orders points byLevel{level people active orders points}}
		children(orderBy:POINTS){nodes{id name orders points active people flags customer{id} inviter{id}}}
		tree(depth:3){level parentId person{name} hidden} earnings{nodes{kind level points state from{name}}}}}}}`)
	got.want("viewer.customer.wallet.pending", "35", "viewer.customer.wallet.entries.nodes.0.cause", "REFERRAL_EARNED",
		"viewer.customer.wallet.entries.nodes.0.order", "null", "viewer.customer.wallet.waysToEarn.1.percent", "5",
		"viewer.customer.referral.stats.byLevel", `[{"active":1,"level":1,"orders":1,"people":1,"points":35}]`,
		"viewer.customer.referral.children.nodes.0.points", "35", "viewer.customer.referral.children.nodes.0.customer", "null",
		"viewer.customer.referral.tree.0.level", "1", "viewer.customer.referral.earnings.nodes.0.from.name", "И.",
		"viewer.customer.referral.earnings.nodes.0.state", "PENDING")
	id := got.at("viewer.customer.referral.children.nodes.0.id")
	node := `query($id:ID!){node(id:$id){...on ReferralPerson{name orders}}}`
	a.ask(t, a.anna, node, "id", id).want("node.orders", "1")
	a.ask(t, a.boris, node, "id", id).want("node", "null")
	a.ask(t, a.boris, `{viewer{customer{wallet{pending} referral{earnings{nodes{kind level points from{name}}}}}}}`).want(
		"viewer.customer.wallet.pending", "335", "viewer.customer.referral.earnings.nodes.0.kind", "FIRST_ORDER",
		"viewer.customer.referral.earnings.nodes.0.from", "null")
	a.ask(t, a.manager, `{desk{topInviters{nodes{customer{email} people points}} referralTariffs{version}}}`).want(
		"desk.topInviters.nodes.0.customer.email", "anna@example.com", "desk.topInviters.nodes.0.points", "35", "desk.referralTariffs.0.version", "1")
}

func TestReferralClaim_RefusalsAreTyped(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	for code, reason := range map[string]string{a.code(t, a.anna): "SELF", "ABCDEFGH": "UNKNOWN_CODE", "x": "UNKNOWN_CODE"} {
		a.ask(t, a.anna, claim, "code", code).want("referralClaim.userErrors.0.__typename", "ReferralRefusedError",
			"referralClaim.userErrors.0.reason", reason, "referralClaim.userErrors.0.code", "REFERRAL_REFUSED", "referralClaim.referral", "null")
	}
	a.ask(t, "", claim, "code", "ABCDEFGH").wantCode("UNAUTHENTICATED")
	a.ask(t, a.manager, claim, "code", "ABCDEFGH").wantCode("FORBIDDEN")
}

func TestReferralDecide_IsForManagersAndShowsBothNames(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.ask(t, a.boris, claim, "code", a.code(t, a.anna)).want("referralClaim.userErrors", "[]")
	const decide = `mutation($id:ID!,$d:ReferralDecision!){referralDecide(input:{customerId:$id,decision:$d,reason:"looked at it"}){
		person{state flags name inviter{email} customer{email}} userErrors{code field}}}`
	boris := a.ask(t, a.boris, `{viewer{customer{id}}}`).at("viewer.customer.id")
	a.ask(t, a.anna, decide, "id", boris, "d", "FLAG").wantCode("FORBIDDEN")
	a.ask(t, a.manager, decide, "id", boris, "d", "VOID").want("referralDecide.userErrors.0.code", "INVALID")
	a.ask(t, a.manager, decide, "id", boris, "d", "FLAG").want("referralDecide.person.state", "FLAGGED", "referralDecide.person.flags", `["MANUAL"]`,
		"referralDecide.person.name", "Имя", "referralDecide.person.inviter.email", "anna@example.com")
	a.ask(t, a.manager, `{desk{flaggedReferrals{nodes{customer{email}}} referral(customerId:"`+boris+`"){invitedBy{state reason}}}}`).want(
		"desk.flaggedReferrals.nodes.0.customer.email", "boris@example.com", "desk.referral.invitedBy.reason", "looked at it")
	a.ask(t, a.manager, decide, "id", boris, "d", "VOID").want("referralDecide.person.state", "VOIDED")
	a.ask(t, a.manager, decide, "id", domain.GID{Kind: "Customer", N: 999}.String(), "d", "VOID").want("referralDecide.userErrors.0.code", "NOT_FOUND")
}

func TestReferralTariffSet_ChecksAndVersions(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const set = `mutation($levels:[Decimal!]!,$points:Int){referralTariffSet(input:{levels:$levels,invitedPoints:0,inviterPoints:40,capPerInvited:$points}){
		tariff{version open levels inviterPoints capPerInvited} userErrors{code field}}}`
	a.ask(t, a.anna, set, "levels", []string{"5"}).wantCode("FORBIDDEN")
	a.ask(t, a.manager, set, "levels", []string{"5"}).wantCode("FORBIDDEN")
	admin := a.admin(t)
	a.ask(t, admin, set, "levels", []string{"50.01", "1"}).want("referralTariffSet.userErrors.0.code", "TOO_LARGE")
	a.ask(t, admin, set, "levels", []string{}, "points", 0).want("referralTariffSet.userErrors.0.code", "REQUIRED", "referralTariffSet.userErrors.1.code", "TOO_SMALL")
	a.ask(t, admin, set, "levels", []string{"5", "2.5"}, "points", 900).want("referralTariffSet.tariff.version", "2",
		"referralTariffSet.tariff.levels", `["5","2.5"]`, "referralTariffSet.tariff.capPerInvited", "900")
	a.ask(t, a.anna, `{viewer{customer{wallet{waysToEarn{text}}}}}`).want("viewer.customer.wallet.waysToEarn.2.text", "2.5 % of the purchases on level 2 of your tree",
		"viewer.customer.wallet.waysToEarn.3.text", "For the first purchase of a friend: 40\u00a0points")
}

func TestReferralUpdate_ShowsAsMuchOfTheNameAsItsOwnerWants(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.ask(t, a.boris, claim, "code", a.code(t, a.anna)).want("referralClaim.userErrors", "[]")
	for choice, shown := range map[string]string{"HIDDEN": "null", "INITIALS": "И.", "FIRST_NAME": "Имя", "FULL_NAME": "Имя"} {
		a.ask(t, a.boris, `mutation($n:ReferralName!){referralUpdate(input:{showName:$n}){referral{showName} userErrors{code}}}`, "n", choice).want(
			"referralUpdate.referral.showName", choice)
		a.ask(t, a.anna, `{viewer{customer{referral{children{nodes{name}}}}}}`).want("viewer.customer.referral.children.nodes.0.name", shown)
	}
}

func TestWallet_StatementAndLiability(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	order, _ := a.place(t, a.anna, "o1")
	a.complete(t, order)
	a.ask(t, a.anna, `{business{pointsProgram{noticeDays}} viewer{customer{wallet{statement(from:"2020-01-01T00:00:00Z",to:"2024-01-01T00:00:00Z"){
		opening{pending} closing{pending} totals{cause} entries{nodes{points}}}}}}}`).want("business.pointsProgram.noticeDays", "14",
		"viewer.customer.wallet.statement.closing.pending", "0", "viewer.customer.wallet.statement.totals", "[]")
	a.ask(t, a.anna, `{viewer{customer{wallet{statement(from:"2024-01-01T00:00:00Z",to:"2028-01-01T00:00:00Z"){
		opening{pending} closing{pending} totals{cause points} entries{nodes{points cause}}}}}}}`).want(
		"viewer.customer.wallet.statement.opening.pending", "0", "viewer.customer.wallet.statement.closing.pending", "35",
		"viewer.customer.wallet.statement.totals.0.points", "35", "viewer.customer.wallet.statement.entries.nodes.0.cause", "ORDER_EARNED")
	a.ask(t, a.anna, `{viewer{customer{wallet{statement(from:"2024-01-01T00:00:00Z",to:"2020-01-01T00:00:00Z"){from}}}}}`).wantCode("INVALID")
	a.ask(t, a.manager, `{desk{pointsLiability{owed worth{amount} pending issued redeemed expiring{month points}}}}`).want(
		"desk.pointsLiability.owed", "35", "desk.pointsLiability.worth.amount", "35.00", "desk.pointsLiability.issued", "35", "desk.pointsLiability.expiring", "[]")
	a.ask(t, a.anna, `{desk{pointsLiability{owed}}}`).wantCode("FORBIDDEN")
}
