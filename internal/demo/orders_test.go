package demo

import (
	"testing"

	"kabinet/domain"
)

// told is where an order's story leaves it.
type told struct {
	Order
	status   domain.OrderStatus
	promised Span // since it was placed: the longest lead time of its lines, unless moved
	moves    int
	refunds  int
	byStaff  bool // who took the last step
	done     Span // how long ago it was completed
}

// follow tells an order's story by the state machine of the domain and fails on a step that it forbids.
func follow(t *testing.T, b *Business, o Order) told {
	t.Helper()
	x := told{Order: o, status: domain.OrderNew}
	for _, l := range o.Lines {
		x.promised = max(x.promised, Span(leadTime(b, l.SKU)))
	}
	left := quantities(o.Lines)
	for _, s := range o.Steps {
		x.byStaff = s.By != ByCustomer
		step, ok := domain.FindStep(x.status, s.Do, x.byStaff)
		if !ok {
			t.Fatalf("%s, %s ago: %s by %s is not allowed when %s", o.Customer, o.PlacedAgo.Duration(), s.Do, s.By, x.status)
		}
		if step.To != "" {
			x.status = step.To
		}
		switch s.Do {
		case domain.ActionPromise:
			x.moves, x.promised = x.moves+1, s.Promise
		case domain.ActionComplete:
			x.done = o.PlacedAgo - s.After
		case domain.ActionRefund:
			x.refunds++
			if refund(t, left, s.Lines) {
				x.status = domain.OrderRefunded
			}
		}
	}
	return x
}

// refund takes lines, or everything, from what is left of an order and says whether nothing remains.
func refund(t *testing.T, left map[string]int64, lines []Line) bool {
	t.Helper()
	if len(lines) == 0 {
		return true
	}
	for sku, n := range quantities(lines) {
		if left[sku] < n {
			t.Fatalf("%d of %s refunded of %d", n, sku, left[sku])
		}
		if left[sku] -= n; left[sku] == 0 {
			delete(left, sku)
		}
	}
	return len(left) == 0
}

func quantities(lines []Line) map[string]int64 {
	sum := make(map[string]int64)
	for _, l := range lines {
		sum[l.SKU] += l.Quantity
	}
	return sum
}

func variantOf(b *Business, sku string) (Product, Variant) {
	for _, p := range b.Products {
		for _, v := range p.Variants {
			if v.SKU == sku {
				return p, v
			}
		}
	}
	return Product{}, Variant{}
}

func leadTime(b *Business, sku string) int64 {
	p, _ := variantOf(b, sku)
	return p.Expect.LeadTimeMinutes * int64(60e9)
}

func TestOrders_ReachEveryState(t *testing.T) {
	eachPreset(t, func(t *testing.T, b *Business) {
		window := Span(b.Settings.ReturnWindowDays) * 24 * 3600e9
		seen := make(map[string]int)
		for _, o := range b.Orders {
			x := follow(t, b, o)
			seen[string(x.status)]++
			open := x.status.Open() && x.status != domain.OrderReady
			for what, is := range map[string]bool{
				"completed, points pending":    x.status == domain.OrderCompleted && x.done < window,
				"completed, points active":     x.status == domain.OrderCompleted && x.done > window,
				"cancelled by the customer":    x.status == domain.OrderCancelled && !x.byStaff,
				"cancelled by staff":           x.status == domain.OrderCancelled && x.byStaff,
				"refunded in part":             x.status == domain.OrderCompleted && x.refunds > 0,
				"points spent":                 o.SpendPoints > 0,
				"points spent, then cancelled": o.SpendPoints > 0 && x.status == domain.OrderCancelled,
				"a promise moved twice":        open && x.moves == 2,
				"late":                         open && o.PlacedAgo > x.promised,
				"with a note":                  !o.Note.Empty(),
			} {
				if is {
					seen[what]++
				} else {
					seen[what] += 0
				}
			}
		}
		for _, s := range []domain.OrderStatus{domain.OrderNew, domain.OrderConfirmed, domain.OrderInProgress, domain.OrderReady,
			domain.OrderCompleted, domain.OrderCancelled, domain.OrderRefunded} {
			seen[string(s)] += 0
		}
		for what, n := range seen {
			if n == 0 {
				t.Errorf("no order is %s", what)
			}
		}
		if seen["late"] != 1 {
			t.Errorf("%d orders are late, want one: a demo must not look neglected", seen["late"])
		}
	})
}

func TestOrders_KeepTheirPromisesOnceReady(t *testing.T) {
	eachPreset(t, func(t *testing.T, b *Business) {
		for _, o := range b.Orders {
			x := follow(t, b, o)
			for _, s := range o.Steps {
				if s.Do == domain.ActionMakeReady && s.After > x.promised {
					t.Errorf("%s, %s ago: ready after %s, promised for %s", o.Customer, o.PlacedAgo.Duration(), s.After.Duration(), x.promised.Duration())
				}
			}
		}
	})
}

func TestOrders_SpendOnlyPointsThatWereGivenBefore(t *testing.T) {
	eachPreset(t, func(t *testing.T, b *Business) {
		spent := make(map[string]int64)
		for _, o := range b.Orders {
			var have, subtotal int64
			for _, g := range b.Gifts {
				alive := g.GivenAgo.Duration().Hours() < float64(b.Settings.PointsLifetimeDays*24)
				if g.Customer == o.Customer && g.GivenAgo > o.PlacedAgo && alive {
					have += g.Points
				}
			}
			for _, l := range o.Lines {
				_, v := variantOf(b, l.SKU)
				subtotal += v.PriceMinor * l.Quantity
			}
			spent[o.Customer] += o.SpendPoints
			if spent[o.Customer] > have {
				t.Errorf("%s, %s ago: spent %d points of %d given", o.Customer, o.PlacedAgo.Duration(), spent[o.Customer], have)
			}
			if limit := domain.ShareFloor(subtotal, b.Settings.PointsShare); o.SpendPoints*b.Settings.PointMinor > limit {
				t.Errorf("%s, %s ago: %d points pay more than %d minor units", o.Customer, o.PlacedAgo.Duration(), o.SpendPoints, limit)
			}
		}
	})
}

func TestOrders_FitTheStock(t *testing.T) {
	eachPreset(t, func(t *testing.T, b *Business) {
		ordered := make(map[string]int64)
		for _, o := range b.Orders {
			for _, l := range o.Lines {
				ordered[l.SKU] += l.Quantity
			}
		}
		soldOut, low := 0, 0
		for _, p := range b.Products {
			for _, v := range p.Variants {
				if v.Stock == nil {
					continue
				}
				left := *v.Stock - ordered[v.SKU]
				switch {
				case left < 0:
					t.Errorf("%s: %d ordered of %d", v.SKU, ordered[v.SKU], *v.Stock)
				case left == 0:
					soldOut++
				case left <= domain.LowStockAt:
					low++
				}
			}
		}
		if soldOut == 0 || low == 0 {
			t.Errorf("%d sold out and %d low: the catalogue shows neither", soldOut, low)
		}
	})
}
