package domain_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
)

func TestCheckTransfer_LetsGoOnlyWhatMayBeSpentAndTheDayAllows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rules := domain.FamilyRules{Transfers: rapid.Bool().Draw(rt, "on"), DailyLimit: rapid.Int64Range(1, 500).Draw(rt, "limit")}
		f := domain.TransferFacts{Points: rapid.Int64Range(-5, 600).Draw(rt, "points"), Together: rapid.Bool().Draw(rt, "together"), SenderSelf: rapid.Bool().Draw(rt, "self"),
			Spendable: rapid.Int64Range(0, 600).Draw(rt, "spendable"), Debt: rapid.Int64Range(0, 1).Draw(rt, "debt"), SentToday: rapid.Int64Range(0, 700).Draw(rt, "sent")}
		may := rules.Transfers && f.Together && !f.SenderSelf && f.Debt == 0 && f.Points > 0 && f.Points <= f.Spendable && f.Points+f.SentToday <= rules.DailyLimit
		err := rules.CheckTransfer(f)
		if may != (err == nil) {
			rt.Fatalf("%+v under %+v: %v", f, rules, err)
		}
		if err != nil && domain.AsRefused(err)[0].Message(domain.RU) == "" {
			rt.Fatalf("%v has no words", err)
		}
	})
}

func TestReceiveLots_MakesNoPointAndLosesNone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		given, takes, total := map[int64]domain.Lot{}, []domain.Take(nil), int64(0)
		at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := range rapid.Int64Range(1, 6).Draw(rt, "lots") {
			ends := at.AddDate(0, 0, int(i))
			given[i] = domain.Lot{ID: i, ExpiresAt: &ends}
			takes = append(takes, domain.Take{LotID: i, Points: rapid.Int64Range(1, 50).Draw(rt, "points")})
			total += takes[i].Points
		}
		debt := rapid.Int64Range(0, 200).Draw(rt, "debt")
		lots, settled := domain.ReceiveLots(takes, given, debt)
		if settled != min(debt, total) || len(lots) != len(takes) {
			rt.Fatalf("%d of a debt of %d settled from %d, in %d lots", settled, debt, total, len(lots))
		}
		left := total - settled
		for i, l := range slices.Backward(lots) { // the last to expire are the ones that stay
			if l.Points != takes[i].Points || !l.ExpiresAt.Equal(*given[takes[i].LotID].ExpiresAt) || l.Remaining != min(l.Points, left) {
				rt.Fatalf("lot %d is %+v of %+v with %d left", i, l, takes[i], left)
			}
			left -= l.Remaining
		}
	})
}
