package resolvers_test

import (
	"testing"
	"time"
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
