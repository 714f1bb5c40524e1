package store_test

import (
	"cmp"
	"slices"
	"time"

	"kabinet/domain"
)

// model is what the business should be, in memory: the points of customers by lots, and orders. It knows nothing of the store's code.
type model struct {
	onHand int64
	people map[int64]*modelPerson
	orders []*modelOrder
	// rewards are what orders brought to those above their buyers.
	rewards []*modelReward
}

type modelPerson struct {
	lots          []*modelLot
	pending, debt int64
	modelTies
}

type modelLot struct {
	remaining, held int64
	expires         time.Time
	order           *modelOrder // that earned it
}

type modelOrder struct {
	id, customer int64
	status       domain.OrderStatus
	placed       time.Time
	total        int64
	refunded     int64
	spent        int64
	takes        []modelTake
	earned       int64 // what is left of it
	matures      time.Time
	matured      bool
	honey        int64
	lines        []domain.OrderLine
}

type modelTake struct {
	lot *modelLot
	n   int64
}

func (p *modelPerson) sum() (active, held int64) {
	for _, l := range p.lots {
		active += l.remaining
		held += l.held
	}
	return active, held
}

// spendable is what an order can be paid with: points past their date are not, though nobody has burnt them yet.
func (p *modelPerson) spendable(now time.Time) (n int64) {
	for _, l := range p.lots {
		if l.expires.After(now) {
			n += l.remaining
		}
	}
	return n
}

// add gives a lot, less what is owed. Lots stay sorted by their end, older ones first among equals.
func (p *modelPerson) add(points int64, expires time.Time, order *modelOrder) {
	settled := min(p.debt, points)
	p.debt -= settled
	p.lots = append(p.lots, &modelLot{remaining: points - settled, expires: expires, order: order})
	slices.SortStableFunc(p.lots, func(a, b *modelLot) int { return a.expires.Compare(b.expires) })
}

// burn takes points away, from the lot that an order earned first, then from the soonest to end; it returns what there was not.
func (p *modelPerson) burn(n int64, first *modelOrder) int64 {
	order := slices.Clone(p.lots)
	slices.SortStableFunc(order, func(a, b *modelLot) int {
		return cmp.Compare(preference(b, first), preference(a, first))
	})
	for _, l := range order {
		take := min(n, l.remaining)
		l.remaining -= take
		n -= take
	}
	return n
}

func preference(l *modelLot, first *modelOrder) int {
	if first != nil && l.order == first {
		return 1
	}
	return 0
}

func (p *modelPerson) settle() {
	active, _ := p.sum()
	n := min(p.debt, active)
	p.debt -= n
	p.burn(n, nil)
}

func (m *model) hold(o *modelOrder, now time.Time) {
	left := o.spent
	for _, l := range m.people[o.customer].lots {
		if take := min(left, l.remaining); take > 0 && l.expires.After(now) {
			l.remaining -= take
			l.held += take
			left -= take
			o.takes = append(o.takes, modelTake{l, take})
		}
	}
}

func (m *model) cancel(o *modelOrder) {
	for _, t := range o.takes {
		t.lot.held -= t.n
		t.lot.remaining += t.n
	}
	o.takes = nil
	m.people[o.customer].settle()
	m.onHand += o.honey
	o.status = domain.OrderCancelled
}

func (m *model) complete(o *modelOrder, now time.Time) {
	for _, t := range o.takes {
		t.lot.held -= t.n
	}
	m.people[o.customer].pending += o.earned
	o.matures = now.Add(14 * 24 * time.Hour)
	o.status = domain.OrderCompleted
	m.reward(o)
}

// refund gives n of a line back: the share of its stored amounts that the quantity is, the last piece what is left.
func (m *model) refund(o *modelOrder, i int, n int64) {
	l := &o.lines[i]
	share := func(whole int64) int64 {
		return whole*(l.RefundedQuantity+n)/l.Quantity - whole*l.RefundedQuantity/l.Quantity
	}
	back, reversed := share(l.PointsSpent), share(l.PointsToEarn)
	o.refunded += share(l.TotalMinor)
	l.RefundedQuantity += n
	if l.Kind == domain.Goods {
		m.onHand += n
	}
	p := m.people[o.customer]
	for k := len(o.takes) - 1; k >= 0; k-- {
		take := min(back, o.takes[k].n)
		o.takes[k].n -= take
		o.takes[k].lot.remaining += take
		back -= take
	}
	p.settle()
	o.earned -= reversed
	if o.matured {
		p.debt += p.burn(reversed, o)
	} else {
		p.pending -= reversed
	}
	if !slices.ContainsFunc(o.lines, func(l domain.OrderLine) bool { return l.RefundedQuantity < l.Quantity }) {
		o.status = domain.OrderRefunded
	}
	m.reverseRewards(o)
}

func (m *model) mature(now time.Time) {
	for _, o := range m.orders {
		done := o.status == domain.OrderCompleted || o.status == domain.OrderRefunded
		if !done || o.matured || o.matures.After(now) {
			continue
		}
		o.matured = true
		if o.earned > 0 {
			p := m.people[o.customer]
			p.pending -= o.earned
			p.add(o.earned, now.Add(365*24*time.Hour), o)
		}
	}
}

func (m *model) expire(now time.Time) {
	for _, p := range m.people {
		for _, l := range p.lots {
			if !l.expires.After(now) {
				l.remaining = 0
			}
		}
	}
}

func (m *model) endHolds(now time.Time) {
	for _, o := range m.orders {
		if o.status == domain.OrderNew && o.spent > 0 && !o.placed.Add(3*24*time.Hour).After(now) {
			m.cancel(o)
		}
	}
}
