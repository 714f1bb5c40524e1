package store_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
	"kabinet/store"
)

// This file is the part of the stories in which people bring each other and give each other points.

// letPeople sets what the business allows in the stories.
func letPeople(t *testing.T, s shop) {
	t.Helper()
	_, err := s.SetReferralTariff(t.Context(), domain.Viewer{}, domain.ReferralTariff{Open: true, Levels: []int64{storyShare1, storyShare2}, InviterPoints: storyInviter, InvitedPoints: storyInvited})
	must(t, err)
	on, limit := true, int64(storyDailyLimit)
	_, err = s.UpdateBusiness(t.Context(), domain.Viewer{}, domain.BusinessPatch{FamilyTransfers: &on, FamilyDailyLimit: &limit})
	must(t, err)
}

// found makes everybody of the story one family.
func (m *machine) found(t *testing.T) {
	t.Helper()
	for _, v := range m.viewers[1:] {
		i, err := m.InviteToFamily(t.Context(), m.viewers[0], domain.FamilyInvite{})
		must(t, err)
		_, err = m.AcceptFamily(t.Context(), v, 0, *i.Code)
		must(t, err)
	}
}

// claim lets somebody take somebody's invitation; those who invited each other stay a forest.
func (m *machine) claim(t *rapid.T) {
	ctx := context.Background()
	v, inviter := rapid.SampledFrom(m.viewers).Draw(t, "invited"), rapid.SampledFrom(m.viewers).Draw(t, "inviter")
	of, err := m.Referral(ctx, inviter.CustomerID)
	ok(t, err)
	p := m.people[v.CustomerID]
	want := domain.ReferralRefusal("")
	switch {
	case v == inviter:
		want = domain.ReferralSelf
	case p.inviter != 0:
		want = domain.ReferralAlreadyInvited
	case p.completed > 0:
		want = domain.ReferralTooLate
	case m.rootOf(inviter.CustomerID) == v.CustomerID:
		want = domain.ReferralOwnDescendant
	}
	_, err = m.ClaimReferral(ctx, v, domain.ReferralClaim{IdempotencyKey: m.key(), Code: of.Code})
	got := domain.ReferralRefusal("")
	if refused := domain.AsRefused(err); refused != nil {
		got = domain.ReferralRefusal(refused[0].Rule)
	}
	if got != want || (err == nil) != (want == "") {
		t.Fatalf("%d takes the invitation of %d: %v, want %q", v.CustomerID, inviter.CustomerID, err, want)
	}
	if err == nil {
		p.inviter = inviter.CustomerID
	}
}

// transfer lets somebody give points to somebody, with the code.
func (m *machine) transfer(t *rapid.T) {
	ctx := context.Background()
	from, to := rapid.SampledFrom(m.viewers).Draw(t, "from"), rapid.SampledFrom(m.viewers).Draw(t, "to")
	m.clock.Add(7 * time.Minute) // ten codes an hour go to one address
	now, p := m.clock.Now(), m.people[from.CustomerID]
	zone, err := time.LoadLocation("Europe/Moscow")
	ok(t, err)
	spendable := p.spendable(now)
	points := rapid.OneOf(rapid.Int64Range(0, 120), rapid.Just(spendable), rapid.Just(spendable+1), rapid.Just(storyDailyLimit-p.sentToday(now, zone)+1)).Draw(t, "points")
	in := domain.PointsTransferStart{IdempotencyKey: m.key(), ReceiverID: to.CustomerID, Points: points}
	started, err := m.StartTransfer(ctx, from, in)
	possible := from != to && points > 0 && p.debt == 0 && points <= spendable && p.sentToday(now, zone)+points <= storyDailyLimit
	if possible != (err == nil) {
		t.Fatalf("%d of %d points, %d sent today, a debt of %d: %v", points, spendable, p.sentToday(now, zone), p.debt, err)
	}
	if err != nil {
		if domain.AsRefused(err) == nil {
			t.Fatal(err)
		}
		return
	}
	var letter store.CodeLetter
	ok(t, m.DB().GetContext(ctx, &letter.Sealed, `select args->>'sealed' from job where kind = 'signin.code' order by id desc limit 1`))
	code, err := m.OpenCode(letter)
	ok(t, err)
	for range rapid.IntRange(1, 2).Draw(t, "times") {
		done, err := m.CompleteTransfer(ctx, from, started.ID, code)
		ok(t, err)
		if done.State != domain.TransferDone {
			t.Fatalf("the transfer is %s", done.State)
		}
	}
	m.model.transfer(from.CustomerID, to.CustomerID, points, now)
}

// ledgerAgrees compares the wallets of the story with the ledger and the lots, in the database alone.
func (m *machine) ledgerAgrees(t *rapid.T) {
	var ids []int64
	for _, v := range m.viewers {
		ids = append(ids, v.CustomerID)
	}
	var wrong int64
	ok(t, m.DB().GetContext(context.Background(), &wrong, `
with mine as (
  select * from entry where customer_id = any($1)
), parts as (
  select customer_id,
         coalesce(sum(points) filter (where account = 'ACTIVE'), 0) as active, coalesce(sum(points) filter (where account = 'PENDING'), 0) as pending,
         coalesce(sum(points) filter (where account = 'HELD'), 0) as held, coalesce(-sum(points) filter (where account = 'DEBT'), 0) as debt
    from mine
   group by customer_id
), lots as (
  select customer_id, sum(remaining) as remaining, sum(held) as held from lot where customer_id = any($1) group by customer_id
)
select (select count(*)
          from wallet w
          join parts p using (customer_id)
          left join lots l using (customer_id)
         where (w.active, w.pending, w.held, w.debt) is distinct from (p.active, p.pending, p.held, p.debt)
            or (w.active, w.held) is distinct from (coalesce(l.remaining, 0), coalesce(l.held, 0)))
       + (select count(*) from (select from mine having sum(points) <> 0) s)
       + (select count(*) from (select from mine where account = 'FAMILY' having sum(points) <> 0) f)`, ids))
	if wrong != 0 {
		t.Fatal("wallets, ledger and lots differ")
	}
}

// healthy asks the doctor.
func (m *machine) healthy(t *rapid.T) {
	found, _, err := m.Examine(context.Background())
	ok(t, err)
	if len(found) > 0 {
		t.Fatalf("the doctor finds %+v", found)
	}
}
