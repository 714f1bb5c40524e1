package store

import (
	"context"
	"slices"
	"time"

	"kabinet/domain"
)

// This file is what imported orders and refunds do to wallets. The present of an import is when its run began: what has matured by then is
// active at once, and its lots live from then on, since the points of old orders would burn the day they come otherwise.

// importedPoints collects the points and figures of a batch and writes them together, under the locks of the wallets.
type importedPoints struct {
	*importBatch
	earned   []earnedOrder
	returned []returnedPart
	figures  map[int64]*figuresDelta
}

// earnedOrder is what an order earned by the lines of a batch.
type earnedOrder struct {
	customerID int64
	orderID    int64
	points     int64
	placedAt   time.Time
}

// figuresDelta is what a batch adds to the figures of a customer.
type figuresDelta struct {
	customerID                               int64
	orders, paid, mills, refunded, backMills int64
	lastAt                                   time.Time
}

// importedMove is a movement with its time.
type importedMove struct {
	recordedMove
	at time.Time
}

// importedLot is a lot of an order.
type importedLot struct {
	domain.Lot
	OrderID int64 `db:"order_id"`
	points  int64
}

func newImportedPoints(b *importBatch) *importedPoints {
	return &importedPoints{importBatch: b, figures: map[int64]*figuresDelta{}}
}

func (p *importedPoints) figuresOf(customerID int64) *figuresDelta {
	f := p.figures[customerID]
	if f == nil {
		f = &figuresDelta{customerID: customerID}
		p.figures[customerID] = f
	}
	return f
}

// matured says whether points of an order placed then are active in the present of the import.
func (p *importedPoints) matured(placed time.Time) bool {
	return !p.terms.business.Points.MaturesAt(placed).After(p.run.StartedAt)
}

// earn writes the accruals of new lines and keeps what their orders bring.
func (p *importedPoints) earn(ctx context.Context, orders []*openOrder) error {
	earning := []int64{}
	for _, o := range orders {
		if o.customerID == 0 || len(o.lines) == 0 {
			continue
		}
		f := p.figuresOf(o.customerID)
		was, wasMills := domain.Mills(o.before)
		is, isMills := domain.Mills(o.mills)
		f.paid += is - was
		f.mills += isMills - wasMills
		if !o.stored {
			f.orders++
		}
		if o.placedAt.After(f.lastAt) {
			f.lastAt = o.placedAt
		}
		if o.earned > 0 {
			earning = append(earning, o.id)
			p.earned = append(p.earned, earnedOrder{o.customerID, o.id, o.earned, o.placedAt})
		}
	}
	_, err := p.exec(ctx, `
insert into accrual (customer_id, order_id, order_line_id, rule_id, rule_version, points, state, matures_at, created_at)
select o.customer_id, l.order_id, l.id, l.rule_id, $2, l.points_to_earn, case when m.at <= $3 then 'ACTIVE' else 'PENDING' end, m.at, o.placed_at
  from unnest($1::bigint[]) with ordinality as n (order_id, nth)
  join orders o on o.id = n.order_id
 cross join lateral (select o.placed_at + make_interval(hours => 24 * $4::int) as at) m
 cross join lateral (select l.id, l.order_id, l.rule_id, l.points_to_earn
                       from order_line l
                      where l.order_id = o.id and l.points_to_earn > 0
                      order by l.position) l
on conflict on constraint accrual_once do nothing`,
		earning, p.rule.Version, p.run.StartedAt, p.terms.business.Points.ReturnWindowDays)
	return err
}

// refund keeps what refunds give and take.
func (p *importedPoints) refund(refunds []*openRefund, parts []returnedPart) {
	for _, r := range refunds {
		if r.customerID == 0 || len(r.lines) == 0 {
			continue
		}
		f := p.figuresOf(r.customerID)
		minor, mills := domain.Mills(r.mills)
		f.refunded += minor
		f.backMills += mills
	}
	for _, part := range parts {
		if part.points > 0 {
			p.returned = append(p.returned, part)
		}
	}
}

// write moves the points and adds the figures.
func (p *importedPoints) write(ctx context.Context) error {
	var customers []int64
	for id := range p.figures {
		customers = append(customers, id)
	}
	slices.Sort(customers)
	wallets, err := p.lockWallets(ctx, orEmpty(customers)...)
	if err != nil {
		return err
	}
	ledger := &importedLedger{importedPoints: p, batch: newPointsBatch(wallets)}
	if err := ledger.give(ctx); err != nil {
		return err
	}
	if err := ledger.reverse(ctx); err != nil {
		return err
	}
	if err := ledger.write(ctx); err != nil {
		return err
	}
	return p.writeFigures(ctx, customers)
}

func (p *importedPoints) writeFigures(ctx context.Context, customers []int64) error {
	all := column(customers, func(id int64) *figuresDelta { return p.figures[id] })
	_, err := p.exec(ctx, `
update customer_figures f
   set completed_orders = f.completed_orders + n.orders,
       paid = f.paid + n.paid, paid_mills = f.paid_mills + n.mills,
       refunded = f.refunded + n.refunded, refunded_mills = f.refunded_mills + n.back_mills,
       last_order_at = greatest(f.last_order_at, nullif(n.last_at, '-infinity'))
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[]::timestamptz[])
       as n (customer_id, orders, paid, mills, refunded, back_mills, last_at)
 where f.customer_id = n.customer_id`,
		customers,
		column(all, func(f *figuresDelta) int64 { return f.orders }),
		column(all, func(f *figuresDelta) int64 { return f.paid }),
		column(all, func(f *figuresDelta) int64 { return f.mills }),
		column(all, func(f *figuresDelta) int64 { return f.refunded }),
		column(all, func(f *figuresDelta) int64 { return f.backMills }),
		column(all, func(f *figuresDelta) string { return textMoment(f.lastAt) }))
	return err
}

// importedLedger is the movements of a batch while they are decided.
type importedLedger struct {
	*importedPoints
	batch *pointsBatch
	moves []importedMove
	fresh []*importedLot
}

// move records a movement at its own time.
func (l *importedLedger) move(customerID int64, m domain.Move, at time.Time, ref pointsRef) error {
	l.batch.moves = l.batch.moves[:0]
	if err := l.batch.move(customerID, m, ref); err != nil {
		return err
	}
	for _, made := range l.batch.moves {
		l.moves = append(l.moves, importedMove{made, at})
	}
	return nil
}

// give gives what orders earned: pending, and active in a lot when matured. What the customer owes is settled first.
func (l *importedLedger) give(ctx context.Context) error {
	program := l.terms.business.Points
	ids, err := l.numbers(ctx, "lot", len(l.earned))
	if err != nil {
		return err
	}
	for i, e := range l.earned {
		ref := pointsRef{orderID: e.orderID, ruleID: l.rule.ID}
		err := l.move(e.customerID, domain.Move{From: domain.AccountIssued, To: domain.AccountPending, Points: e.points, Cause: domain.CauseOrderEarned}, e.placedAt, ref)
		if err != nil {
			return err
		}
		if !l.matured(e.placedAt) {
			continue
		}
		at := program.MaturesAt(e.placedAt)
		settled := domain.SettleDebt(l.batch.wallet(e.customerID).Debt, e.points)
		lot := &importedLot{OrderID: e.orderID, points: e.points}
		lot.Lot = domain.Lot{ID: ids[i], CustomerID: e.customerID, Remaining: e.points - settled, ExpiresAt: program.ExpiresAt(l.run.StartedAt), CreatedAt: at}
		l.fresh = append(l.fresh, lot)
		err = l.move(e.customerID, domain.Move{From: domain.AccountPending, To: domain.AccountActive, Points: e.points, Cause: domain.CauseMatured}, at, pointsRef{orderID: e.orderID})
		if err != nil {
			return err
		}
		if err := l.move(e.customerID, settleMove(settled), at, pointsRef{}); err != nil {
			return err
		}
	}
	return nil
}

// reverse takes back what returned lines had earned, as a live refund does: pending points from pending, matured ones from the lot of
// their order first, then from the others; the rest becomes debt.
func (l *importedLedger) reverse(ctx context.Context) error {
	if len(l.returned) == 0 {
		return nil
	}
	pending, err := l.markAccruals(ctx)
	if err != nil {
		return err
	}
	byCustomer := groupBy(l.returned, func(r returnedPart) int64 { return r.refund.customerID })
	var customers []int64
	for id := range byCustomer {
		customers = append(customers, id)
	}
	slices.Sort(customers)
	stored, err := l.storedLots(ctx, customers)
	if err != nil {
		return err
	}
	lots := groupBy(append(stored, column(l.fresh, func(f *importedLot) importedLot { return *f })...), func(i importedLot) int64 { return i.CustomerID })
	for _, id := range customers {
		if err := l.reverseFor(id, byCustomer[id], lots[id], pending); err != nil {
			return err
		}
	}
	return nil
}

func (l *importedLedger) reverseFor(customerID int64, parts []returnedPart, lots []importedLot, pending map[int64]bool) error {
	book := domain.NewLotBook(column(lots, func(i importedLot) domain.Lot { return i.Lot }))
	own := map[int64]int64{}
	for _, i := range lots {
		own[i.OrderID] = i.ID
	}
	for _, part := range parts {
		back := domain.ReversePoints(part.points, pending[part.purchase.LineID], l.batch.wallet(customerID).Active)
		book.Burn(back.Active, own[part.purchase.OrderID])
		ref := pointsRef{orderID: part.purchase.OrderID, refundID: part.refund.id}
		for _, m := range []domain.Move{
			{From: domain.AccountPending, To: domain.AccountIssued, Points: back.Pending, Cause: domain.CauseRefundReversed},
			{From: domain.AccountActive, To: domain.AccountIssued, Points: back.Active, Cause: domain.CauseRefundReversed},
			{From: domain.AccountDebt, To: domain.AccountIssued, Points: back.Debt, Cause: domain.CauseRefundReversed},
		} {
			if err := l.move(customerID, m, part.refund.at, ref); err != nil {
				return err
			}
		}
	}
	fresh := byKey(l.fresh, func(f *importedLot) int64 { return f.ID })
	for _, change := range book.Changes() {
		if lot := fresh[change.LotID]; lot != nil {
			lot.Remaining += change.Remaining
		} else {
			l.batch.lots = append(l.batch.lots, change)
		}
	}
	return nil
}

// markAccruals takes the points off the accruals and tells which of the lines' are still pending.
func (l *importedLedger) markAccruals(ctx context.Context) (pending map[int64]bool, err error) {
	var lines []int64
	err = l.list(ctx, &lines, `
with taken as (
  update accrual a
     set reversed = a.reversed + n.points
    from (select t.order_line_id, sum(t.points)::bigint as points
            from unnest($1::bigint[], $2::bigint[]) as t (order_line_id, points)
           group by t.order_line_id) n
   where a.order_line_id = n.order_line_id
  returning a.order_line_id, a.state
)
select order_line_id from taken where state = 'PENDING'`,
		column(l.returned, func(r returnedPart) int64 { return r.purchase.LineID }),
		column(l.returned, func(r returnedPart) int64 { return r.points }))
	return setOf(lines), err
}

func (l *importedLedger) storedLots(ctx context.Context, customers []int64) (lots []importedLot, err error) {
	err = l.list(ctx, &lots, `
select id, customer_id, remaining, held, expires_at, created_at, coalesce(order_id, 0) as order_id
  from lot
 where customer_id = any($1) and remaining > 0
 order by id`, customers)
	return lots, err
}

// write writes the movements, lots and wallets.
func (l *importedLedger) write(ctx context.Context) error {
	err := copyRows(ctx, l.Tx, `transfer (customer_id, from_account, to_account, points, cause, order_id, refund_id, rule_id, at,
  active_after, pending_after, held_after, debt_after)`, l.moves, func(m *importedMove, v []any) []any {
		return append(v, m.after.CustomerID, string(m.From), string(m.To), m.Points, string(m.Cause), orNull(m.orderID), orNull(m.refundID), orNull(m.ruleID),
			m.at, m.after.Active, m.after.Pending, m.after.Held, m.after.Debt)
	})
	if err != nil {
		return err
	}
	err = copyRows(ctx, l.Tx, `lot (id, customer_id, points, remaining, expires_at, order_id, created_at)`, l.fresh, func(row **importedLot, v []any) []any {
		i := *row
		var expires any
		if i.ExpiresAt != nil {
			expires = *i.ExpiresAt
		}
		return append(v, i.ID, i.CustomerID, i.points, i.Remaining, expires, i.OrderID, i.CreatedAt)
	})
	if err != nil {
		return err
	}
	changes := l.batch.lots
	_, err = l.exec(ctx, `
update lot l
   set remaining = l.remaining + n.remaining
  from unnest($1::bigint[], $2::bigint[]) as n (id, remaining)
 where l.id = n.id`,
		column(changes, func(d domain.LotDelta) int64 { return d.LotID }),
		column(changes, func(d domain.LotDelta) int64 { return d.Remaining }))
	if err != nil {
		return err
	}
	wallets := make([]domain.Wallet, 0, len(l.batch.wallets))
	for _, w := range l.batch.wallets {
		wallets = append(wallets, w)
	}
	_, err = l.exec(ctx, `
update wallet w
   set active = n.active, pending = n.pending, debt = n.debt
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) as n (customer_id, active, pending, debt)
 where w.customer_id = n.customer_id`,
		column(wallets, func(w domain.Wallet) int64 { return w.CustomerID }),
		column(wallets, func(w domain.Wallet) int64 { return w.Active }),
		column(wallets, func(w domain.Wallet) int64 { return w.Pending }),
		column(wallets, func(w domain.Wallet) int64 { return w.Debt }))
	return err
}
