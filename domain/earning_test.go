package domain_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"kabinet/domain"
)

var earningRules = rapid.Custom(func(t *rapid.T) domain.EarningRule {
	r := domain.EarningRule{ID: rapid.Int64Range(1, 99).Draw(t, "id"), Share: rapid.Int64Range(1, 10_000).Draw(t, "share"),
		Kind: rapid.SampledFrom([]domain.EarningKind{domain.EarnAllOrders, domain.EarnCategory, domain.EarnProduct, domain.EarnClub, domain.EarnFirstOrder,
			domain.EarnReview}).Draw(t, "kind")}
	target := rapid.Int64Range(1, 3).Draw(t, "target")
	switch r.Kind {
	case domain.EarnCategory:
		r.CategoryID = target
	case domain.EarnProduct:
		r.ProductID = target
	case domain.EarnClub:
		r.ClubID = target
	case domain.EarnReview:
		r.Share, r.Points = 0, 50
	}
	return r
})

var earningLines = rapid.Custom(func(t *rapid.T) domain.QuoteLine {
	return domain.QuoteLine{TotalMinor: amounts(domain.MaxMinor*domain.MaxQuantity).Draw(t, "total"), OfferLine: domain.OfferLine{
		CategoryID: rapid.Int64Range(0, 3).Draw(t, "category"), ProductID: rapid.Int64Range(1, 3).Draw(t, "product")}}
})

// The order is the exact sum of every line at its best single share, floored once; lines add up to it, and each gets its part to within a point.
func TestEarning_TakesTheBestSingleRuleOfEachLineAndFloorsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(earningRules, 0, 8).Draw(t, "rules")
		member, first := rapid.Int64Range(0, 3).Draw(t, "club"), rapid.Bool().Draw(t, "first")
		point := rapid.SampledFrom([]int64{1, 50, 100, 333}).Draw(t, "point")
		lines := rapid.SliceOfN(earningLines, 1, 100).Draw(t, "lines")
		percent := rapid.Int64Range(100, domain.MaxPointsPercent).Draw(t, "percent")
		clubs := []domain.Club{{ID: member, Privileges: domain.Privileges{PointsPercent: percent}}}
		total := domain.Benefits{Clubs: clubs}.Earning(all, first).Earn(lines, point)

		exact, unit := new(big.Int), big.NewInt(1_000_000*point)
		var sum, largest int64
		for _, l := range lines {
			largest = max(largest, l.TotalMinor)
		}
		for i, l := range lines {
			var best int64
			for _, r := range all {
				holds := r.Kind == domain.EarnAllOrders || r.Kind == domain.EarnCategory && r.CategoryID == l.CategoryID ||
					r.Kind == domain.EarnProduct && r.ProductID == l.ProductID || r.Kind == domain.EarnClub && r.ClubID == member || r.Kind == domain.EarnFirstOrder && first
				if holds {
					best = max(best, r.Share)
				}
			}
			if (best == 0) != (l.RuleID == 0) || best == 0 && l.PointsToEarn != 0 {
				t.Fatalf("line %d earns %d by rule %d, the best share is %d", i, l.PointsToEarn, l.RuleID, best)
			}
			part := new(big.Int).Mul(big.NewInt(l.TotalMinor), big.NewInt(best*percent))
			exact.Add(exact, part)
			off := new(big.Int).Sub(big.NewInt(l.PointsToEarn), part.Div(part, unit))
			if largest <= 3*domain.MaxMinor && new(big.Int).Abs(off).Cmp(big.NewInt(1)) > 0 {
				t.Fatalf("line %d earns %d, which is %s off", i, l.PointsToEarn, off)
			}
			sum += l.PointsToEarn
		}
		if want := exact.Div(exact, unit); want.Cmp(big.NewInt(total)) != 0 || sum != total {
			t.Fatalf("earns %d with lines of %d, want %s", total, sum, want)
		}
	})
}

func TestEarning_AnotherRuleNeverTakesPointsAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules := rapid.SliceOfN(earningRules, 1, 8).Draw(t, "rules")
		lines := rapid.SliceOfN(earningLines, 1, 20).Draw(t, "lines")
		more := domain.Benefits{}.Earning(rules, true).Earn(lines, 100)
		if fewer := (domain.Benefits{}).Earning(rules[1:], true).Earn(lines, 100); fewer > more {
			t.Fatalf("%d with a rule more, %d without it", more, fewer)
		}
	})
}
