package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// This file is the steps that change points. All of them run under the lock of the wallet's row, and all of them write through a
// pointsBatch, so the wallet, its lots and the ledger change together or not at all.

// lockWallets locks the wallets of the customers in order and returns them.
func (t *Tx) lockWallets(ctx context.Context, customerIDs ...int64) (map[int64]domain.Wallet, error) {
	var rows []domain.Wallet
	err := t.list(ctx, &rows, `
select customer_id, active, pending, held, debt
  from wallet
 where customer_id = any($1)
 order by customer_id
   for update`, customerIDs)
	return byKey(rows, func(w domain.Wallet) int64 { return w.CustomerID }), err
}

// lots reads the lots that a wallet can spend from, soonest-expiring first, and those named.
func (t *Tx) lots(ctx context.Context, customerID int64, named ...int64) ([]domain.Lot, error) {
	var lots []domain.Lot
	err := t.list(ctx, &lots, `
select id, customer_id, remaining, held, expires_at, created_at
  from lot
 where customer_id = $1 and remaining > 0
 union
select id, customer_id, remaining, held, expires_at, created_at
  from lot
 where id = any($2)`, customerID, orEmpty(named))
	return lots, err
}

// pointsRef is what a movement belongs to; zero fields mean nothing.
type pointsRef struct {
	orderID  int64
	refundID int64
	ruleID   int64
	staffID  int64
	reason   string
}

// newLot is a lot to add.
type newLot struct {
	customerID int64
	points     int64
	remaining  int64
	expiresAt  *time.Time
	orderID    int64
}

// recordedMove is a movement with the wallet right after it.
type recordedMove struct {
	domain.Move
	pointsRef
	after domain.Wallet
}

// pointsBatch collects changes of points, of any number of customers, to write them in one statement.
type pointsBatch struct {
	wallets map[int64]domain.Wallet
	moves   []recordedMove
	lots    []domain.LotDelta
	added   []newLot
}

func newPointsBatch(wallets map[int64]domain.Wallet) *pointsBatch {
	return &pointsBatch{wallets: wallets}
}

// wallet is the wallet as the batch leaves it so far.
func (b *pointsBatch) wallet(customerID int64) domain.Wallet { return b.wallets[customerID] }

// move adds a movement; one of 0 points is nothing.
func (b *pointsBatch) move(customerID int64, m domain.Move, ref pointsRef) error {
	if m.Points == 0 {
		return nil
	}
	after, err := b.wallets[customerID].Apply(m)
	if err != nil {
		return err
	}
	b.wallets[customerID] = after
	b.moves = append(b.moves, recordedMove{m, ref, after})
	return nil
}

// give adds points that become active in a lot of their own. What the customer owes is settled from them first.
func (b *pointsBatch) give(customerID int64, m domain.Move, lot newLot, ref pointsRef) error {
	if m.Points == 0 {
		return nil
	}
	settled := domain.SettleDebt(b.wallets[customerID].Debt, m.Points)
	lot.customerID, lot.points, lot.remaining = customerID, m.Points, m.Points-settled
	b.added = append(b.added, lot)
	if err := b.move(customerID, m, ref); err != nil {
		return err
	}
	return b.move(customerID, settleMove(settled), pointsRef{})
}

func settleMove(points int64) domain.Move {
	return domain.Move{From: domain.AccountActive, To: domain.AccountDebt, Points: points, Cause: domain.CauseDebtSettled}
}

// settleFrom settles what the customer owes from active points of the book.
func (b *pointsBatch) settleFrom(customerID int64, book *domain.LotBook) error {
	w := b.wallets[customerID]
	points := domain.SettleDebt(w.Debt, w.Active)
	book.Burn(points, 0)
	return b.move(customerID, settleMove(points), pointsRef{})
}

// pointsSteps write a batch. Their parameters are those of pointsBatch.params.
const pointsSteps = `moved as (
  insert into transfer (customer_id, from_account, to_account, points, cause, order_id, refund_id, rule_id, staff_id, reason, at,
                        active_after, pending_after, held_after, debt_after)
  select m.customer_id, m.from_account, m.to_account, m.points, m.cause, nullif(m.order_id, 0), nullif(m.refund_id, 0),
         nullif(m.rule_id, 0), nullif(m.staff_id, 0), nullif(m.reason, ''), $1, m.active, m.pending, m.held, m.debt
    from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[],
                $10::bigint[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
         with ordinality as m (customer_id, from_account, to_account, points, cause, order_id, refund_id, rule_id, staff_id, reason,
                               active, pending, held, debt, nth)
   order by m.nth
  returning id
), balanced as (
  update wallet w
     set active = n.active, pending = n.pending, held = n.held, debt = n.debt
    from unnest($16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[]) as n (customer_id, active, pending, held, debt)
   where w.customer_id = n.customer_id
), changed as (
  update lot l
     set remaining = l.remaining + n.remaining, held = l.held + n.held
    from unnest($21::bigint[], $22::bigint[], $23::bigint[]) as n (id, remaining, held)
   where l.id = n.id
), added as (
  insert into lot (customer_id, points, remaining, expires_at, order_id, created_at)
  select n.customer_id, n.points, n.remaining, nullif(n.expires_at, 'infinity'), nullif(n.order_id, 0), $1
    from unnest($24::bigint[], $25::bigint[], $26::bigint[], $27::text[]::timestamptz[], $28::bigint[]) as n (customer_id, points, remaining, expires_at, order_id)
)`

const pointsParams = 28

const applyPointsSQL = `
with ` + pointsSteps + `
select coalesce(min(id), 0) from moved`

// applyPoints writes a batch and returns the number of its first movement, 0 when it had none.
func (t *Tx) applyPoints(ctx context.Context, b *pointsBatch) (firstID int64, err error) {
	if len(b.moves) == 0 {
		return 0, nil
	}
	err = t.get(ctx, &firstID, applyPointsSQL, b.params(t.now)...)
	return firstID, err
}

// params are the parameters of pointsSteps.
func (b *pointsBatch) params(now time.Time) []any {
	wallets := []domain.Wallet{}
	for _, w := range b.wallets {
		wallets = append(wallets, w)
	}
	m, l, a := b.moves, b.lots, b.added
	return []any{
		now,
		column(m, func(m recordedMove) int64 { return m.after.CustomerID }),
		column(m, func(m recordedMove) string { return string(m.From) }),
		column(m, func(m recordedMove) string { return string(m.To) }),
		column(m, func(m recordedMove) int64 { return m.Points }),
		column(m, func(m recordedMove) string { return string(m.Cause) }),
		column(m, func(m recordedMove) int64 { return m.orderID }),
		column(m, func(m recordedMove) int64 { return m.refundID }),
		column(m, func(m recordedMove) int64 { return m.ruleID }),
		column(m, func(m recordedMove) int64 { return m.staffID }),
		column(m, func(m recordedMove) string { return m.reason }),
		column(m, func(m recordedMove) int64 { return m.after.Active }),
		column(m, func(m recordedMove) int64 { return m.after.Pending }),
		column(m, func(m recordedMove) int64 { return m.after.Held }),
		column(m, func(m recordedMove) int64 { return m.after.Debt }),
		column(wallets, func(w domain.Wallet) int64 { return w.CustomerID }),
		column(wallets, func(w domain.Wallet) int64 { return w.Active }),
		column(wallets, func(w domain.Wallet) int64 { return w.Pending }),
		column(wallets, func(w domain.Wallet) int64 { return w.Held }),
		column(wallets, func(w domain.Wallet) int64 { return w.Debt }),
		column(l, func(d domain.LotDelta) int64 { return d.LotID }),
		column(l, func(d domain.LotDelta) int64 { return d.Remaining }),
		column(l, func(d domain.LotDelta) int64 { return d.Held }),
		column(a, func(n newLot) int64 { return n.customerID }),
		column(a, func(n newLot) int64 { return n.points }),
		column(a, func(n newLot) int64 { return n.remaining }),
		column(a, func(n newLot) string { return textTime(n.expiresAt) }),
		column(a, func(n newLot) int64 { return n.orderID }),
	}
}

// textTime writes an instant for a text array; nil is infinity.
func textTime(at *time.Time) string {
	if at == nil {
		return "infinity"
	}
	return at.Format(time.RFC3339Nano)
}

// orEmpty makes an empty array of a nil slice, which would be NULL.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// heldLots reads which lots an order's hold took from, soonest-expiring first, with what is still out of each.
func (t *Tx) heldLots(ctx context.Context, orderID int64) ([]domain.Take, error) {
	var takes []domain.Take
	err := t.list(ctx, &takes, `
select h.lot_id, h.points - h.returned as points
  from hold_lot h
  join lot l on l.id = h.lot_id
 where h.order_id = $1 and h.points > h.returned
 order by l.expires_at nulls last, l.id`, orderID)
	return takes, err
}

func lotIDs(takes []domain.Take) []int64 {
	return column(takes, func(t domain.Take) int64 { return t.LotID })
}

// endHold captures or releases the whole hold of an order. wallet must be locked.
func (t *Tx) endHold(ctx context.Context, b *pointsBatch, customerID, orderID int64, capture bool) error {
	takes, err := t.heldLots(ctx, orderID)
	if err != nil {
		return err
	}
	lots, err := t.lots(ctx, customerID, lotIDs(takes)...)
	if err != nil {
		return err
	}
	book := domain.NewLotBook(lots)
	state, move := "RELEASED", domain.Move{From: domain.AccountHeld, To: domain.AccountActive, Points: domain.LotsTotal(takes), Cause: domain.CauseOrderReleased}
	if capture {
		state, move.To, move.Cause = "CAPTURED", domain.AccountRedeemed, domain.CauseOrderCaptured
		book.Capture(takes)
	} else {
		book.Release(takes)
	}
	if err := b.move(customerID, move, pointsRef{orderID: orderID}); err != nil {
		return err
	}
	if err := b.settleFrom(customerID, book); err != nil {
		return err
	}
	b.lots = append(b.lots, book.Changes()...)
	_, err = t.exec(ctx, `
update hold
   set state = $2, ended_at = $3, expires_at = null
 where order_id = $1 and state = 'HELD'`, orderID, state, t.now)
	return err
}

// earn records what the lines of a completed order earn, as pending points.
func (t *Tx) earn(ctx context.Context, b *pointsBatch, customerID, orderID int64, points domain.PointsProgram) error {
	var earned struct {
		Points int64 `db:"points"`
		RuleID int64 `db:"rule_id"`
	}
	err := t.get(ctx, &earned, `
with made as (
  insert into accrual (customer_id, order_id, order_line_id, rule_id, rule_version, points, state, matures_at, created_at)
  select $1, l.order_id, l.id, l.rule_id, r.version, l.points_to_earn, 'PENDING', $3, $4
    from order_line l
    join earning_rule r on r.id = l.rule_id
   where l.order_id = $2 and l.points_to_earn > 0
  on conflict on constraint accrual_once do nothing
  returning points, rule_id
)
select coalesce(sum(points), 0)::bigint as points, case when min(rule_id) = max(rule_id) then max(rule_id) else 0 end as rule_id from made`,
		customerID, orderID, points.MaturesAt(t.now), t.now)
	if err != nil {
		return err
	}
	return b.move(customerID,
		domain.Move{From: domain.AccountIssued, To: domain.AccountPending, Points: earned.Points, Cause: domain.CauseOrderEarned},
		pointsRef{orderID: orderID, ruleID: earned.RuleID})
}

// undoPoints gives back the points that were spent on refunded lines and takes back those that the lines earned.
func (t *Tx) undoPoints(ctx context.Context, b *pointsBatch, customerID, orderID, refundID int64, plan domain.RefundPlan) error {
	takes, err := t.heldLots(ctx, orderID)
	if err != nil {
		return err
	}
	lots, err := t.lots(ctx, customerID, lotIDs(takes)...)
	if err != nil {
		return err
	}
	book := domain.NewLotBook(lots)
	back, _ := domain.ReturnPoints(takes, plan.PointsBack)
	book.GiveBack(back)
	ref := pointsRef{orderID: orderID, refundID: refundID}
	err = b.move(customerID, domain.Move{From: domain.AccountRedeemed, To: domain.AccountActive, Points: domain.LotsTotal(back), Cause: domain.CauseRefundReturned}, ref)
	if err != nil {
		return err
	}
	if err := b.settleFrom(customerID, book); err != nil {
		return err
	}
	if err := t.reverse(ctx, b, book, customerID, ref, plan); err != nil {
		return err
	}
	b.lots = append(b.lots, book.Changes()...)
	_, err = t.exec(ctx, `
update hold_lot h
   set returned = h.returned + n.points
  from unnest($2::bigint[], $3::bigint[]) as n (lot_id, points)
 where h.order_id = $1 and h.lot_id = n.lot_id`,
		orderID, lotIDs(back), column(back, func(t domain.Take) int64 { return t.Points }))
	return err
}

// reverse takes back the stored accruals of refunded lines: pending ones from pending, matured ones from the order's own lot first, then from the
// other active points; the rest becomes debt.
func (t *Tx) reverse(ctx context.Context, b *pointsBatch, book *domain.LotBook, customerID int64, ref pointsRef, plan domain.RefundPlan) error {
	var reversed struct {
		Pending int64 `db:"pending"`
		Matured int64 `db:"matured"`
		LotID   int64 `db:"lot_id"`
	}
	err := t.get(ctx, &reversed, `
with taken as (
  update accrual a
     set reversed = a.reversed + n.points
    from unnest($2::bigint[], $3::bigint[]) as n (order_line_id, points)
   where a.order_id = $1 and a.order_line_id = n.order_line_id and n.points > 0
  returning a.state, n.points
)
select coalesce(sum(points) filter (where state = 'PENDING'), 0)::bigint as pending,
       coalesce(sum(points) filter (where state = 'ACTIVE'), 0)::bigint as matured,
       coalesce((select max(id) from lot where order_id = $1), 0) as lot_id
  from taken`,
		ref.orderID,
		column(plan.Lines, func(l domain.RefundLine) int64 { return l.LineID }),
		column(plan.Lines, func(l domain.RefundLine) int64 { return l.PointsReversed }))
	if err != nil {
		return err
	}
	matured := domain.ReversePoints(reversed.Matured, false, b.wallet(customerID).Active)
	book.Burn(matured.Active, reversed.LotID)
	for _, m := range []domain.Move{
		{From: domain.AccountPending, To: domain.AccountIssued, Points: reversed.Pending, Cause: domain.CauseRefundReversed},
		{From: domain.AccountActive, To: domain.AccountIssued, Points: matured.Active, Cause: domain.CauseRefundReversed},
		{From: domain.AccountDebt, To: domain.AccountIssued, Points: matured.Debt, Cause: domain.CauseRefundReversed},
	} {
		if err := b.move(customerID, m, ref); err != nil {
			return err
		}
	}
	return nil
}
