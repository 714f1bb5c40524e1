package domain_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
)

var someLots = rapid.Custom(func(t *rapid.T) []domain.Lot {
	lots := make([]domain.Lot, rapid.IntRange(0, 8).Draw(t, "lots"))
	for i := range lots {
		lots[i] = domain.Lot{ID: int64(i + 1), Remaining: amounts(500).Draw(t, "remaining"), Held: amounts(500).Draw(t, "held")}
		if rapid.IntRange(0, 3).Draw(t, "forever") > 0 {
			lots[i].ExpiresAt = new(noon.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "days")) * 24 * time.Hour))
		}
	}
	return rapid.Permutation(lots).Draw(t, "order")
})

// apply adds the changes of a book to the lots it was opened with.
func apply(t *rapid.T, lots []domain.Lot, changes []domain.LotDelta) map[int64]domain.Lot {
	out := map[int64]domain.Lot{}
	for _, l := range lots {
		out[l.ID] = l
	}
	last := int64(0)
	for _, d := range changes {
		l, known := out[d.LotID]
		if !known || d.LotID <= last || d.Remaining == 0 && d.Held == 0 {
			t.Fatalf("changes are %+v", changes)
		}
		last = d.LotID
		l.Remaining += d.Remaining
		l.Held += d.Held
		if l.Remaining < 0 || l.Held < 0 {
			t.Fatalf("lot %+v is overdrawn by %+v", l, d)
		}
		out[d.LotID] = l
	}
	return out
}

func total(lots map[int64]domain.Lot) (remaining, held int64) {
	for _, l := range lots {
		remaining += l.Remaining
		held += l.Held
	}
	return remaining, held
}

// sooner says whether a must be spent before b.
func sooner(a, b domain.Lot) bool {
	return a.ExpiresAt != nil && (b.ExpiresAt == nil || a.ExpiresAt.Before(*b.ExpiresAt))
}

func TestLotBook_HoldTakesTheSoonestExpiringAndLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lots := someLots.Draw(t, "lots")
		before := apply(t, lots, nil)
		have, held := total(before)
		want := amounts(3_000).Draw(t, "want")
		book := domain.NewLotBook(lots)
		takes, short := book.Hold(want)
		taken := domain.LotsTotal(takes)
		if taken+short != want || taken != min(want, have) {
			t.Fatalf("took %d and was short of %d for %d of %d", taken, short, want, have)
		}
		after := apply(t, lots, book.Changes())
		if r, h := total(after); r != have-taken || h != held+taken {
			t.Fatalf("%d and %d held became %d and %d", have, held, r, h)
		}
		for _, take := range takes {
			for _, l := range after {
				if l.Remaining > 0 && sooner(l, after[take.LotID]) {
					t.Fatalf("took %+v while %+v expires sooner", take, l)
				}
			}
		}
		switch rapid.SampledFrom([]string{"release", "capture", "capture and give back"}).Draw(t, "then") {
		case "release":
			book.Release(takes)
			if c := book.Changes(); len(c) != 0 {
				t.Fatalf("a hold and its release leave %+v", c)
			}
		case "capture":
			book.Capture(takes)
			if r, h := total(apply(t, lots, book.Changes())); r != have-taken || h != held {
				t.Fatalf("after the capture there are %d and %d", r, h)
			}
		default:
			book.Capture(takes)
			part := amounts(taken).Draw(t, "part")
			back, missing := domain.ReturnPoints(takes, part)
			book.GiveBack(back)
			if r, h := total(apply(t, lots, book.Changes())); missing != 0 || r != have-taken+part || h != held {
				t.Fatalf("after %d came back there are %d and %d, missing %d", part, r, h, missing)
			}
		}
	})
}

func TestLotBook_BurnPrefersALotThenTheSoonestExpiring(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lots := someLots.Draw(t, "lots")
		preferred := rapid.Int64Range(0, int64(len(lots))).Draw(t, "preferred")
		before := apply(t, lots, nil)
		have, held := total(before)
		want := amounts(3_000).Draw(t, "want")
		book := domain.NewLotBook(lots)
		takes, short := book.Burn(want, preferred)
		burnt := domain.LotsTotal(takes)
		after := apply(t, lots, book.Changes())
		if r, h := total(after); burnt+short != want || r != have-burnt || h != held || burnt != min(want, have) {
			t.Fatalf("burnt %d, short of %d, left %d and %d of %d and %d", burnt, short, r, h, have, held)
		}
		for _, take := range takes {
			if take.LotID == preferred {
				continue
			}
			if after[preferred].Remaining > 0 {
				t.Fatalf("burnt %+v while lot %d was preferred", take, preferred)
			}
			for _, l := range after {
				if l.Remaining > 0 && sooner(l, after[take.LotID]) {
					t.Fatalf("burnt %+v while %+v expires sooner", take, l)
				}
			}
		}
	})
}

func TestReturnPoints_GivesBackToTheLotThatExpiresLastFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		takes := make([]domain.Take, rapid.IntRange(0, 6).Draw(t, "takes"))
		for i := range takes {
			takes[i] = domain.Take{LotID: int64(i + 1), Points: amounts(100).Draw(t, "points")}
		}
		n := amounts(700).Draw(t, "n")
		back, short := domain.ReturnPoints(takes, n)
		if got := domain.LotsTotal(back); got+short != n || got != min(n, domain.LotsTotal(takes)) {
			t.Fatalf("%d of %v came back, short of %d", got, takes, short)
		}
		for i, b := range back {
			out := takes[b.LotID-1].Points
			if b.Points < 1 || b.Points > out || i < len(back)-1 && (b.Points != out || back[i+1].LotID >= b.LotID) {
				t.Fatalf("%v gives back %v", takes, back)
			}
		}
	})
}

var accounts = []domain.Account{domain.AccountActive, domain.AccountPending, domain.AccountHeld, domain.AccountDebt, domain.AccountIssued,
	domain.AccountRedeemed, domain.AccountExpired}

func TestWallet_MovesKeepTheLedgerAtZeroAndNothingNegative(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := domain.Wallet{CustomerID: 7}
		ledger := map[domain.Account]int64{}
		for range rapid.IntRange(0, 40).Draw(t, "moves") {
			m := domain.Move{From: rapid.SampledFrom(accounts).Draw(t, "from"), To: rapid.SampledFrom(accounts).Draw(t, "to"),
				Points: rapid.Int64Range(-1, 100).Draw(t, "points")}
			after, err := w.Apply(m)
			after1 := map[domain.Account]int64{}
			for _, a := range accounts {
				after1[a] = ledger[a]
			}
			after1[m.From] -= m.Points
			after1[m.To] += m.Points
			possible := m.Points > 0 && m.From != m.To && after1[domain.AccountActive] >= 0 && after1[domain.AccountPending] >= 0 &&
				after1[domain.AccountHeld] >= 0 && after1[domain.AccountDebt] <= 0
			if possible != (err == nil) {
				t.Fatalf("%+v of %+v: %v", m, w, err)
			}
			if err != nil {
				continue
			}
			w, ledger = after, after1
			if w.Active != ledger[domain.AccountActive] || w.Pending != ledger[domain.AccountPending] || w.Held != ledger[domain.AccountHeld] ||
				w.Debt != -ledger[domain.AccountDebt] || w.CustomerID != 7 {
				t.Fatalf("the ledger is %v, the wallet %+v", ledger, w)
			}
		}
	})
}

func TestReversePoints_TakesPendingThenActiveThenOwes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, active, pending := amounts(1_000).Draw(t, "n"), rapid.Int64Range(-5, 1_000).Draw(t, "active"), rapid.Bool().Draw(t, "pending")
		r := domain.ReversePoints(n, pending, active)
		if r.Pending+r.Active+r.Debt != n || r.Pending < 0 || r.Active < 0 || r.Debt < 0 || r.Active > max(active, 0) {
			t.Fatalf("%d with %d active: %+v", n, active, r)
		}
		if pending != (r.Pending == n) && n > 0 || r.Debt > 0 && r.Active != max(active, 0) {
			t.Fatalf("%d with %d active: %+v", n, active, r)
		}
		if got := domain.SettleDebt(n, active); got != max(min(n, active), 0) {
			t.Fatalf("%d owed and %d new settle %d", n, active, got)
		}
	})
}

func TestCheckAdjust_TakesWhatIsNotZeroAndNotHuge(t *testing.T) {
	t.Parallel()
	for points, want := range map[int64][]domain.UserErrorCode{
		0: {domain.CodeInvalid}, 1: nil, -1: nil, domain.MaxAdjust: nil, -domain.MaxAdjust: nil,
		domain.MaxAdjust + 1: {domain.CodeTooLarge}, -domain.MaxAdjust - 1: {domain.CodeTooSmall},
	} {
		var got []domain.UserErrorCode
		for _, r := range domain.CheckAdjust(points, "подарок") {
			got = append(got, r.Code)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", points, got, want)
		}
	}
	if refused := domain.CheckAdjust(0, ""); len(refused) != 2 {
		t.Errorf("no points and no reason: %v", refused)
	}
}

func TestPointsProgram_CountsDays(t *testing.T) {
	t.Parallel()
	p := domain.PointsProgram{ReturnWindowDays: 14, LifetimeDays: 365}
	if got := p.MaturesAt(noon); !got.Equal(noon.AddDate(0, 0, 14)) {
		t.Errorf("matures at %v", got)
	}
	if got := p.ExpiresAt(noon); got == nil || !got.Equal(noon.AddDate(0, 0, 365)) {
		t.Errorf("expires at %v", got)
	}
	if got := (domain.PointsProgram{}).ExpiresAt(noon); got != nil {
		t.Errorf("points without a lifetime expire at %v", got)
	}
}
