package api_test

import (
	"strings"
	"testing"
)

const (
	familyOnDoc = `mutation{businessUpdate(input:{familyTransfers:true,familyDailyLimit:200,familySize:3}){business{pointsProgram{familyTransfers familyDailyLimit familySize}} userErrors{code}}}`
	inviteDoc   = `mutation($c:SignInChannel,$a:String){familyInvite(input:{channel:$c,address:$a}){invitation{id code address channel inviterName} userErrors{code ...on FamilyRefusedError{reason}}}}`
	acceptDoc   = `mutation($id:ID,$code:String){familyAccept(input:{invitationId:$id,code:$code}){family{id members{id name own joinedAt customer{id}}} userErrors{code ...on FamilyRefusedError{reason}}}}`
	transferDoc = `mutation($k:ID!,$to:ID!,$n:Int!){pointsTransferStart(input:{idempotencyKey:$k,to:$to,points:$n}){transfer{id state points sent senderName receiverName sender{id}} channel expiresAt
		userErrors{__typename code message ...on FamilyRefusedError{reason availableToday} ...on InsufficientPointsError{available}}}}`
	confirmDoc = `mutation($id:ID!,$c:String!){pointsTransferComplete(input:{transferId:$id,code:$c}){transfer{state endedAt} wallet{active} userErrors{code ...on SignInCodeError{triesLeft}}}}`
)

// household makes a family of Anna and somebody else, with an open invitation and a transfer that waits for its code, and returns their ids.
func (s *server) household(t *testing.T, other string) (family, relative, invitation, transfer string) {
	t.Helper()
	s.as(t, admin).ask(t, familyOnDoc).want("businessUpdate.userErrors", "[]")
	me := s.as(t, anna)
	code := me.ask(t, inviteDoc).want("familyInvite.userErrors", "[]").at("familyInvite.invitation.code")
	got := s.as(t, other).ask(t, acceptDoc, "code", strings.ToLower(code)).want("familyAccept.userErrors", "[]", "familyAccept.family.members.1.own", "true",
		"familyAccept.family.members.0.customer", "null")
	invitation = me.ask(t, inviteDoc, "c", "EMAIL", "a", "late@example.com").at("familyInvite.invitation.id")
	relative = got.at("familyAccept.family.members.1.id")
	transfer = me.ask(t, transferDoc, "k", "household", "to", relative, "n", 5).want("pointsTransferStart.userErrors", "[]").at("pointsTransferStart.transfer.id")
	return got.at("familyAccept.family.id"), relative, invitation, transfer
}

func TestFamily_PointsGoFromOneToAnotherByACode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me, other, staff := s.as(t, anna), s.as(t, boris), s.as(t, operator)
	me.ask(t, `mutation{customerUpdate(input:{name:"Анна"}){userErrors{code}}}`).want("customerUpdate.userErrors", "[]")
	other.ask(t, `mutation{customerUpdate(input:{name:"Борис"}){userErrors{code}}}`).want("customerUpdate.userErrors", "[]")
	me.ask(t, registerDoc, "token", "phone-of-anna", "on", "IOS").want("deviceRegister.userErrors", "[]")
	other.ask(t, registerDoc, "token", "phone-of-boris", "on", "ANDROID").want("deviceRegister.userErrors", "[]")
	s.give(t, anna, 300)

	me.ask(t, inviteDoc, "c", "EMAIL", "a", boris).want("familyInvite.userErrors.0.reason", "OFF") // off by default
	s.as(t, manager).ask(t, familyOnDoc).failed("FORBIDDEN")
	s.as(t, admin).ask(t, familyOnDoc).want("businessUpdate.business.pointsProgram.familyTransfers", "true", "businessUpdate.business.pointsProgram.familyDailyLimit", "200")

	me.ask(t, inviteDoc, "c", "EMAIL", "a", boris).want("familyInvite.userErrors", "[]", "familyInvite.invitation.code", "null")
	if told := w.alerts(t, "phone-of-boris", 1)[0]; told.Data["kind"] != "family.invited" || told.Data["link"] != "kabinet://family" || !strings.Contains(told.Body, "Анна") {
		t.Errorf("the invited was told %q, %v", told.Body, told.Data)
	}
	invitation := other.ask(t, `{viewer{customer{family{id} familyInvitations{id inviterName}}}}`).want("viewer.customer.family", "null",
		"viewer.customer.familyInvitations.0.inviterName", "Анна").at("viewer.customer.familyInvitations.0.id")
	relative := other.ask(t, acceptDoc, "id", invitation).want("familyAccept.userErrors", "[]").at("familyAccept.family.members.1.id")

	me.ask(t, transferDoc, "k", "1", "to", relative, "n", 201).want("pointsTransferStart.userErrors.0.reason", "DAILY_LIMIT", "pointsTransferStart.userErrors.0.availableToday", "200")
	me.ask(t, transferDoc, "k", "1", "to", relative, "n", 301).want("pointsTransferStart.userErrors.0.code", "INSUFFICIENT_POINTS", "pointsTransferStart.userErrors.0.available", "300")
	transfer := me.ask(t, transferDoc, "k", "1", "to", relative, "n", 120).want("pointsTransferStart.userErrors", "[]", "pointsTransferStart.channel", "EMAIL",
		"pointsTransferStart.transfer.state", "WAITING", "pointsTransferStart.transfer.receiverName", "Борис", "pointsTransferStart.transfer.sender", "null").at("pointsTransferStart.transfer.id")
	code := w.code(t, anna)
	if letters := w.mail.Letters(); !strings.Contains(letters[len(letters)-1].Text, "120") || !strings.Contains(letters[len(letters)-1].Text, "Борис") {
		t.Errorf("the letter does not say what the code is for:\n%s", letters[len(letters)-1].Text)
	}
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	me.ask(t, confirmDoc, "id", transfer, "c", wrong).want("pointsTransferComplete.userErrors.0.code", "CODE_WRONG", "pointsTransferComplete.userErrors.0.triesLeft", "4")
	other.ask(t, confirmDoc, "id", transfer, "c", code).failed("NOT_FOUND")
	for range 2 {
		me.ask(t, confirmDoc, "id", transfer, "c", code).want("pointsTransferComplete.userErrors", "[]", "pointsTransferComplete.transfer.state", "DONE", "pointsTransferComplete.wallet.active", "180")
	}
	other.ask(t, `{viewer{customer{wallet{active entries{nodes{cause rule}}} pointsTransfers{nodes{sent state points senderName}}}}}`).want(
		"viewer.customer.wallet.active", "120", "viewer.customer.wallet.entries.nodes.0.cause", "FAMILY_RECEIVED", "viewer.customer.wallet.entries.nodes.0.rule", "Received within the family: Анна",
		"viewer.customer.pointsTransfers.nodes.0.sent", "false", "viewer.customer.pointsTransfers.nodes.0.senderName", "Анна")
	for phone, kind := range map[string]string{"phone-of-anna": "points.sent", "phone-of-boris": "points.received"} {
		w.wantAlert(t, phone, kind)
	}
	staff.ask(t, `{desk{families{nodes{members{name customer{email}}}} pointsTransfers{nodes{points state sender{email} receiver{email}}}}}`).want(
		"desk.families.nodes.0.members.1.customer.email", boris, "desk.pointsTransfers.nodes.0.sender.email", anna, "desk.pointsTransfers.nodes.0.receiver.email", boris)

	family := me.ask(t, `{viewer{customer{family{id}}}}`).at("viewer.customer.family.id")
	other.ask(t, `mutation($f:ID!){familyLeave(input:{familyId:$f}){familyId userErrors{code}}}`, "f", family).want("familyLeave.familyId", family)
	w.wantAlert(t, "phone-of-anna", "family.left")
	me.ask(t, transferDoc, "k", "2", "to", relative, "n", 10).want("pointsTransferStart.userErrors.0.reason", "NOT_A_MEMBER")
	me.ask(t, `{events(first:100){nodes{kind ...on FamilyEvent{name}}}}`).has(`"kind":"FAMILY_JOINED","name":"Борис"`, `"kind":"FAMILY_LEFT"`)
}

// wantAlert waits until a phone was told something of a kind.
func (w *world) wantAlert(t *testing.T, phone, kind string) {
	t.Helper()
	for n := 1; ; n++ {
		if all := w.alerts(t, phone, n); all[n-1].Data["kind"] == kind {
			return
		}
	}
}
