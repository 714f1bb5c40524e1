package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
)

const oneDay = 24 * time.Hour

func (s shop) club(t *testing.T, slug string, entry domain.ClubEntry, spend domain.SpendRule, p domain.Privileges) domain.Club {
	t.Helper()
	c, err := s.CreateClub(t.Context(), s.staff, "make-"+slug, domain.ClubDraft{Slug: &slug, Name: &domain.Text{RU: "Клуб " + slug, EN: "Club " + slug},
		Entry: &entry, Spend: &spend, Privileges: &p})
	must(t, err)
	return c
}

func (s shop) state(t *testing.T, c domain.Club, v domain.Viewer) domain.Membership {
	t.Helper()
	m, err := s.Membership(t.Context(), c.ID, v.CustomerID)
	must(t, err)
	return m
}

func TestPlaceOrder_TakesTheBestPriceOfTheClubsAndNamesIt(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	price := int64(190_000)
	ten := s.club(t, "ten", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{Prices: []domain.ClubPrice{{Share: 1_000}}, PointsPercent: 200})
	five := s.club(t, "five", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{Prices: []domain.ClubPrice{{ProductID: s.massage.ProductID, PriceMinor: &price}, {Share: 500}}, PointsPercent: 150})
	for _, c := range []domain.Club{ten, five} {
		_, err := s.JoinClub(ctx, s.customer, c.ID)
		must(t, err)
	}
	quote, refused, err := s.PreviewOrder(ctx, s.customer, []domain.LineAsk{line(s.massage, 1), line(s.honey, 2)}, 0)
	must(t, err)
	if refused != nil || quote.TotalMinor != 180_000+2*31_545 || quote.Lines[0].PriceName.EN != "Club ten" || quote.PointsToEarn != 243 {
		t.Errorf("previewed %+v, %v", quote, refused)
	}
	o := s.place(t, "k", 0, line(s.massage, 1), line(s.honey, 2))
	if o.TotalMinor != quote.TotalMinor || o.PointsToEarn != quote.PointsToEarn {
		t.Errorf("placed %+v, previewed %+v", o, quote)
	}
	lines, err := s.LinesByOrder(ctx, []int64{o.ID})
	must(t, err)
	if l := lines[o.ID][1]; l.UnitPriceMinor != 31_545 || l.PriceName.RU != "Клуб ten" {
		t.Errorf("line is %+v", l)
	}
	_, err = s.LeaveClub(ctx, s.customer, ten.ID)
	must(t, err)
	if o := s.place(t, "k2", 0, line(s.massage, 1)); o.TotalMinor != 190_000 || o.PointsToEarn != 142 {
		t.Errorf("after leaving: %+v", o)
	}
	s.advance(t, o, toCompletion...)
	s.healthy(t)
}

func TestClubBySpend_EntersWarnsAndLapsesAsThePeriodRolls(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	club := s.club(t, "gold", domain.EntryBySpend, domain.SpendRule{NeedMinor: 400_000, PeriodDays: 30, GraceDays: 7}, domain.Privileges{PointsPercent: 200})
	recount := func() {
		t.Helper()
		_, err := s.RecountClubs(ctx)
		must(t, err)
	}
	want := func(state domain.MemberState, grace bool) {
		t.Helper()
		if m := s.state(t, club, s.customer); m.State != state || (m.GraceUntil != nil) != grace {
			t.Errorf("membership is %+v, want %s, grace %v", m, state, grace)
		}
	}
	s.advance(t, s.place(t, "a", 0, line(s.massage, 1)), toCompletion...)
	want("", false)
	if _, err := s.JoinClub(ctx, s.customer, club.ID); domain.AsRefused(err) == nil || domain.AsRefused(err)[0].Current.Minor != 200_000 {
		t.Errorf("joined with %v", err)
	}
	s.clock.Add(10 * oneDay)
	second := s.advance(t, s.place(t, "b", 0, line(s.massage, 1)), toCompletion...)
	want(domain.MemberIn, false)
	recount()
	want(domain.MemberIn, false)
	s.clock.Add(20 * oneDay)
	recount()
	want(domain.MemberIn, true)
	p, err := s.ClubProgress(ctx, club, s.state(t, club, s.customer))
	must(t, err)
	if p.MoreMinor != 200_000 || p.By == nil || !p.By.Equal(s.clock.Now().Add(7*oneDay)) {
		t.Errorf("progress is %+v", p)
	}
	third := s.advance(t, s.place(t, "c", 0, line(s.massage, 1)), toCompletion...)
	want(domain.MemberIn, false)
	_, err = s.RefundOrder(ctx, s.staff, domain.OrderRefund{IdempotencyKey: "r", OrderID: third.ID, Reason: "не понравилось"})
	must(t, err)
	want(domain.MemberIn, true)
	s.clock.Add(7 * oneDay)
	recount()
	want(domain.MemberLapsed, false)
	if fresh, err := s.ClubByID(ctx, s.customer, club.ID); err != nil || fresh.MembersCount != 0 {
		t.Errorf("%d members, %v", fresh.MembersCount, err)
	}
	s.advance(t, s.place(t, "d", 0, line(s.massage, 1)), toCompletion...)
	want(domain.MemberIn, false)
	kinds := s.kinds(t, domain.Topic{CustomerID: s.customer.CustomerID})
	for _, k := range []domain.EventKind{domain.EventClubEntered, domain.EventClubGrace, domain.EventClubKept, domain.EventClubLeft} {
		if kinds[k] == 0 {
			t.Errorf("nobody was told of %s: %v", k, kinds)
		}
	}
	_ = second
	s.healthy(t)
}

// kinds counts the events of a topic.
func (s shop) kinds(t *testing.T, topic domain.Topic) map[domain.EventKind]int {
	t.Helper()
	_, err := s.LineUpEvents(t.Context())
	must(t, err)
	events, _, err := s.EventsAfter(t.Context(), topic, domain.Cursor{}, 1000)
	must(t, err)
	kinds := map[domain.EventKind]int{}
	for _, e := range events {
		kinds[e.Kind]++
	}
	return kinds
}

func TestClub_ParallelJoinsAndLeavesKeepTheCount(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	club := s.club(t, "open", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	var people []domain.Viewer
	for i := range 4 {
		people = append(people, s.newCustomer(t, fmt.Sprintf("p%d@example.com", i)))
	}
	var wg sync.WaitGroup
	for i := range 24 {
		v := people[i%len(people)]
		wg.Go(func() {
			act := s.JoinClub
			if i%3 == 0 {
				act = s.LeaveClub
			}
			if _, err := act(t.Context(), v, club.ID); err != nil && domain.AsRefused(err) == nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s.healthy(t)
}

func TestClub_ByInviteIsHiddenFromStrangers(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	club := s.club(t, "secret", domain.EntryByInvite, domain.SpendRule{}, domain.Privileges{})
	if _, err := s.ClubByID(ctx, s.customer, club.ID); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("a stranger sees it: %v", err)
	}
	if _, err := s.JoinClub(ctx, s.customer, club.ID); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("a stranger joins it: %v", err)
	}
	if _, err := s.DecideMember(ctx, s.customer, club.ID, s.customer.CustomerID, domain.MemberInvite, ""); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("a stranger invites themselves: %v", err)
	}
	_, err := s.DecideMember(ctx, s.staff, club.ID, s.customer.CustomerID, domain.MemberInvite, "")
	must(t, err)
	m, err := s.JoinClub(ctx, s.customer, club.ID)
	if err != nil || !m.In() {
		t.Errorf("joined as %+v, %v", m, err)
	}
}

func TestCreateClub_RefusesPrivilegesOnNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	slug, entry := "x", domain.EntryOpen
	_, err := s.CreateClub(t.Context(), s.staff, "k", domain.ClubDraft{Slug: &slug, Name: &domain.Text{EN: "X"}, Entry: &entry,
		Privileges: &domain.Privileges{Prices: []domain.ClubPrice{{Share: 100}, {ProductID: 999_999, Share: 100}}}})
	if r := domain.AsRefused(err); len(r) != 1 || r[0].Code != domain.CodeNotFound || r[0].Field[2] != "1" {
		t.Errorf("got %v", err)
	}
}
