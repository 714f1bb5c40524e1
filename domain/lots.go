package domain

import "slices"

// LotBook is the lots of one customer while a transaction changes them, and what changed. Every method keeps Remaining and Held of a
// lot not negative and returns what it could not do as short.
type LotBook struct {
	lots    []Lot
	changed map[int64]LotDelta
}

// LotDelta is how a lot changes.
type LotDelta struct {
	LotID     int64
	Remaining int64
	Held      int64
}

// NewLotBook opens the book of lots; they need no order.
func NewLotBook(lots []Lot) *LotBook {
	lots = slices.Clone(lots)
	slices.SortFunc(lots, compareLots)
	return &LotBook{lots: lots, changed: map[int64]LotDelta{}}
}

// compareLots puts the soonest-expiring first and those that never expire last; older ones first among equals.
func compareLots(a, b Lot) int {
	switch {
	case a.ExpiresAt != nil && b.ExpiresAt != nil && !a.ExpiresAt.Equal(*b.ExpiresAt):
		return a.ExpiresAt.Compare(*b.ExpiresAt)
	case a.ExpiresAt != nil && b.ExpiresAt == nil:
		return -1
	case a.ExpiresAt == nil && b.ExpiresAt != nil:
		return 1
	}
	return int(a.ID - b.ID)
}

// Hold reserves n points, soonest-expiring first.
func (b *LotBook) Hold(n int64) (takes []Take, short int64) {
	takes, short = SpendPoints(b.lots, n)
	b.apply(takes, -1, +1)
	return takes, short
}

// Burn takes n points away, from the preferred lot first (0 for none), then soonest-expiring first.
func (b *LotBook) Burn(n, preferred int64) (takes []Take, short int64) {
	order := slices.Clone(b.lots)
	slices.SortStableFunc(order, func(x, y Lot) int {
		switch {
		case x.ID == preferred && y.ID != preferred:
			return -1
		case y.ID == preferred && x.ID != preferred:
			return 1
		}
		return 0
	})
	takes, short = SpendPoints(order, n)
	b.apply(takes, -1, 0)
	return takes, short
}

// Release gives reserved points back to their lots.
func (b *LotBook) Release(takes []Take) { b.apply(takes, +1, -1) }

// Capture takes reserved points away for good.
func (b *LotBook) Capture(takes []Take) { b.apply(takes, 0, -1) }

// GiveBack returns captured points to their lots.
func (b *LotBook) GiveBack(takes []Take) { b.apply(takes, +1, 0) }

// Changes are the lots that changed and by how much, by lot id.
func (b *LotBook) Changes() []LotDelta {
	out := make([]LotDelta, 0, len(b.changed))
	for _, d := range b.changed {
		if d.Remaining != 0 || d.Held != 0 {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(x, y LotDelta) int { return int(x.LotID - y.LotID) })
	return out
}

func (b *LotBook) apply(takes []Take, remaining, held int64) {
	for _, t := range takes {
		d := b.changed[t.LotID]
		d.LotID = t.LotID
		d.Remaining += remaining * t.Points
		d.Held += held * t.Points
		b.changed[t.LotID] = d
		for i := range b.lots {
			if b.lots[i].ID == t.LotID {
				b.lots[i].Remaining += remaining * t.Points
				b.lots[i].Held += held * t.Points
			}
		}
	}
}
