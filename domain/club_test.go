package domain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
)

const day = 24 * time.Hour

func genPrice(t *rapid.T) domain.ClubPrice {
	var p domain.ClubPrice
	switch rapid.IntRange(0, 3).Draw(t, "target") {
	case 0:
		p.VariantID = rapid.Int64Range(1, 3).Draw(t, "variant")
	case 1:
		p.ProductID = rapid.Int64Range(1, 3).Draw(t, "product")
	case 2:
		p.CategoryID = rapid.Int64Range(1, 2).Draw(t, "category")
	}
	if rapid.Bool().Draw(t, "by price") {
		minor := rapid.Int64Range(0, 100_000).Draw(t, "price")
		p.PriceMinor = &minor
	} else {
		p.Share = rapid.Int64Range(1, 10_000).Draw(t, "share")
	}
	return p
}

func genBenefits(t *rapid.T) (b domain.Benefits) {
	for i := range rapid.IntRange(0, 4).Draw(t, "clubs") {
		b.Clubs = append(b.Clubs, domain.Club{ID: int64(i + 1), Name: domain.Text{EN: string(rune('A' + i))}, Privileges: domain.Privileges{
			Prices:        rapid.SliceOfN(rapid.Custom(genPrice), 0, 4).Draw(t, "prices"),
			PointsPercent: rapid.Int64Range(0, 500).Draw(t, "points"),
		}})
	}
	b.Now, b.Used = noon, map[int64]domain.OfferUse{}
	for i := range rapid.IntRange(0, 3).Draw(t, "offers") {
		o := domain.Offer{ID: int64(i + 1), Name: domain.Text{EN: "offer"}, Price: genPrice(t), StartsAt: noon.Add(-day), EndsAt: noon.Add(day)}
		if rapid.Bool().Draw(t, "limited") {
			most := rapid.Int64Range(1, 12).Draw(t, "total")
			o.Total = &most
			b.Used[o.ID] = domain.OfferUse{OfferID: o.ID, Used: rapid.Int64Range(0, most).Draw(t, "used")}
		}
		b.Offers = append(b.Offers, o)
	}
	return b
}

// Whatever clubs a customer is in, a line costs what the best single privilege makes of the usual price, and an order earns what the best single
// multiplier makes of the usual points.
func TestBenefits_NeverStack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := genBenefits(t)
		usual := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) domain.OfferLine {
			return domain.OfferLine{LineAsk: domain.LineAsk{VariantID: rapid.Int64Range(1, 3).Draw(t, "variant"), Quantity: rapid.Int64Range(1, 5).Draw(t, "quantity")},
				Found: true, ProductID: rapid.Int64Range(1, 3).Draw(t, "product"), CategoryID: rapid.Int64Range(0, 2).Draw(t, "category"),
				PriceMinor: rapid.Int64Range(0, 100_000).Draw(t, "price")}
		}), 1, 5).Draw(t, "lines")
		priced := b.Price(usual)
		for i, l := range usual {
			best, named := l.PriceMinor, false
			for _, c := range b.Clubs {
				for _, p := range c.Privileges.Prices {
					alone := domain.Benefits{Clubs: []domain.Club{{Name: c.Name, Privileges: domain.Privileges{Prices: []domain.ClubPrice{p}}}}}.Price([]domain.OfferLine{l})[0]
					best, named = min(best, alone.PriceMinor), named || !alone.PriceName.Empty()
				}
			}
			for _, o := range b.Offers {
				minor, meant := o.Price.Of(l)
				if meant && o.ID == priced[i].OfferID {
					best, named = min(best, minor), true
				}
				if meant && minor < priced[i].PriceMinor && o.Total == nil {
					t.Fatalf("line %d costs %d, an offer without limits gives %d", i, priced[i].PriceMinor, minor)
				}
			}
			if got := priced[i]; got.PriceMinor != best || got.PriceMinor > l.PriceMinor || got.PriceName.Empty() == named {
				t.Fatalf("line %d costs %d (%v), the best single price of %d is %d", i, got.PriceMinor, got.PriceName, l.PriceMinor, best)
			}
		}
		for _, o := range b.Offers {
			var taken int64
			for _, l := range priced {
				if l.OfferID == o.ID {
					taken += l.Quantity
				}
			}
			if o.Total != nil && b.Used[o.ID].Used+taken > *o.Total {
				t.Fatalf("%d pieces of an offer of %d, of which %d were gone", taken, *o.Total, b.Used[o.ID].Used)
			}
		}
		rules := []domain.EarningRule{{ID: 1, Kind: domain.EarnAllOrders, Share: rapid.Int64Range(0, 10_000).Draw(t, "rule")}}
		total := rapid.Int64Range(0, 1_000_000_000).Draw(t, "total")
		earns := func(b domain.Benefits) int64 {
			return b.Earning(rules, false).Earn([]domain.QuoteLine{{TotalMinor: total}}, 100)
		}
		best := earns(domain.Benefits{})
		for _, c := range b.Clubs {
			best = max(best, earns(domain.Benefits{Clubs: []domain.Club{c}}))
		}
		if got := earns(b); got != best {
			t.Fatalf("earns %d, the best single club earns %d", got, best)
		}
	})
}

func TestEarn_FloorsOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ minor, share, percent, point, want int64 }{
		{10_000, 500, 0, 100, 5}, {10_000, 500, 100, 100, 5}, {10_000, 500, 200, 100, 10}, {10_000, 500, 150, 100, 7},
		{199, 500, 150, 1, 14}, {199, 500, 100, 1, 9}, {1_000_000_000_000_000, 10_000, 1_000, 1, 10_000_000_000_000_000},
	} {
		e := domain.Earning{Rules: []domain.EarningRule{{Kind: domain.EarnAllOrders, Share: c.share}}, Percent: c.percent}
		if got := e.Earn([]domain.QuoteLine{{TotalMinor: c.minor}}, c.point); got != c.want {
			t.Errorf("%+v earned %d", c, got)
		}
	}
}

// Who pays what Progress says, at any moment until its date, is in or stays in.
func TestProgress_WhatItAsksForIsEnough(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := domain.SpendRule{NeedMinor: rapid.Int64Range(1, 1000).Draw(t, "need"), PeriodDays: rapid.Int64Range(0, 40).Draw(t, "period"),
			GraceDays: rapid.Int64Range(0, 20).Draw(t, "grace")}
		spent := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) domain.Spent {
			return domain.Spent{At: noon.Add(-time.Duration(rapid.Int64Range(0, 45*24).Draw(t, "hours ago")) * time.Hour), Mills: rapid.Int64Range(0, 6000).Draw(t, "mills")}
		}), 0, 8).Draw(t, "spent")
		net := func(at time.Time) (mills int64) {
			for _, s := range spent {
				if s.At.After(rule.Since(at)) && !s.At.After(at) {
					mills += s.Mills
				}
			}
			return mills
		}
		m := domain.Membership{}
		if rapid.Bool().Draw(t, "member") {
			m.State = domain.MemberIn
			m, _ = rule.Judge(m, net(noon), noon)
			if m.State == domain.MemberLapsed {
				return
			}
		}
		p := rule.Progress(m, spent, noon)
		until := noon.Add(30 * day)
		if p.By != nil {
			until = *p.By
		}
		at := noon
		if span := until.Sub(noon); span > 0 {
			at = noon.Add(time.Duration(rapid.Int64Range(1, int64(span)-1).Draw(t, "pays")))
		}
		spent = append(spent, domain.Spent{At: at, Mills: p.MoreMinor * 10})
		next, _ := rule.Judge(m, net(at), at)
		if !m.In() && !next.In() && p.MoreMinor > 0 {
			t.Fatalf("paid %d at %s and is not in: %+v", p.MoreMinor, at, p)
		}
		if m.In() && m.GraceUntil != nil {
			if next, _ = rule.Judge(next, net(*m.GraceUntil), *m.GraceUntil); !next.In() {
				t.Fatalf("paid %d at %s and does not stay: %+v", p.MoreMinor, at, p)
			}
		}
		if m.In() && m.GraceUntil == nil && p.By != nil && net(*p.By) < rule.NeedMinor*10 {
			t.Fatalf("paid %d at %s and falls below at %s", p.MoreMinor, at, *p.By)
		}
	})
}

func TestJudge_EntersWarnsKeepsAndLapses(t *testing.T) {
	t.Parallel()
	rule := domain.SpendRule{NeedMinor: 1000, PeriodDays: 30, GraceDays: 10}
	var m domain.Membership
	step := func(name string, mills int64, at time.Time, want domain.MemberState, grace, changed bool) {
		t.Helper()
		next, moved := rule.Judge(m, mills, at)
		if next.State != want || (next.GraceUntil != nil) != grace || moved != changed {
			t.Errorf("%s: %+v, moved %v", name, next, moved)
		}
		m = next
	}
	step("too little", 9_999, noon, "", false, false)
	step("enough", 10_000, noon, domain.MemberIn, false, true)
	step("stays", 10_000, noon, domain.MemberIn, false, false)
	step("falls", 9_000, noon, domain.MemberIn, true, true)
	step("in grace", 9_000, noon.Add(9*day), domain.MemberIn, true, false)
	step("makes up", 11_000, noon.Add(9*day), domain.MemberIn, false, true)
	step("falls again", 0, noon.Add(10*day), domain.MemberIn, true, true)
	step("too late", 0, noon.Add(20*day), domain.MemberLapsed, false, true)
	step("comes back", 10_000, noon.Add(21*day), domain.MemberIn, false, true)
	for _, out := range []domain.MemberState{domain.MemberLeft, domain.MemberBanned, domain.MemberDeclined} {
		if next, moved := rule.Judge(domain.Membership{State: out}, 50_000, noon); moved {
			t.Errorf("%s was moved to %s", out, next.State)
		}
	}
}

func TestTake_FollowsTheEntryOfTheClub(t *testing.T) {
	t.Parallel()
	reached := domain.SpendProgress{Reached: true}
	for _, c := range []struct {
		entry    domain.ClubEntry
		from     domain.MemberState
		do       domain.MemberAction
		progress domain.SpendProgress
		to       domain.MemberState
		refused  domain.UserErrorCode
	}{
		{domain.EntryOpen, "", domain.MemberJoin, domain.SpendProgress{}, domain.MemberIn, ""},
		{domain.EntryOpen, domain.MemberIn, domain.MemberJoin, domain.SpendProgress{}, domain.MemberIn, ""},
		{domain.EntryOpen, domain.MemberBanned, domain.MemberJoin, domain.SpendProgress{}, "", domain.CodeClubBanned},
		{domain.EntryByRequest, "", domain.MemberJoin, domain.SpendProgress{}, domain.MemberRequested, ""},
		{domain.EntryByRequest, domain.MemberRequested, domain.MemberApprove, domain.SpendProgress{}, domain.MemberIn, ""},
		{domain.EntryByRequest, domain.MemberRequested, domain.MemberDecline, domain.SpendProgress{}, domain.MemberDeclined, ""},
		{domain.EntryByRequest, "", domain.MemberApprove, domain.SpendProgress{}, "", domain.CodeClubStep},
		{domain.EntryByInvite, "", domain.MemberJoin, domain.SpendProgress{}, "", domain.CodeClubInviteOnly},
		{domain.EntryByInvite, domain.MemberInvited, domain.MemberJoin, domain.SpendProgress{}, domain.MemberIn, ""},
		{domain.EntryBySpend, "", domain.MemberJoin, domain.SpendProgress{}, "", domain.CodeClubSpendTooLow},
		{domain.EntryBySpend, domain.MemberLeft, domain.MemberJoin, reached, domain.MemberIn, ""},
		{domain.EntryBySpend, "", domain.MemberInvite, reached, "", domain.CodeClubStep},
		{domain.EntryOpen, "", domain.MemberLeave, domain.SpendProgress{}, "", domain.CodeClubStep},
		{domain.EntryOpen, domain.MemberInvited, domain.MemberLeave, domain.SpendProgress{}, domain.MemberDeclined, ""},
		{domain.EntryOpen, domain.MemberIn, domain.MemberBan, domain.SpendProgress{}, domain.MemberBanned, ""},
		{domain.EntryOpen, domain.MemberBanned, domain.MemberUnban, domain.SpendProgress{}, domain.MemberLeft, ""},
	} {
		next, err := domain.Club{Entry: c.entry}.Take(domain.Membership{State: c.from, Moderator: c.from == domain.MemberIn}, c.do, c.progress, noon)
		switch refused := domain.AsRefused(err); {
		case c.refused != "" && (refused == nil || refused[0].Code != c.refused):
			t.Errorf("%+v: refused with %v", c, err)
		case c.refused == "" && (err != nil || next.State != c.to):
			t.Errorf("%+v: %+v, %v", c, next, err)
		case next.Moderator && !next.In():
			t.Errorf("%+v: still a moderator", c)
		}
	}
}
