package api_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestReferral_FromTheInvitationPageToADecision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	inviter, friend, boss := s.as(t, anna), s.as(t, boris), s.as(t, manager)
	inviter.ask(t, `mutation{customerUpdate(input:{name:"Анна Соколова"}){userErrors{code}}}`).want("customerUpdate.userErrors", "[]")
	inviter.ask(t, registerDoc, "token", "phone-of-anna", "on", "IOS").want("deviceRegister.userErrors", "[]")
	friend.ask(t, registerDoc, "token", "phone-of-boris", "on", "ANDROID").want("deviceRegister.userErrors", "[]")

	link := inviter.ask(t, `{viewer{customer{referral{link}}}}`).at("viewer.customer.referral.link")
	path := link[strings.LastIndex(link, "/i/"):]
	code := strings.TrimPrefix(path, "/i/")
	s.as(t, nobody).send(t, http.MethodGet, path, nil).status(http.StatusOK).has("А.С. приглашает вас", code, "300").hasNot("Соколова", anna)
	s.as(t, nobody).send(t, http.MethodGet, "/i/NOBODYSX", nil).status(http.StatusNotFound)

	friend.ask(t, `mutation($code:String!){referralClaim(input:{code:$code,showName:FIRST_NAME}){referral{invitedBy{name}} userErrors{code}}}`, "code", link).want(
		"referralClaim.userErrors", "[]", "referralClaim.referral.invitedBy.name", "А.С.")
	if joined := w.alerts(t, "phone-of-anna", 1)[0]; joined.Data["kind"] != "referral.joined" || joined.Data["link"] != "kabinet://referral" {
		t.Errorf("the inviter was told %q, %v", joined.Title, joined.Data)
	}
	if welcome := w.alerts(t, "phone-of-boris", 1)[0]; welcome.Data["kind"] != "referral.welcome" || !strings.Contains(welcome.Body, "А.С.") {
		t.Errorf("the invited was told %q: %q", welcome.Title, welcome.Body)
	}
	id := friend.ask(t, `{viewer{customer{id}}}`).at("viewer.customer.id")
	for _, d := range []string{"FLAG", "VOID"} {
		boss.ask(t, `mutation($id:ID!,$d:ReferralDecision!){referralDecide(input:{customerId:$id,decision:$d,reason:"один человек"}){userErrors{code}}}`,
			"id", id, "d", d).want("referralDecide.userErrors", "[]")
	}
	for _, phone := range []string{"phone-of-anna", "phone-of-boris"} {
		kinds := map[any]bool{}
		for _, m := range w.alerts(t, phone, 3) {
			kinds[m.Data["kind"]] = true
		}
		if !kinds["referral.flagged"] || !kinds["referral.voided"] {
			t.Errorf("%s was told %v", phone, kinds)
		}
	}
	friend.ask(t, `{events{nodes{kind ...on ReferralEvent{invited state reason name}}}}`).has(`"kind":"REFERRAL_VOIDED"`, `"state":"VOIDED"`, "один человек", `"invited":true`)
}
