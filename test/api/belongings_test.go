package api_test

import (
	"strings"
	"testing"
)

// belongings are the ids of things that one person has, by type: one of each that anybody can have.
type belongings map[string]string

// settle gives a person one of everything: an order that was completed, points, a device, a club of their own with a post and a comment, an invited
// friend, a family with an open invitation and a transfer that waits for its code, a review, a picture. What they write contains mark.
func (s *server) settle(t *testing.T, email, mark string) belongings {
	t.Helper()
	friend := "friend-of-" + email
	me, staff, head := s.as(t, email), s.as(t, operator), s.as(t, manager)
	me.ask(t, `mutation($n:String!){customerUpdate(input:{name:$n}){userErrors{code}}}`, "n", "Zoya "+mark).want("customerUpdate.userErrors", "[]")
	s.give(t, email, 100)
	placed := me.ask(t, `mutation($v:ID!,$note:String!){orderPlace(input:{idempotencyKey:"settle",lines:[{variantId:$v,quantity:1}],spendPoints:10,note:$note}){
		order{id number lines{id} timeline{nodes{id}}} userErrors{code}}}`, "v", s.w.goods, "note", "note "+mark).want("orderPlace.userErrors", "[]")
	order := placed.at("orderPlace.order.id")
	for _, do := range []string{"CONFIRM", "START", "MAKE_READY", "COMPLETE"} {
		staff.ask(t, `mutation($o:ID!,$k:ID!,$do:OrderAction!){orderAdvance(input:{idempotencyKey:$k,orderId:$o,action:$do}){userErrors{code}}}`,
			"o", order, "k", email+do, "do", do).want("orderAdvance.userErrors", "[]")
	}
	own := me.ask(t, `{viewer{customer{id sessions{id} wallet{id lots{id} entries{nodes{id}}} referral{code}}} product(slug:"honey"){id}}`)
	b := belongings{
		"Order": order, "number": placed.at("orderPlace.order.number"), "OrderLine": placed.at("orderPlace.order.lines.0.id"),
		"TimelineEntry": placed.at("orderPlace.order.timeline.nodes.0.id"),
		"Customer":      own.at("viewer.customer.id"), "Session": own.at("viewer.customer.sessions.0.id"), "Wallet": own.at("viewer.customer.wallet.id"),
		"PointLot": own.at("viewer.customer.wallet.lots.0.id"), "WalletEntry": own.at("viewer.customer.wallet.entries.nodes.0.id"),
		"Device": me.ask(t, registerDoc, "token", "token-of-"+mark, "on", "IOS").at("deviceRegister.device.id"),
		"Review": me.ask(t, `mutation($p:ID!){reviewCreate(input:{idempotencyKey:"settle",productId:$p,rating:5}){review{id} userErrors{code}}}`,
			"p", own.at("product.id")).at("reviewCreate.review.id"),
	}
	uploaded, err := me.upload(t, "settle", photo(t, 40, 40, 100))
	must(t, err)
	b["Picture"] = uploaded.at("pictureUpload.picture.id")
	s.settleInClub(t, b, me, head, mark)
	s.as(t, friend).ask(t, `mutation($c:String!){referralClaim(input:{code:$c}){userErrors{code}}}`, "c", own.at("viewer.customer.referral.code")).want("referralClaim.userErrors", "[]")
	b["ReferralPerson"] = me.ask(t, `{viewer{customer{referral{children{nodes{id}}}}}}`).at("viewer.customer.referral.children.nodes.0.id")
	s.settleInFamily(t, b, me, friend)
	return b
}

// settleInClub opens a club by invitation in which the person is a moderator, with a post of theirs, a comment on it and an offer.
func (s *server) settleInClub(t *testing.T, b belongings, me, head caller, mark string) {
	t.Helper()
	club := head.ask(t, `mutation($k:ID!,$slug:String!,$name:String!){clubCreate(input:{idempotencyKey:$k,slug:$slug,name:{en:$name},entry:BY_INVITE,posting:MEMBERS}){
		club{id} userErrors{code}}}`, "k", mark, "slug", "quiet-"+strings.ToLower(mark), "name", "Club "+mark).want("clubCreate.userErrors", "[]").at("clubCreate.club.id")
	head.ask(t, `mutation($c:ID!,$w:ID!){clubMemberDecide(input:{clubId:$c,customerId:$w,action:INVITE}){userErrors{code}}}`, "c", club, "w", b["Customer"]).want("clubMemberDecide.userErrors", "[]")
	me.ask(t, `mutation($c:ID!){clubJoin(input:{clubId:$c}){userErrors{code}}}`, "c", club).want("clubJoin.userErrors", "[]")
	head.ask(t, `mutation($c:ID!,$w:ID!){clubModeratorSet(input:{clubId:$c,customerId:$w,moderator:true}){userErrors{code}}}`, "c", club, "w", b["Customer"]).want("clubModeratorSet.userErrors", "[]")
	offer := head.ask(t, `mutation($k:ID!,$c:ID!,$v:ID!){clubOfferCreate(input:{idempotencyKey:$k,clubId:$c,name:{en:"Offer"},price:{variantId:$v,percent:"5"},endsAt:"2099-01-01T00:00:00Z"}){
		offer{id} userErrors{code message}}}`, "k", mark, "c", club, "v", s.w.tea).want("clubOfferCreate.userErrors", "[]")
	post := me.ask(t, `mutation($c:ID!,$text:String!,$p:ID!){postCreate(input:{idempotencyKey:"settle",clubId:$c,text:$text,pictures:[{id:$p}]}){post{id} userErrors{code}}}`,
		"c", club, "text", "post "+mark, "p", b["Picture"]).at("postCreate.post.id")
	b["Club"], b["slug"], b["ClubOffer"], b["Post"] = club, "quiet-"+strings.ToLower(mark), offer.at("clubOfferCreate.offer.id"), post
	b["Comment"] = me.ask(t, `mutation($p:ID!,$text:String!){commentCreate(input:{idempotencyKey:"settle-comment",postId:$p,text:$text}){comment{id}}}`, "p", post, "text", "comment "+mark).at("commentCreate.comment.id")
}

func (s *server) settleInFamily(t *testing.T, b belongings, me caller, friend string) {
	t.Helper()
	s.as(t, admin).ask(t, familyOnDoc).want("businessUpdate.userErrors", "[]")
	code := me.ask(t, inviteDoc).want("familyInvite.userErrors", "[]").at("familyInvite.invitation.code")
	family := s.as(t, friend).ask(t, acceptDoc, "code", code).want("familyAccept.userErrors", "[]")
	b["Family"], b["FamilyMember"] = family.at("familyAccept.family.id"), family.at("familyAccept.family.members.1.id")
	b["FamilyInvitation"] = me.ask(t, inviteDoc, "c", "EMAIL", "a", "late-"+friend).at("familyInvite.invitation.id")
	b["PointsTransfer"] = me.ask(t, transferDoc, "k", "settle", "to", b["FamilyMember"], "n", 5).want("pointsTransferStart.userErrors", "[]").at("pointsTransferStart.transfer.id")
}

// still waits until the server has no work left, and stays still: nothing comes by itself in a world whose upkeep is rare.
func (w *world) still(t *testing.T) {
	t.Helper()
	eventually(t, "the work is done", func() bool { return w.count(t, `select count(*) from job where state <> 'DEAD'`) == 0 })
}

// imprint tells each table apart from what it was before: a digest of all its rows.
func (w *world) imprint(t *testing.T) map[string]string {
	t.Helper()
	var tables []struct{ Name, Digest string }
	must(t, w.st.DB().SelectContext(t.Context(), &tables, `
		select c.relname as name, (xpath('/table/row/d/text()', query_to_xml(format(
			'select coalesce(md5(string_agg(t::text, '','' order by t::text)), ''-'') as d from %I t', c.relname), true, false, '')))[1]::text as digest
		from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not in ('job', 'job_period')`))
	out := map[string]string{}
	for _, table := range tables {
		out[table.Name] = table.Digest
	}
	return out
}
