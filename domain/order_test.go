package domain_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
)

var noon = time.Date(2030, 5, 17, 12, 0, 0, 0, time.UTC)

var businesses = rapid.Custom(func(t *rapid.T) domain.Business {
	return domain.Business{CurrencyCode: "RUB", Points: domain.PointsProgram{
		PointMinor: rapid.SampledFrom([]int64{1, 50, 100, 333}).Draw(t, "point"),
		MaxShare:   rapid.SampledFrom([]int64{0, 1, 3_333, 5_000, 10_000}).Draw(t, "share"),
	}}
})

var offers = rapid.Custom(func(t *rapid.T) domain.OfferLine {
	l := domain.OfferLine{
		LineAsk:     domain.LineAsk{VariantID: rapid.Int64Range(1, 9).Draw(t, "variant"), Quantity: rapid.Int64Range(1, domain.MaxQuantity).Draw(t, "quantity")},
		Found:       rapid.IntRange(0, 9).Draw(t, "found") > 0,
		PriceMinor:  amounts(domain.MaxMinor).Draw(t, "price"),
		LeadMinutes: rapid.Int64Range(0, 600).Draw(t, "lead"),
	}
	if rapid.Bool().Draw(t, "goods") {
		l.Left = new(amounts(2*domain.MaxQuantity).Draw(t, "left"))
	}
	return l
})

func TestPriceOrder_LinesAlwaysAddUpAndLimitsHold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := businesses.Draw(t, "business")
		rule := domain.EarningRule{ID: 1, Kind: domain.EarnAllOrders, Share: rapid.Int64Range(0, 10_000).Draw(t, "rule")}
		lines := rapid.SliceOfN(offers, 1, domain.MaxOrderLines).Draw(t, "lines")
		for i := range lines {
			lines[i].At = i
		}
		active := amounts(10_000_000).Draw(t, "active")
		spend := rapid.OneOf(rapid.Just(int64(0)), rapid.Just(active), rapid.Int64Range(-5, 12_000_000)).Draw(t, "spend")
		q, refused := domain.PriceOrder(b, domain.Earning{Rules: []domain.EarningRule{rule}}, lines, spend, active, noon)
		wantSums(t, q, b)
		limit := min(domain.ShareFloor(q.SubtotalMinor, b.Points.MaxShare)/b.Points.PointMinor, active)
		if q.PointsSpent > limit || q.PointsSpent > max(spend, 0) || q.MaxPoints > limit {
			t.Fatalf("spends %d of %d asked, at most %d; says at most %d", q.PointsSpent, spend, limit, q.MaxPoints)
		}
		if want := domain.EarnPoints(q.TotalMinor, 0, rule.Share, b.Points.PointMinor); q.PointsToEarn != want {
			t.Fatalf("earns %d, want %d", q.PointsToEarn, want)
		}
		wantRefusals(t, lines, spend, active, q, refused)
	})
}

func wantSums(t *rapid.T, q domain.Quote, b domain.Business) {
	var subtotal, total, spent, earn int64
	for i, l := range q.Lines {
		if l.SubtotalMinor != l.PriceMinor*l.Quantity || l.TotalMinor != l.SubtotalMinor-l.PointsSpent*b.Points.PointMinor {
			t.Fatalf("line %d is %+v", i, l)
		}
		if l.TotalMinor < 0 || l.PointsSpent < 0 || l.PointsToEarn < 0 {
			t.Fatalf("line %d has a negative part: %+v", i, l)
		}
		subtotal, total, spent, earn = subtotal+l.SubtotalMinor, total+l.TotalMinor, spent+l.PointsSpent, earn+l.PointsToEarn
	}
	if subtotal != q.SubtotalMinor || total != q.TotalMinor || spent != q.PointsSpent || earn != q.PointsToEarn {
		t.Fatalf("lines make %d, %d, %d and %d, the order is %+v", subtotal, total, spent, earn, q)
	}
	if q.TotalMinor != q.SubtotalMinor-q.PointsWorthMinor || q.PointsWorthMinor != q.PointsSpent*b.Points.PointMinor || q.TotalMinor < 0 {
		t.Fatalf("the totals are %+v", q)
	}
}

// wantRefusals: each line that cannot be had and the points, each once, all at once.
func wantRefusals(t *rapid.T, lines []domain.OfferLine, spend, active int64, q domain.Quote, refused domain.Refused) {
	var want []string
	for i, l := range lines {
		at := strconv.Itoa(i)
		switch {
		case !l.Found:
			want = append(want, "NOT_FOUND [lines "+at+" variantId]")
		case l.Left != nil && *l.Left < l.Quantity:
			want = append(want, "OUT_OF_STOCK [lines "+at+" quantity]")
		}
	}
	switch {
	case spend < 0:
		want = append(want, "TOO_SMALL [spendPoints]")
	case spend > active:
		want = append(want, "INSUFFICIENT_POINTS [spendPoints]")
	case spend > q.MaxPoints:
		want = append(want, "POINTS_LIMIT [spendPoints]")
	}
	var got []string
	for _, r := range refused {
		got = append(got, fmt.Sprint(r.Code, " ", r.Field))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("refused %v, want %v", got, want)
	}
}

func TestPriceOrder_PromisesTheSlowestLineOnTheMinute(t *testing.T) {
	t.Parallel()
	lines := []domain.OfferLine{
		{LineAsk: domain.LineAsk{Quantity: 1}, Found: true, LeadMinutes: 90},
		{LineAsk: domain.LineAsk{Quantity: 1}, Found: true, LeadMinutes: 30},
	}
	b := domain.Business{Points: domain.PointsProgram{PointMinor: 100}}
	q, _ := domain.PriceOrder(b, domain.Earning{}, lines, 0, 0, noon.Add(59*time.Second))
	if q.PromisedAt == nil || !q.PromisedAt.Equal(noon.Add(90*time.Minute)) {
		t.Errorf("promised %v", q.PromisedAt)
	}
	if q, _ = domain.PriceOrder(b, domain.Earning{}, lines[:0], 0, 0, noon); q.PromisedAt != nil {
		t.Errorf("promised %v for nothing", q.PromisedAt)
	}
}

var statuses = []domain.OrderStatus{domain.OrderNew, domain.OrderConfirmed, domain.OrderInProgress, domain.OrderReady, domain.OrderCompleted,
	domain.OrderCancelled, domain.OrderRefunded}

var actions = []domain.OrderAction{domain.ActionConfirm, domain.ActionStart, domain.ActionMakeReady, domain.ActionComplete, domain.ActionCancel,
	domain.ActionPromise, domain.ActionRefund}

func TestSteps_EverySequenceLeavesAnOrderThatTheDatabaseTakes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := domain.Order{Status: domain.OrderNew, Version: 1}
		if rapid.Bool().Draw(t, "promised") {
			o.PromisedAt, o.PromiseState = new(noon.Add(time.Hour)), new(domain.PromiseOpen)
		}
		now := noon
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			action, staff := rapid.SampledFrom(actions).Draw(t, "action"), rapid.Bool().Draw(t, "staff")
			step, ok := domain.FindStep(o.Status, action, staff)
			if allowed := slices.Contains(domain.AvailableActions(o.Status, staff), action); allowed != ok {
				t.Fatalf("%s in %s: found %v, available %v", action, o.Status, ok, allowed)
			}
			if !ok {
				continue
			}
			if action == domain.ActionRefund && rapid.Bool().Draw(t, "whole") {
				step.To = domain.OrderRefunded
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "minutes")) * time.Minute)
			before := o
			o = o.Take(step, now)
			if o.Version != before.Version+1 || step.To != "" && o.Status != step.To || step.To == "" && o.Status != before.Status {
				t.Fatalf("%s made %+v of %+v", action, o, before)
			}
			wantChecks(t, o)
		}
		wantStory(t, o)
	})
}

// wantChecks is the CHECK constraints of the table of orders.
func wantChecks(t *rapid.T, o domain.Order) {
	for name, holds := range map[string]bool{
		"completed": (o.Status == domain.OrderCompleted || o.Status == domain.OrderRefunded) == (o.CompletedAt != nil),
		"cancelled": (o.Status == domain.OrderCancelled) == (o.CancelledAt != nil),
		"refunded":  (o.Status == domain.OrderRefunded) == (o.RefundedAt != nil),
		"promise":   (o.PromisedAt == nil) == (o.PromiseState == nil),
	} {
		if !holds {
			t.Fatalf("%s: %+v", name, o)
		}
	}
}

// wantStory: the instants of the steps are there up to the state and never run backwards; a promise of a closed order is settled.
func wantStory(t *rapid.T, o domain.Order) {
	instants := []*time.Time{o.ConfirmedAt, o.StartedAt, o.ReadyAt, o.CompletedAt, o.RefundedAt}
	for i := 1; i < len(instants); i++ {
		if instants[i] != nil && (instants[i-1] == nil || instants[i].Before(*instants[i-1])) {
			t.Fatalf("the instants are %v in %+v", instants, o)
		}
	}
	if o.PromiseState == nil || o.Status.Open() && o.Status != domain.OrderReady {
		return
	}
	switch *o.PromiseState {
	case domain.PromiseOpen:
		t.Fatalf("the promise of an order that is %s is open", o.Status)
	case domain.PromiseVoid:
		if o.Status != domain.OrderCancelled {
			t.Fatalf("the promise of an order that is %s is void", o.Status)
		}
	case domain.PromiseKept, domain.PromiseBroken:
		if kept := !o.ReadyAt.After(*o.PromisedAt); kept != (*o.PromiseState == domain.PromiseKept) {
			t.Fatalf("ready at %v for %v: %s", o.ReadyAt, o.PromisedAt, *o.PromiseState)
		}
	}
}

func TestSteps_CustomersMayDoLessThanStaffAndTheEndIsTheEnd(t *testing.T) {
	t.Parallel()
	for _, status := range statuses {
		mine, theirs := domain.AvailableActions(status, false), domain.AvailableActions(status, true)
		for _, a := range mine {
			if !slices.Contains(theirs, a) {
				t.Errorf("%s: customers may %s, staff may not", status, a)
			}
		}
		if mine == nil || theirs == nil {
			t.Errorf("%s: no list", status)
		}
		if seen := slices.Clone(theirs); len(slices.Compact(slices.Sorted(slices.Values(seen)))) != len(theirs) {
			t.Errorf("%s: %v names an action twice", status, theirs)
		}
		if ended := status == domain.OrderCancelled || status == domain.OrderRefunded; ended != (len(theirs) == 0) {
			t.Errorf("%s: staff may %v", status, theirs)
		}
	}
	reached := map[domain.OrderStatus]bool{domain.OrderNew: true, domain.OrderRefunded: true} // a whole refund is decided by its lines
	for range statuses {
		for _, s := range domain.Steps {
			if s.To != "" && slices.ContainsFunc(s.From, func(f domain.OrderStatus) bool { return reached[f] }) {
				reached[s.To] = true
			}
		}
	}
	if len(reached) != len(statuses) {
		t.Errorf("only %v can be reached", reached)
	}
}

func TestPlanRefund_PartsGiveBackExactlyTheWholeAndNeverMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var lines []domain.OrderLine
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			lines = append(lines, domain.OrderLine{
				ID: int64(i + 1), Quantity: rapid.Int64Range(1, 40).Draw(t, "quantity"), TotalMinor: amounts(math.MaxInt64/100).Draw(t, "total"),
				PointsSpent: amounts(1_000_000).Draw(t, "spent"), PointsToEarn: amounts(1_000_000).Draw(t, "earn"),
			})
		}
		for whole := false; !whole; {
			var asks []domain.RefundAsk
			if rapid.IntRange(0, 5).Draw(t, "rest") > 0 {
				asks = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) domain.RefundAsk {
					return domain.RefundAsk{LineID: rapid.Int64Range(1, int64(len(lines))).Draw(t, "line"), Quantity: rapid.Int64Range(1, 15).Draw(t, "n")}
				}), 1, 4).Draw(t, "asks")
			}
			plan, refused := domain.PlanRefund(lines, asks)
			if refused != nil {
				wantTooMany(t, lines, asks, refused)
				continue
			}
			whole = plan.Whole
			book(t, lines, plan)
		}
		for _, l := range lines {
			if l.RefundedQuantity != l.Quantity || l.RefundedMinor != l.TotalMinor || l.RefundedPoints != l.PointsSpent || l.ReversedPoints != l.PointsToEarn {
				t.Fatalf("after the whole refund the line is %+v", l)
			}
		}
		if _, refused := domain.PlanRefund(lines, nil); refused == nil {
			t.Fatal("a refund of nothing is not refused")
		}
	})
}

func wantTooMany(t *rapid.T, lines []domain.OrderLine, asks []domain.RefundAsk, refused domain.Refused) {
	asked, tooMany := map[int64]int64{}, false
	for _, a := range asks {
		asked[a.LineID] += a.Quantity
		tooMany = tooMany || asked[a.LineID]+lines[a.LineID-1].RefundedQuantity > lines[a.LineID-1].Quantity
	}
	if !tooMany || refused[0].Code != domain.CodeTooLarge {
		t.Fatalf("%v of %+v is refused with %+v", asks, lines, refused)
	}
}

// book adds a plan to the lines, as the store does, and checks what its constraints check.
func book(t *rapid.T, lines []domain.OrderLine, plan domain.RefundPlan) {
	var money, back, reversed int64
	seen := map[int64]bool{}
	for _, r := range plan.Lines {
		l := &lines[r.LineID-1]
		l.RefundedQuantity += r.Quantity
		l.RefundedMinor += r.MoneyMinor
		l.RefundedPoints += r.PointsBack
		l.ReversedPoints += r.PointsReversed
		money, back, reversed = money+r.MoneyMinor, back+r.PointsBack, reversed+r.PointsReversed
		if seen[r.LineID] || r.MoneyMinor < 0 || r.PointsBack < 0 || r.PointsReversed < 0 || r.Quantity < 1 {
			t.Fatalf("the plan is %+v", plan)
		}
		seen[r.LineID] = true
		if l.RefundedQuantity > l.Quantity || l.RefundedMinor > l.TotalMinor || l.RefundedPoints > l.PointsSpent || l.ReversedPoints > l.PointsToEarn {
			t.Fatalf("more came back than there was: %+v", *l)
		}
	}
	if money != plan.MoneyMinor || back != plan.PointsBack || reversed != plan.PointsReversed {
		t.Fatalf("lines make %d, %d and %d, the plan is %+v", money, back, reversed, plan)
	}
}

func TestPlanRefund_RefusesEverythingThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	lines := []domain.OrderLine{{ID: 1, Quantity: 3, RefundedQuantity: 1, TotalMinor: 300}}
	_, refused := domain.PlanRefund(lines, []domain.RefundAsk{{LineID: 7, Quantity: 1}, {LineID: 1, Quantity: 0, At: 1}, {LineID: 1, Quantity: 2, At: 2}, {LineID: 1, Quantity: 1, At: 3}})
	var got []domain.UserErrorCode
	for _, r := range refused {
		got = append(got, r.Code)
	}
	if want := []domain.UserErrorCode{domain.CodeNotFound, domain.CodeTooSmall, domain.CodeTooLarge}; !slices.Equal(got, want) {
		t.Errorf("refused with %v, want %v", got, want)
	}
	if _, refused := domain.PlanRefund(lines, []domain.RefundAsk{}); refused == nil || refused[0].Code != domain.CodeRequired {
		t.Errorf("no lines: %v", refused)
	}
}

func TestCheckLines_MergesVariantsAndNamesEveryWrongLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) domain.LineAsk {
			return domain.LineAsk{VariantID: rapid.Int64Range(0, 6).Draw(t, "variant"), Quantity: rapid.Int64Range(-1, domain.MaxQuantity/2+1).Draw(t, "quantity")}
		}), 1, 12).Draw(t, "lines")
		merged, refused := domain.CheckLines(lines)
		want, wrong := map[int64]int64{}, 0
		for _, l := range lines {
			if l.Quantity < 1 {
				wrong++
				continue
			}
			want[l.VariantID] += l.Quantity
		}
		got, last := map[int64]int64{}, -1
		for _, l := range merged {
			if _, twice := got[l.VariantID]; twice && l.VariantID != 0 || l.At <= last {
				t.Fatalf("%v became %v", lines, merged)
			}
			got[l.VariantID] += l.Quantity
			last = l.At
		}
		over := false
		for id, n := range want {
			over = over || id != 0 && n > domain.MaxQuantity
			if got[id] != n {
				t.Fatalf("%v became %v", lines, merged)
			}
		}
		if (len(refused) > 0) != (wrong > 0 || over) || len(refused) < wrong {
			t.Fatalf("%v is refused with %v", lines, refused)
		}
	})
	for name, c := range map[string]struct {
		lines []domain.LineAsk
		code  domain.UserErrorCode
	}{
		"none":     {nil, domain.CodeRequired},
		"too many": {make([]domain.LineAsk, domain.MaxOrderLines+1), domain.CodeTooLarge},
		"huge":     {[]domain.LineAsk{{VariantID: 1, Quantity: math.MaxInt64}}, domain.CodeTooLarge},
	} {
		if merged, refused := domain.CheckLines(c.lines); merged != nil || len(refused) != 1 || refused[0].Code != c.code {
			t.Errorf("%s: %v, %v", name, merged, refused)
		}
	}
}
