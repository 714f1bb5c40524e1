package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kabinet/domain"
)

func (s shop) rule(t *testing.T, r domain.EarningRule) domain.EarningRuleDates {
	t.Helper()
	set, err := s.SetEarningRule(t.Context(), s.staff, domain.EarningRuleDraft{IdempotencyKey: fmt.Sprint("rule", r.Kind, r.Share, r.Points), EarningRule: r})
	must(t, err)
	return set
}

func (s shop) orderBy(t *testing.T, v domain.Viewer, key string, lines ...domain.LineAsk) domain.Order {
	t.Helper()
	o, err := s.PlaceOrder(t.Context(), v, domain.OrderDraft{IdempotencyKey: key, Lines: lines})
	must(t, err)
	return o
}

func TestPlaceOrder_EachLineEarnsByItsBestRule(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.rule(t, domain.EarningRule{Kind: domain.EarnProduct, Share: 1000, ProductID: s.massage.ProductID})
	club := s.club(t, "pines", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	s.rule(t, domain.EarningRule{Kind: domain.EarnClub, Share: 700, ClubID: club.ID})
	first := s.rule(t, domain.EarningRule{Kind: domain.EarnFirstOrder, Share: 800})

	o := s.place(t, "a", 0, line(s.massage, 1), line(s.honey, 2)) // 10 % of 2,000 and, as the first order, 8 % of 701
	if o.PointsToEarn != 256 {
		t.Errorf("the first order earns %d, want 256", o.PointsToEarn)
	}
	if o = s.place(t, "b", 0, line(s.massage, 1), line(s.honey, 2)); o.PointsToEarn != 235 {
		t.Errorf("the second order earns %d, want 235", o.PointsToEarn)
	}
	_, err := s.JoinClub(t.Context(), s.customer, club.ID)
	must(t, err)
	quote, _, err := s.PreviewOrder(t.Context(), s.customer, []domain.LineAsk{line(s.massage, 1), line(s.honey, 2)}, 0)
	must(t, err)
	o = s.place(t, "c", 0, line(s.massage, 1), line(s.honey, 2))
	if o.PointsToEarn != 249 || quote.PointsToEarn != 249 {
		t.Errorf("a member earns %d, by the preview %d, want 249", o.PointsToEarn, quote.PointsToEarn)
	}
	if n := s.count(t, fmt.Sprintf("select count(distinct rule_id) from order_line where order_id = %d", o.ID)); n != 2 {
		t.Errorf("the lines name %d rules, want 2", n)
	}
	s.clock.Add(time.Minute)
	s.rule(t, domain.EarningRule{Kind: domain.EarnProduct, Share: 1200, ProductID: s.massage.ProductID}) // ends the one of 10 %
	_, err = s.RetireEarningRule(t.Context(), s.staff, first.ID)
	must(t, err)
	s.advance(t, o, toCompletion...)
	wantWallet(t, s.wallet(t, s.customer), 0, 249, 0, 0) // fixed when placed
	if n := s.count(t, "select count(*) from earning_rule where kind = 'PRODUCT' and ends_at = 'infinity'"); n != 1 {
		t.Errorf("%d rules of the product hold", n)
	}
	stranger := s.newCustomer(t, "boris@example.com")
	if o = s.orderBy(t, stranger, "d", line(s.honey, 2)); o.PointsToEarn != 35 {
		t.Errorf("after the end of the rule a first order earns %d, want 35", o.PointsToEarn)
	}
	s.healthy(t)
}

func TestPlaceOrder_OfManyAtOnceOneIsTheFirst(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.rule(t, domain.EarningRule{Kind: domain.EarnFirstOrder, Share: 10_000})
	earned := make([]int64, 12)
	atOnce(len(earned), func(i int) {
		s.clock.Add(time.Microsecond)
		o, err := s.PlaceOrder(t.Context(), s.customer, domain.OrderDraft{IdempotencyKey: fmt.Sprint(i), Lines: []domain.LineAsk{line(s.massage, 1)}})
		if err != nil {
			t.Error(err)
		}
		earned[i] = o.PointsToEarn
	})
	slices.Sort(earned)
	if earned[len(earned)-1] != 2000 || earned[len(earned)-2] != 100 {
		t.Errorf("earned %v, want one of 2000", earned)
	}
}

func TestPlaceOrder_AfterACancelledOrderTheNextIsTheFirst(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.rule(t, domain.EarningRule{Kind: domain.EarnFirstOrder, Share: 10_000})
	o := s.place(t, "a", 0, line(s.massage, 1))
	_, err := s.CancelOrder(t.Context(), s.customer, domain.OrderCancel{IdempotencyKey: "c", OrderID: o.ID})
	must(t, err)
	if o = s.place(t, "b", 0, line(s.massage, 1)); o.PointsToEarn != 2000 {
		t.Errorf("earns %d", o.PointsToEarn)
	}
}

func TestPreviewEarningRule_LooksAtWhatTheRuleIsAbout(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	o := s.advance(t, s.place(t, "a", 0, line(s.massage, 1), line(s.honey, 2)), toCompletion...)
	s.advance(t, s.place(t, "b", 0, line(s.massage, 1)), toCompletion...)
	s.clock.Add(time.Hour)
	from, to := o.PlacedAt.Add(-time.Hour), s.clock.Now()
	for _, c := range []struct {
		rule              domain.EarningRule
		orders, cost, add int64
	}{
		{domain.EarningRule{Kind: domain.EarnAllOrders, Share: 1000}, 2, 470, 235},
		{domain.EarningRule{Kind: domain.EarnProduct, Share: 1000, ProductID: s.massage.ProductID}, 2, 400, 200},
		{domain.EarningRule{Kind: domain.EarnProduct, Share: 100, ProductID: s.massage.ProductID}, 2, 40, 0},
		{domain.EarningRule{Kind: domain.EarnFirstOrder, Share: 1000}, 1, 270, 135},
		{domain.EarningRule{Kind: domain.EarnCategory, Share: 1000, CategoryID: 99}, 0, 0, 0},
	} {
		p, err := s.PreviewEarningRule(t.Context(), c.rule, from, to)
		must(t, err)
		if p.Orders != c.orders || p.WouldEarn != c.cost || p.WouldAdd != c.add {
			t.Errorf("%s at %d: %+v", c.rule.Kind, c.rule.Share, p)
		}
	}
}

func TestAward_SignUpIsGivenOnceByWhateverVersion(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	days := int64(30)
	s.rule(t, domain.EarningRule{Kind: domain.EarnSignUp, Points: 100, LifetimeDays: &days})
	ids := make([]domain.Viewer, 8)
	atOnce(len(ids), func(i int) {
		got, err := s.SignInAs(t.Context(), domain.Identity{Email: "new@example.com", Locale: domain.RU})
		if err != nil {
			t.Error(err)
		}
		ids[i] = got.Viewer
	})
	wantWallet(t, s.wallet(t, ids[0]), 100, 0, 0, 0)
	wantWallet(t, s.wallet(t, s.customer), 0, 0, 0, 0) // came before the rule
	s.clock.Add(time.Hour)
	s.rule(t, domain.EarningRule{Kind: domain.EarnSignUp, Points: 200})
	_, err := s.SignInAs(t.Context(), domain.Identity{Email: "new@example.com", Locale: domain.RU})
	must(t, err)
	s.clock.Add(31 * 24 * time.Hour)
	_, err = s.ExpirePoints(t.Context())
	must(t, err)
	wantWallet(t, s.wallet(t, ids[0]), 0, 0, 0, 0)
	s.healthy(t)
}

// born is a customer in a zone who told a birthday long ago.
func (s shop) born(t *testing.T, email, zone string, birthday domain.Date) domain.Viewer {
	t.Helper()
	v := s.newCustomer(t, email)
	name := &zone
	_, err := s.UpdateCustomer(t.Context(), v, domain.CustomerPatch{Birthday: &birthday, TimeZone: &name})
	must(t, err)
	return v
}

func (s shop) birthdays(t *testing.T, at string) {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, at)
	must(t, err)
	s.clock.Add(moment.Sub(s.clock.Now()))
	for range 2 { // twice is once
		_, err := s.RecordAwards(t.Context())
		must(t, err)
		_, err = s.GiveAwards(t.Context())
		must(t, err)
	}
}

func TestAward_BirthdaysComeOnceAYearOnTheDayOfEachZone(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	year := s.clock.Now().Year() + 1
	for year%4 != 2 {
		year++
	}
	at := func(y int, moment string) string { return fmt.Sprintf("%d-%s", y, moment) }
	east, west := s.born(t, "east@example.com", "Asia/Kamchatka", "1990-05-24"), s.born(t, "west@example.com", "America/Los_Angeles", "1990-05-24")
	leap := s.born(t, "leap@example.com", "Europe/Moscow", "1992-02-29")
	s.rule(t, domain.EarningRule{Kind: domain.EarnBirthday, Points: 300})
	active := func(v domain.Viewer) int64 { return s.wallet(t, v).Active }
	for _, step := range []struct {
		at               string
		east, west, leap int64
	}{
		{at(year, "02-27T12:00:00Z"), 0, 0, 0},
		{at(year, "02-28T12:00:00Z"), 0, 0, 300},
		{at(year, "03-01T12:00:00Z"), 0, 0, 300},
		{at(year, "05-23T11:59:00Z"), 0, 0, 300},
		{at(year, "05-23T12:01:00Z"), 300, 0, 300}, // midnight in Kamchatka
		{at(year, "05-24T06:59:00Z"), 300, 0, 300},
		{at(year, "05-24T07:01:00Z"), 300, 300, 300},
		{at(year+2, "02-28T22:00:00+03:00"), 0, 0, 0}, // last year's were slept through, older points burnt; a leap year has its 29th
		{at(year+2, "02-29T01:00:00+03:00"), 0, 0, 300},
		{at(year+2, "05-27T12:00:00Z"), 300, 300, 300}, // three days late
	} {
		s.birthdays(t, step.at)
		_, err := s.ExpirePoints(t.Context())
		must(t, err)
		if active(east) != step.east || active(west) != step.west || active(leap) != step.leap {
			t.Errorf("%s: %d, %d and %d, want %+v", step.at, active(east), active(west), active(leap), step)
		}
	}
	s.healthy(t)
}

func TestAward_ABirthdayCannotBeFarmed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.rule(t, domain.EarningRule{Kind: domain.EarnBirthday, Points: 300})
	today := domain.Date(fmt.Sprintf("1990-%s", s.clock.Now().AddDate(0, 0, 2).Format("01-02")))
	fresh := s.born(t, "fresh@example.com", "UTC", today)
	s.birthdays(t, s.clock.Now().Add(3*24*time.Hour).Format(time.RFC3339))
	wantWallet(t, s.wallet(t, fresh), 0, 0, 0, 0)
	another := domain.Date("1991-01-01")
	_, err := s.UpdateCustomer(t.Context(), fresh, domain.CustomerPatch{Birthday: &another})
	if codeOf(err) != domain.CodeAlreadyExists {
		t.Errorf("another birthday: %v", err)
	}
	_, err = s.UpdateCustomer(t.Context(), fresh, domain.CustomerPatch{Birthday: &today})
	must(t, err)
}

func TestAward_AProfileIsRewardedOnceItIsComplete(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	before := s.born(t, "before@example.com", "UTC", "1990-05-24")
	s.rule(t, domain.EarningRule{Kind: domain.EarnProfile, Points: 50, Pending: true})
	s.clock.Add(time.Minute)
	atOnce(6, func(int) {
		birthday := domain.Date("1990-05-24")
		if _, err := s.UpdateCustomer(t.Context(), s.customer, domain.CustomerPatch{Birthday: &birthday}); err != nil {
			t.Error(err)
		}
	})
	wantWallet(t, s.wallet(t, s.customer), 0, 50, 0, 0)
	s.birthdays(t, s.clock.Now().Add(time.Second).Format(time.RFC3339))
	wantWallet(t, s.wallet(t, before), 0, 50, 0, 0)
	s.clock.Add(15 * 24 * time.Hour)
	_, err := s.GiveAwards(t.Context())
	must(t, err)
	wantWallet(t, s.wallet(t, s.customer), 50, 0, 0, 0)
	wantWallet(t, s.wallet(t, before), 50, 0, 0, 0)
	s.healthy(t)
}

func TestGrantPoints_GivesOnceToEachOfAClub(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	club := s.club(t, "pines", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	stranger := s.newCustomer(t, "boris@example.com")
	_, err := s.JoinClub(t.Context(), s.customer, club.ID)
	must(t, err)
	burns := s.clock.Now().Add(48 * time.Hour)
	grant := domain.PointsGrant{IdempotencyKey: "g", Name: domain.Text{RU: "К Новому году"}, Points: 70, ClubID: club.ID, ExpiresAt: &burns}
	atOnce(4, func(int) {
		if got, err := s.GrantPoints(t.Context(), s.staff, grant); err != nil || got.Customers != 1 || got.Points != 70 {
			t.Errorf("granted %+v, %v", got, err)
		}
	})
	atOnce(4, func(int) {
		if _, err := s.GiveAwards(t.Context()); err != nil {
			t.Error(err)
		}
	})
	wantWallet(t, s.wallet(t, s.customer), 70, 0, 0, 0)
	named := domain.PointsGrant{IdempotencyKey: "h", Name: domain.Text{RU: "Просто так"}, Points: 5, CustomerIDs: []int64{s.customer.CustomerID, stranger.CustomerID, stranger.CustomerID}}
	if got, err := s.GrantPoints(t.Context(), s.staff, named); err != nil || got.Customers != 2 {
		t.Errorf("granted %+v, %v", got, err)
	}
	s.clock.Add(49 * time.Hour)
	_, err = s.GiveAwards(t.Context())
	must(t, err)
	_, err = s.ExpirePoints(t.Context())
	must(t, err)
	wantWallet(t, s.wallet(t, s.customer), 5, 0, 0, 0)
	wantWallet(t, s.wallet(t, stranger), 5, 0, 0, 0)
	named.IdempotencyKey, named.CustomerIDs = "i", []int64{987_654}
	if _, err := s.GrantPoints(t.Context(), s.staff, named); codeOf(err) != domain.CodeNotFound {
		t.Errorf("a grant to nobody: %v", err)
	}
	s.healthy(t)
}

func TestGrantPoints_RepeatedAfterItsPointsBurntAnswersTheSame(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	burns := s.clock.Now().Add(time.Hour)
	grant := domain.PointsGrant{IdempotencyKey: "g", Name: domain.Text{RU: "На час"}, Points: 70, CustomerIDs: []int64{s.customer.CustomerID}, ExpiresAt: &burns}
	first, err := s.GrantPoints(t.Context(), s.staff, grant)
	must(t, err)
	s.clock.Add(2 * time.Hour)
	if again, err := s.GrantPoints(t.Context(), s.staff, grant); err != nil || again.Rule.ID != first.Rule.ID || again.Customers != 1 {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	grant.IdempotencyKey = "h"
	if _, err := s.GrantPoints(t.Context(), s.staff, grant); codeOf(err) != domain.CodeInvalid {
		t.Errorf("a new one of points that have burnt: %v", err)
	}
}

func TestEarningWays_NamesWhatACustomerCanStillGet(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	club := s.club(t, "pines", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	for _, r := range []domain.EarningRule{{Kind: domain.EarnClub, Share: 700, ClubID: club.ID}, {Kind: domain.EarnFirstOrder, Share: 800}, {Kind: domain.EarnSignUp, Points: 1},
		{Kind: domain.EarnBirthday, Points: 300}, {Kind: domain.EarnProfile, Points: 21}} {
		s.rule(t, r)
	}
	texts := func(l domain.Locale) (all []string) {
		rules, standing, err := s.EarningWays(t.Context(), s.customer.CustomerID)
		must(t, err)
		for _, w := range domain.EarningWays(rules, standing, l) {
			all = append(all, w.Text)
		}
		slices.Sort(all)
		return all
	}
	want := func(got, want []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("says %q, want %q", got, want)
		}
	}
	want(texts(domain.RU), []string{"5 % от оплаченной суммы каждого заказа", "8 % от суммы первого заказа",
		"Вступите в клуб «Клуб pines», чтобы получать: 7 % от суммы каждого заказа участникам клуба «Клуб pines»",
		"За заполненный профиль: 21\u00a0балл. Осталось указать день рождения.", "Ко дню рождения: 300\u00a0баллов. Укажите день рождения в профиле."})
	s.place(t, "a", 0, line(s.massage, 1))
	_, err := s.JoinClub(t.Context(), s.customer, club.ID)
	must(t, err)
	birthday := domain.Date("1990-05-24")
	_, err = s.UpdateCustomer(t.Context(), s.customer, domain.CustomerPatch{Birthday: &birthday})
	must(t, err)
	want(texts(domain.EN), []string{"5 % of the paid amount of each order", "7 % of each order for members of “Club pines”", "For your birthday: 300\u00a0points"})
}
