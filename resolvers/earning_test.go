package resolvers_test

import (
	"testing"
	"time"

	"kabinet/domain"
)

func TestEarningRule_IsPreviewedSetAndRetired(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	admin := a.admin(t)
	order, _ := a.place(t, a.anna, "o1") // pays 701.00
	a.complete(t, order)
	a.clock.Add(time.Hour)
	a.ask(t, a.manager, `{desk{earningRulePreview(percent:"10",from:"2020-01-01T00:00:00Z",to:"2030-01-01T00:00:00Z"){orders paid{amount} wouldEarn didEarn}}}`).want(
		"desk.earningRulePreview.orders", "1", "desk.earningRulePreview.paid.amount", "701.00", "desk.earningRulePreview.wouldEarn", "70", "desk.earningRulePreview.didEarn", "35")
	a.ask(t, a.manager, `{desk{earningRulePreview(percent:"0",from:"2020-01-01T00:00:00Z",to:"2030-01-01T00:00:00Z"){orders}}}`).wantCode("INVALID")

	const set = `mutation($p:Decimal!,$at:DateTime){earningRuleSet(input:{idempotencyKey:"k",percent:$p,startsAt:$at}){rule{id version name percent endsAt} userErrors{code field}}}`
	a.ask(t, a.manager, set, "p", "10").wantCode("FORBIDDEN")
	a.ask(t, admin, set, "p", "100.01").want("earningRuleSet.userErrors.0.code", "TOO_LARGE", "earningRuleSet.rule", "null")
	a.ask(t, admin, set, "p", "10", "at", "2020-01-01T00:00:00Z").want("earningRuleSet.userErrors.0.code", "INVALID")
	var rule string
	for range 2 { // repeating is safe
		got := a.ask(t, admin, set, "p", "10").want("earningRuleSet.rule.version", "2", "earningRuleSet.rule.percent", "10", "earningRuleSet.rule.endsAt", "null",
			"earningRuleSet.rule.name", "10 % of the paid amount of each order")
		rule = got.at("earningRuleSet.rule.id")
	}
	a.clock.Add(time.Hour)
	if got := a.ask(t, a.anna, place, "key", "o2", "v", a.massage.String(), "n", 1); got.at("orderPlace.order.pointsToEarn") != "200" {
		t.Errorf("the new rule earns %s", got.at("orderPlace.order.pointsToEarn"))
	}
	a.ask(t, a.anna, `{viewer{customer{wallet{pending waysToEarn{percent}}}}}`).want("viewer.customer.wallet.pending", "35", "viewer.customer.wallet.waysToEarn.0.percent", "10")
	a.ask(t, admin, `{desk{earningRules{version percent startsAt}}}`).want("desk.earningRules.0.version", "2", "desk.earningRules.1.startsAt", "null")

	const retire = `mutation($id:ID!){earningRuleRetire(input:{ruleId:$id}){rule{endsAt} userErrors{code}}}`
	a.ask(t, admin, retire, "id", rule).want("earningRuleRetire.userErrors", "[]")
	a.clock.Add(time.Hour)
	a.ask(t, admin, retire, "id", rule).want("earningRuleRetire.userErrors.0.code", "NOT_FOUND")
	if got := a.ask(t, a.anna, place, "key", "o3", "v", a.massage.String(), "n", 1); got.at("orderPlace.order.pointsToEarn") != "0" {
		t.Errorf("a retired rule earns %s", got.at("orderPlace.order.pointsToEarn"))
	}
	a.ask(t, admin, `query($id:ID!){node(id:$id){...on EarningRule{version}}}`, "id", rule).want("node.version", "2")
	a.ask(t, a.anna, `query($id:ID!){node(id:$id){...on EarningRule{version}}}`, "id", rule).want("node", "null")
}

func TestEarning_EventsReviewsAndGrantsForEachRole(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	admin := a.admin(t)
	const set = `mutation($key:ID!,$kind:EarningKind!,$percent:Decimal,$points:Int,$c:ID){earningRuleSet(input:{idempotencyKey:$key,kind:$kind,percent:$percent,points:$points,categoryId:$c}){
		rule{kind name percent points category{slug}} userErrors{code field message}}}`
	spa := domain.GID{Kind: "Category", N: a.category}.String()
	a.ask(t, a.manager, set, "key", "1", "kind", "REVIEW", "points", 50).wantCode("FORBIDDEN")
	a.ask(t, admin, set, "key", "1", "kind", "CATEGORY", "percent", "7", "c", spa).want("earningRuleSet.rule.name", "7 % of what you pay for “Spa”",
		"earningRuleSet.rule.category.slug", "spa", "earningRuleSet.rule.points", "null")
	a.ask(t, admin, set, "key", "2", "kind", "CATEGORY", "percent", "7").want("earningRuleSet.userErrors.0.code", "REQUIRED", "earningRuleSet.userErrors.0.field", `["categoryId"]`)
	a.ask(t, admin, set, "key", "3", "kind", "REVIEW", "percent", "7").want("earningRuleSet.userErrors.0.code", "TOO_SMALL", "earningRuleSet.userErrors.1.code", "INVALID")
	a.ask(t, admin, set, "key", "4", "kind", "CAMPAIGN", "points", 5).want("earningRuleSet.userErrors.0.code", "INVALID")
	a.ask(t, admin, set, "key", "5", "kind", "REVIEW", "points", 50).want("earningRuleSet.rule.points", "50", "earningRuleSet.rule.percent", "0")
	a.ask(t, admin, set, "key", "6", "kind", "BIRTHDAY", "points", 300).want("earningRuleSet.userErrors", "[]")
	a.ask(t, admin, `{desk{earningRules{kind} earningRulePreview(kind:CATEGORY,categoryId:"`+spa+`",percent:"7",from:"2020-01-01T00:00:00Z",to:"2030-01-01T00:00:00Z"){wouldAdd}}}`).
		want("desk.earningRules.0.kind", "BIRTHDAY", "desk.earningRulePreview.wouldAdd", "0")

	product := a.ask(t, "", `{product(slug:"honey"){id rating{count average}}}`).want("product.rating.count", "0", "product.rating.average", "null").at("product.id")
	const write = `mutation($key:ID!,$p:ID!,$n:Int!){reviewCreate(input:{idempotencyKey:$key,productId:$p,rating:$n,text:" Good <b>honey</b> "}){
		review{id author mine text rating product{slug}} userErrors{code message}}}`
	order, _ := a.place(t, a.anna, "o")
	a.ask(t, a.anna, write, "key", "r", "p", product, "n", 4).want("reviewCreate.userErrors.0.code", "NOT_FOUND") // not received yet
	a.complete(t, order)
	a.ask(t, a.anna, `{viewer{customer{orders{nodes{lines{earnsBy pointsToEarn}}}}}}`).want("viewer.customer.orders.nodes.0.lines.0.earnsBy", "7 % of what you pay for “Spa”",
		"viewer.customer.orders.nodes.0.lines.0.pointsToEarn", "49")
	const ways = `{viewer{customer{productsToReview{slug} wallet{active waysToEarn{kind text percent points}}}}}`
	a.ask(t, a.anna, ways).want("viewer.customer.productsToReview.0.slug", "honey", "viewer.customer.wallet.waysToEarn.0.text",
		"For your birthday: 300\u00a0points. Add your birthday to your profile.", "viewer.customer.wallet.waysToEarn.0.points", "300",
		"viewer.customer.wallet.waysToEarn.1.text", "For a review of a purchase: 50\u00a0points. Waiting for your review: 1\u00a0purchase.")
	a.ask(t, a.anna, write, "key", "r", "p", product, "n", 6).want("reviewCreate.userErrors.0.code", "TOO_LARGE")
	a.ask(t, a.boris, write, "key", "r", "p", product, "n", 1).want("reviewCreate.userErrors.0.code", "NOT_FOUND")
	a.ask(t, a.manager, write, "key", "r", "p", product, "n", 1).wantCode("FORBIDDEN")
	var review string
	for range 2 {
		review = a.ask(t, a.anna, write, "key", "r", "p", product, "n", 4).want("reviewCreate.review.text", "Good <b>honey</b>", "reviewCreate.review.mine", "true",
			"reviewCreate.review.author", "Имя").at("reviewCreate.review.id")
	}
	a.ask(t, a.anna, write, "key", "again", "p", product, "n", 5).want("reviewCreate.userErrors.0.code", "ALREADY_EXISTS")
	a.ask(t, a.anna, ways).want("viewer.customer.productsToReview", "[]", "viewer.customer.wallet.active", "50")
	a.ask(t, a.anna, `{events(first:100){nodes{kind ...on WalletEvent{balance{active}}}} viewer{customer{wallet{entries{nodes{cause rule}}}}}}`).
		want("viewer.customer.wallet.entries.nodes.0.cause", "AWARDED", "viewer.customer.wallet.entries.nodes.0.rule", "Earned: For a review of a purchase")

	const edit = `mutation($r:ID!){reviewEdit(input:{reviewId:$r,rating:2}){review{rating editedAt} userErrors{code}}}`
	a.ask(t, a.boris, edit, "r", review).wantCode("NOT_FOUND")
	a.ask(t, a.anna, edit, "r", review).want("reviewEdit.review.rating", "2")
	const read = `{product(slug:"honey"){rating{count average} reviews{nodes{id text hiddenReason}} ownReview{hiddenReason}}}`
	a.ask(t, "", read).want("product.rating.average", "2.0", "product.rating.count", "1", "product.reviews.nodes.0.id", review, "product.ownReview", "null")
	const hide = `mutation($r:ID!,$hidden:Boolean!,$why:String!){reviewHide(input:{reviewId:$r,hidden:$hidden,reason:$why,takePointsBack:true}){review{hiddenReason} userErrors{code}}}`
	a.ask(t, a.boris, hide, "r", review, "hidden", true, "why", "spam").wantCode("FORBIDDEN")
	a.ask(t, a.manager, hide, "r", review, "hidden", true, "why", "").want("reviewHide.userErrors.0.code", "REQUIRED")
	a.ask(t, a.manager, hide, "r", review, "hidden", true, "why", "spam").want("reviewHide.review.hiddenReason", "spam")
	a.ask(t, "", read).want("product.rating.count", "0", "product.reviews.nodes", "[]")
	a.ask(t, a.anna, read).want("product.ownReview.hiddenReason", "spam")
	a.ask(t, a.boris, `{node(id:"`+review+`"){id}}`).want("node", "null")
	a.ask(t, a.anna, ways).want("viewer.customer.wallet.active", "0")
	a.ask(t, a.manager, hide, "r", review, "hidden", false, "why", "").want("reviewHide.review.hiddenReason", "null")
	a.ask(t, a.manager, `{desk{reviews{nodes{id rating}}} product(slug:"honey"){rating{average}}}`).want("desk.reviews.nodes.0.id", review, "product.rating.average", "2.0")
	a.ask(t, a.anna, ways).want("viewer.customer.wallet.active", "0") // shown again, but not paid again

	me := a.ask(t, a.anna, `mutation{customerUpdate(input:{birthday:"1990-05-24"}){customer{id birthday} userErrors{code}}}`).want("customerUpdate.customer.birthday", "1990-05-24").at("customerUpdate.customer.id")
	a.ask(t, a.anna, `mutation{customerUpdate(input:{birthday:"1991-05-24"}){customer{id} userErrors{code}}}`).want("customerUpdate.userErrors.0.code", "ALREADY_EXISTS")
	a.ask(t, a.anna, `mutation{customerUpdate(input:{birthday:"2990-05-24"}){customer{id} userErrors{code}}}`).want("customerUpdate.userErrors.0.code", "INVALID")
	const grant = `mutation($ids:[ID!],$club:ID){walletGrant(input:{idempotencyKey:"g",name:{en:"For the New Year"},points:7,customerIds:$ids,clubId:$club}){
		rule{kind name} customers points userErrors{code field}}}`
	a.ask(t, a.anna, grant, "ids", []string{me}).wantCode("FORBIDDEN")
	a.ask(t, a.manager, grant).want("walletGrant.userErrors.0.code", "REQUIRED")
	a.ask(t, a.manager, grant, "ids", []string{"junk"}).want("walletGrant.userErrors.0.code", "NOT_FOUND")
	a.ask(t, a.manager, grant, "club", "junk").want("walletGrant.userErrors.0.code", "NOT_FOUND")
	for range 2 {
		a.ask(t, a.manager, grant, "ids", []string{me}).want("walletGrant.customers", "1", "walletGrant.points", "7", "walletGrant.rule.kind", "CAMPAIGN")
	}
	_, err := a.st.GiveAwards(t.Context())
	must(t, err)
	a.ask(t, a.anna, ways).want("viewer.customer.wallet.active", "7")
}
