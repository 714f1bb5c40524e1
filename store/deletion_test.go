package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
)

const (
	zoesEmail = "zinaida.unikalnaya@example.com"
	zoesMark  = "unikaln" // is in everything that Zoe says of herself
)

// zoe is a customer who left something of herself wherever a customer can, with an inviter above her and a friend below. Her orders are done.
func (s shop) zoe(t *testing.T) (zoe domain.Viewer, club domain.Club, post domain.Post) {
	t.Helper()
	ctx := t.Context()
	in, err := s.SignInAs(ctx, domain.Identity{Email: zoesEmail, Name: "Zinaida Unikalnaya", UserAgent: "unikalny browser"})
	must(t, err)
	zoe = in.Viewer
	s.invite(t, s.customer, zoe)
	name := new("Zinaida Unikalnaya")
	_, err = s.UpdateCustomer(ctx, zoe, domain.CustomerPatch{Name: &name})
	must(t, err)
	_, err = s.RegisterDevice(ctx, zoe, domain.DeviceDraft{Token: "unikalny token", Platform: domain.Android, Name: new("unikalny phone")})
	must(t, err)
	club = s.club(t, "quiet", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	members := domain.PostingMembers
	_, err = s.UpdateClub(ctx, s.staff, club.ID, nil, domain.ClubDraft{Posting: &members})
	must(t, err)
	_, err = s.JoinClub(ctx, zoe, club.ID)
	must(t, err)
	post, err = s.CreatePost(ctx, zoe, domain.PostDraft{IdempotencyKey: "p", ClubID: club.ID, Text: "Сосны шумят"})
	must(t, err)
	_, err = s.ReportPost(ctx, zoe, post.ID, "unikalny report")
	must(t, err)
	s.give(t, zoe, 700)
	o, err := s.PlaceOrder(ctx, zoe, domain.OrderDraft{IdempotencyKey: "z1", Lines: []domain.LineAsk{line(s.massage, 1)}, SpendPoints: 50, Note: "unikalny note"})
	must(t, err)
	s.advance(t, o, toCompletion...)
	o, err = s.PlaceOrder(ctx, zoe, domain.OrderDraft{IdempotencyKey: "z2", Lines: []domain.LineAsk{line(s.honey, 1)}})
	must(t, err)
	_, err = s.CancelOrder(ctx, zoe, domain.OrderCancel{IdempotencyKey: "z3", OrderID: o.ID, Reason: "unikalny reason"})
	must(t, err)
	s.invite(t, zoe, s.newCustomer(t, "friend.of.hers@elsewhere.example"))
	_, err = s.DB().ExecContext(ctx, `
with f as (insert into family (created_at) values ($2) returning id),
     m as (insert into family_member (customer_id, family_id, joined_at) select $1, id, $2 from f)
insert into family_invitation (family_id, inviter_id, channel, address, created_at, expires_at) select id, $3, 'EMAIL', $4, $2, $2 from f`,
		zoe.CustomerID, s.clock.Now(), s.customer.CustomerID, zoesEmail)
	must(t, err)
	return zoe, club, post
}

// askToDelete goes through the code to the moment when the customer will be erased.
func (s shop) askToDelete(t *testing.T, v domain.Viewer, email string) {
	t.Helper()
	s.clock.Add(domain.CodeResendAfter)
	_, err := s.StartDelete(t.Context(), v, domain.ChannelEmail, "")
	must(t, err)
	c, err := s.DeleteCustomer(t.Context(), v, domain.CustomerDelete{Channel: domain.ChannelEmail, Code: s.lastCode(t, email)})
	must(t, err)
	if c.DeleteAt == nil || !c.DeleteAt.Equal(s.clock.Now().Add(domain.DeletionGrace)) {
		t.Errorf("to be erased at %v", c.DeleteAt)
	}
}

// lastCode reads the last code to an address out of the job that would send it.
func (s shop) lastCode(t *testing.T, address string) string {
	t.Helper()
	var args []byte
	must(t, s.DB().Get(&args, `select args from job where kind = $1 and args ->> 'address' = $2 order by id desc limit 1`, store.JobCode, address))
	var letter store.CodeLetter
	must(t, json.Unmarshal(args, &letter))
	code, err := s.OpenCode(letter)
	must(t, err)
	return code
}

func TestDeleteCustomer_LeavesNothingPersonalAndEverythingConsistent(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	zoe, club, post := s.zoe(t)
	if n := len(s.tablesWith(t, zoesMark)); n < 8 {
		t.Fatalf("Zoe left something in %d tables only", n)
	}
	s.askToDelete(t, zoe, zoesEmail)
	if sessions, err := s.Sessions(ctx, zoe); err != nil || len(sessions) != 0 {
		t.Errorf("sessions after the request: %v, %v", sessions, err)
	}
	if n, err := s.EraseCustomers(ctx); n != 0 || err != nil {
		t.Fatalf("erased %d before the time, %v", n, err)
	}
	s.clock.Add(domain.DeletionGrace)
	if n, err := s.EraseCustomers(ctx); n != 1 || err != nil {
		t.Fatalf("erased %d, %v", n, err)
	}
	// Events and jobs are kept for a time only.
	left := slices.DeleteFunc(s.tablesWith(t, zoesMark), func(table string) bool { return table == "event" || table == "job" })
	if len(left) != 0 {
		t.Errorf("something of Zoe is left in %v", left)
	}
	upkeep(t, s.MaturePoints)
	upkeep(t, s.MatureRewards)
	upkeep(t, s.EraseCustomers)
	upkeep(t, s.ExpirePoints)
	if w := s.wallet(t, zoe); w.Active != 0 || w.Pending != 0 {
		t.Errorf("points are left: %+v", w)
	}
	if found, err := s.CustomersByID(ctx, []int64{zoe.CustomerID}); err != nil || len(found) != 0 {
		t.Errorf("staff still see %v, %v", found, err)
	}
	for _, search := range []string{"unikalnaya", "erased", ""} {
		list, err := s.Customers(ctx, search, domain.CustomerSort{Field: "CREATED_AT"}, domain.Page{First: 100})
		must(t, err)
		if slices.ContainsFunc(list.Items, func(c domain.Customer) bool { return c.ID == zoe.CustomerID }) {
			t.Errorf("%q finds the erased customer", search)
		}
	}
	if m := s.state(t, club, zoe); m.In() {
		t.Errorf("still a member: %+v", m)
	}
	p, err := s.PostByID(ctx, s.staff, post.ID)
	must(t, err)
	if !p.AuthorGone || p.AuthorName(domain.RU) != "Удалённый участник" || p.AuthorName(domain.EN) != "Deleted member" {
		t.Errorf("the post is by %q, %v", p.AuthorName(domain.RU), p.AuthorGone)
	}
	upkeep(t, s.RecountClubs)
	s.sound(t)
	again, err := s.SignInAs(ctx, domain.Identity{Email: zoesEmail})
	must(t, err)
	if again.Viewer.CustomerID == zoe.CustomerID || again.Restored {
		t.Errorf("the old account came back: %+v", again)
	}
	s.sound(t)
}

// must2 runs a piece of upkeep.
func upkeep(t *testing.T, do func(context.Context) (int, error)) {
	t.Helper()
	_, err := do(t.Context())
	must(t, err)
}

// tablesWith lists the tables in which any row contains a text, whatever the case.
func (s shop) tablesWith(t *testing.T, text string) (found []string) {
	t.Helper()
	var tables []string
	must(t, s.DB().Select(&tables, `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`))
	for _, table := range tables {
		if s.count(t, fmt.Sprintf(`select count(*) from %q t where t::text ilike '%%' || $1 || '%%'`, table), text) > 0 {
			found = append(found, table)
		}
	}
	return found
}

func TestDeleteCustomer_SigningInTakesItBack(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.askToDelete(t, s.customer, "anna@example.com")
	s.clock.Add(domain.DeletionGrace - time.Second)
	in, err := s.SignInAs(t.Context(), domain.Identity{Email: "anna@example.com"})
	must(t, err)
	if !in.Restored || in.Viewer.CustomerID != s.customer.CustomerID {
		t.Errorf("signed in as %+v", in)
	}
	s.clock.Add(time.Hour)
	if n, err := s.EraseCustomers(t.Context()); n != 0 || err != nil {
		t.Errorf("erased %d who came back, %v", n, err)
	}
	if in, err = s.SignInAs(t.Context(), domain.Identity{Email: "anna@example.com"}); err != nil || in.Restored {
		t.Errorf("a usual sign-in restores %v, %v", in.Restored, err)
	}
}

func TestDeleteCustomer_WaitsForOpenOrders(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	o := s.place(t, "k", 0, line(s.honey, 1))
	_, err := s.StartDelete(ctx, s.customer, domain.ChannelEmail, "")
	if r := domain.AsRefused(err); len(r) != 1 || r[0].Code != domain.CodeOpenOrders || !slices.Equal(r[0].Numbers, []string{o.Number}) {
		t.Fatalf("with an open order: %v", err)
	}
	s.advance(t, o, toCompletion...)
	s.askToDelete(t, s.customer, "anna@example.com")
	late := s.place(t, "late", 0, line(s.honey, 1)) // with an access token that still lives
	s.clock.Add(domain.DeletionGrace)
	if n, err := s.EraseCustomers(ctx); n != 0 || err != nil {
		t.Errorf("erased %d with an open order, %v", n, err)
	}
	s.advance(t, late, toCompletion...)
	if n, err := s.EraseCustomers(ctx); n != 1 || err != nil {
		t.Errorf("erased %d, %v", n, err)
	}
	s.sound(t)
}

func TestDeleteCustomer_TakesACodeForThisPurposeOnly(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	_, err := s.StartDelete(ctx, s.customer, domain.ChannelSMS, "")
	if codeOf(err) != domain.CodeNotFound {
		t.Errorf("without a phone: %v", err)
	}
	signIn := s.startSignIn(t, "anna@example.com")
	if _, err := s.DeleteCustomer(ctx, s.customer, domain.CustomerDelete{Channel: domain.ChannelEmail, Code: signIn}); codeOf(err) != domain.CodeCodeWrong {
		t.Errorf("a code for signing in: %v", err)
	}
	s.clock.Add(domain.CodeResendAfter)
	_, err = s.StartDelete(ctx, s.customer, domain.ChannelEmail, "")
	must(t, err)
	if _, err := s.enter("anna@example.com", s.lastCode(t, "anna@example.com")); codeOf(err) != domain.CodeCodeWrong {
		t.Errorf("a code for deleting opens a session: %v", err)
	}
}

func TestTimeline_LosesTheWordsOfErasedCustomersOnly(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	zoe, _, _ := s.zoe(t)
	const blank = `update timeline set reason = null where actor = 'CUSTOMER' and reason is not null`
	if _, err := s.DB().Exec(blank); err == nil {
		t.Error("words of a customer who is there were taken out")
	}
	s.exec(t, `update customer set name = null, email = null, erased_at = now() where id = $1`, zoe.CustomerID)
	for _, statement := range []string{`update timeline set reason = 'x' where actor = 'CUSTOMER'`, `update timeline set kind = 'NOTE', reason = null where actor = 'CUSTOMER'`, `delete from timeline`} {
		if _, err := s.DB().Exec(statement); err == nil {
			t.Errorf("not refused: %s", statement)
		}
	}
	s.exec(t, blank)
}
