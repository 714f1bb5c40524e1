package store

import (
	"context"
	"encoding/json"
	"time"

	"kabinet/domain"
)

// noShowFlag marks bookings whose guests never came, among the flags of an order.
const noShowFlag = "NO_SHOW"

var (
	noShowReason    = domain.Text{RU: "Гости не приехали", EN: "The guests did not come"}
	calledOffReason = domain.Text{RU: "Бронирование отменено", EN: "The booking was called off"}
)

// ImportStays takes a batch of bookings in, each an order of nobody with one line of nights, and moves the run to where the batch ends. It
// returns the run as it is then and how many bookings were new. Conflict: another process moved the run.
func (s *Store) ImportStays(ctx context.Context, run domain.ImportRun, batch domain.StaysBatch) (moved domain.ImportRun, count domain.ImportCount, err error) {
	moved, err = s.importStep(ctx, run, batch.Locale, batch.After, func(ctx context.Context, b *importBatch) error {
		count, err = b.stays(ctx, batch.Bookings)
		return err
	})
	return moved, count, err
}

func (b *importBatch) stays(ctx context.Context, bookings []domain.StayBooking) (domain.ImportCount, error) {
	var known []string
	err := b.list(ctx, &known, `
select o.external_number
  from unnest($2::text[]) as n (key)
  join orders o on o.import_source = $1 and o.external_number = n.key`,
		b.run.Source, column(bookings, func(s domain.StayBooking) string { return s.Key }))
	if err != nil {
		return domain.ImportCount{}, err
	}
	isKnown := map[string]bool{}
	for _, key := range known {
		isKnown[key] = true
	}
	fresh := make([]*domain.StayBooking, 0, len(bookings))
	for i := range bookings {
		if !isKnown[bookings[i].Key] {
			fresh = append(fresh, &bookings[i])
		}
	}
	items, err := b.items(ctx, toldStays(fresh))
	if err != nil {
		return domain.ImportCount{}, err
	}
	return domain.ImportCount{Added: int64(len(fresh)), Known: int64(len(known))}, b.writeStays(ctx, fresh, items)
}

// toldStays lists the rooms of a batch with the rate of the latest arrival. They are services and archived: nights are not for sale
// by the piece.
func toldStays(bookings []*domain.StayBooking) []*importedProduct {
	var told []*importedProduct
	known := map[string]*importedProduct{}
	for _, s := range bookings {
		code := s.Code()
		p := known[code]
		if p == nil {
			p = &importedProduct{code: code, kind: domain.Service, status: domain.ProductArchived, firstAt: s.BookedAt}
			known[code] = p
			told = append(told, p)
		}
		if s.BookedAt.Before(p.firstAt) {
			p.firstAt = s.BookedAt
		}
		p.callIt(s.ProductName(), s.Arrival)
		p.priceIt(s.UnitMills, s.Arrival)
	}
	return told
}

func (b *importBatch) writeStays(ctx context.Context, bookings []*domain.StayBooking, items map[string]item) error {
	orderIDs, err := b.numbers(ctx, "orders", len(bookings))
	if err != nil {
		return err
	}
	orders := make([]*importedOrder, len(bookings))
	lines := make([]importedLine, len(bookings))
	for i, s := range bookings {
		o := &importedOrder{id: orderIDs[i], invoice: s.Key, status: domain.OrderCompleted, flags: s.Flags, mills: s.Mills, placedAt: s.BookedAt, endedAt: s.EndedAt}
		if !s.Completed {
			o.status, o.reason = domain.OrderCancelled, calledOffReason.In(b.locale)
		}
		if s.NoShow {
			o.flags, o.reason = append([]string{noShowFlag}, s.Flags...), noShowReason.In(b.locale)
		}
		it := items[s.Code()]
		orders[i] = o
		lines[i] = importedLine{order: o, position: 1, item: it, name: jsonText(s.ProductName()), kind: domain.Service,
			quantity: s.Nights, unitMills: s.UnitMills, mills: s.Mills}
	}
	if err := b.writeOrders(ctx, orders); err != nil {
		return err
	}
	if err := b.writeLines(ctx, lines); err != nil {
		return err
	}
	return b.writeParticulars(ctx, bookings, orderIDs)
}

func (b *importBatch) writeParticulars(ctx context.Context, bookings []*domain.StayBooking, orderIDs []int64) error {
	nth := -1
	return copyRows(ctx, b.Tx, `stay (order_id, arrival, departure, adults, children, babies, country, particulars)`, bookings,
		func(row **domain.StayBooking, v []any) []any {
			nth++
			s := *row
			particulars, _ := json.Marshal(s.Particulars) // strings always have a JSON form
			return append(v, orderIDs[nth], s.Arrival.Format(time.DateOnly), s.Departure.Format(time.DateOnly), s.Adults, s.Children, s.Babies, s.Country,
				string(particulars))
		})
}
