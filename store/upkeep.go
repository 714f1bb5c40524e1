package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kabinet/domain"
)

// This file is the work that no person asks for: it runs as periodic jobs, in batches that any number of processes may share. Each
// verb does one batch and returns how much it did; less than UpkeepBatch means that nothing is left.

// UpkeepBatch is how much one call does at most.
const UpkeepBatch = 200

// MaturePoints makes earned points active whose return window has ended, and settles debts from them.
func (s *Store) MaturePoints(ctx context.Context) (int, error) {
	var due []struct {
		OrderID    int64 `db:"order_id"`
		CustomerID int64 `db:"customer_id"`
		Accruals   int   `db:"accruals"`
	}
	err := s.list(ctx, &due, `
select order_id, customer_id, count(*) as accruals
  from (select order_id, customer_id from accrual where state = 'PENDING' and matures_at <= $1 order by matures_at, order_id limit $2) a
 group by order_id, customer_id`,
		s.now(), UpkeepBatch)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	var customers, orders []int64
	n := 0
	for _, d := range due {
		customers, orders, n = append(customers, d.CustomerID), append(orders, d.OrderID), n+d.Accruals
	}
	return n, s.inTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.mature(ctx, customers, orders) })
}

func (t *Tx) mature(ctx context.Context, customers, orders []int64) error {
	wallets, err := t.lockWallets(ctx, customers...)
	if err != nil {
		return err
	}
	terms, err := t.terms(ctx)
	if err != nil {
		return err
	}
	var matured []struct {
		OrderID    int64 `db:"order_id"`
		CustomerID int64 `db:"customer_id"`
		Points     int64 `db:"points"`
	}
	err = t.list(ctx, &matured, `
with done as (
  update accrual
     set state = 'ACTIVE'
   where state = 'PENDING' and matures_at <= $1 and order_id = any($2)
  returning order_id, customer_id, points - reversed as points
)
select order_id, customer_id, sum(points)::bigint as points
  from done
 group by order_id, customer_id
having sum(points) > 0
 order by order_id`, t.now, orders)
	if err != nil {
		return err
	}
	b := newPointsBatch(wallets)
	var entries []timelineDraft
	told := map[int64]bool{}
	for _, m := range matured {
		move := domain.Move{From: domain.AccountPending, To: domain.AccountActive, Points: m.Points, Cause: domain.CauseMatured}
		lot := newLot{expiresAt: terms.business.Points.ExpiresAt(t.now), orderID: m.OrderID}
		if err := b.give(m.CustomerID, move, lot, pointsRef{orderID: m.OrderID}); err != nil {
			return err
		}
		told[m.CustomerID] = true
		entries = append(entries, timelineDraft{orderID: m.OrderID, kind: domain.TimelinePoints, actor: domain.ActorSystem, data: domain.TimelineData{Points: m.Points}})
	}
	if len(matured) == 0 {
		return nil
	}
	if err := t.chronicle(ctx, t.now, entries...); err != nil {
		return err
	}
	return t.applyAndTell(ctx, b, told)
}

// applyAndTell writes the batch, of which only the changed wallets remain, and tells each of their customers, by push too.
func (t *Tx) applyAndTell(ctx context.Context, b *pointsBatch, changed map[int64]bool) error {
	var all []news
	for id, w := range b.wallets {
		if !changed[id] {
			delete(b.wallets, id)
			continue
		}
		all = append(all, walletNews(w, true))
	}
	if _, err := t.applyPoints(ctx, b); err != nil {
		return err
	}
	return t.tell(ctx, all...)
}

// ExpirePoints burns active points whose life has ended.
func (s *Store) ExpirePoints(ctx context.Context) (int, error) {
	var due []int64 // customers, one for each lot
	err := s.list(ctx, &due, `
select customer_id
  from lot
 where remaining > 0 and expires_at <= $1
 order by expires_at
 limit $2`, s.now(), UpkeepBatch)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	customers := slices.Compact(slices.Sorted(slices.Values(due)))
	return len(due), s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		wallets, err := tx.lockWallets(ctx, customers...)
		if err != nil {
			return err
		}
		var burnt []domain.Lot
		err = tx.list(ctx, &burnt, `
select id, customer_id, remaining, held, expires_at, created_at
  from lot
 where customer_id = any($1) and remaining > 0 and expires_at <= $2
 order by id`, customers, tx.now)
		if err != nil || len(burnt) == 0 {
			return err
		}
		b, changed := newPointsBatch(wallets), map[int64]bool{}
		for _, l := range burnt {
			move := domain.Move{From: domain.AccountActive, To: domain.AccountExpired, Points: l.Remaining, Cause: domain.CauseExpired}
			if err := b.move(l.CustomerID, move, pointsRef{}); err != nil {
				return err
			}
			b.lots = append(b.lots, domain.LotDelta{LotID: l.ID, Remaining: -l.Remaining})
			changed[l.CustomerID] = true
		}
		return tx.applyAndTell(ctx, b, changed)
	})
}

// BreakPromises marks orders whose promised date has passed and tells the customer and the desk.
func (s *Store) BreakPromises(ctx context.Context) (n int, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		orders, err := tx.overdueBefore(ctx, tx.now, UpkeepBatch)
		if n = len(orders); err != nil || n == 0 {
			return err
		}
		var entries []timelineDraft
		var all []news
		for _, o := range orders {
			broken := domain.PromiseBroken
			o.PromiseState, o.Version = &broken, o.Version+1
			entries = append(entries, timelineDraft{orderID: o.ID, kind: domain.TimelinePromiseBroken, actor: domain.ActorSystem, data: domain.TimelineData{PromisedAt: o.PromisedAt}})
			all = append(all, orderNews(domain.EventPromiseBroken, o, domain.ActorSystem))
		}
		_, err = tx.exec(ctx, `update orders set promise_state = 'BROKEN', version = version + 1 where id = any($1)`,
			column(orders, func(o domain.Order) int64 { return o.ID }))
		if err != nil {
			return err
		}
		if err := tx.chronicle(ctx, tx.now, entries...); err != nil {
			return err
		}
		return tx.tell(ctx, all...)
	})
	return n, err
}

// EndHolds cancels orders that nobody confirmed within the time limit of their hold, so that the customer's points are free again.
func (s *Store) EndHolds(ctx context.Context) (int, error) {
	var due []int64
	err := s.list(ctx, &due, `
select order_id
  from hold
 where state = 'HELD' and expires_at <= $1
 order by expires_at
 limit $2`, s.now(), UpkeepBatch)
	if err != nil {
		return 0, err
	}
	return s.eachAlone(ctx, due, "end the hold of order", (*Tx).cancelUnconfirmed)
}

// failuresOfRows is after how many failures the rows are no longer thought to be the cause.
const failuresOfRows = 10

// eachAlone takes a step for each of some rows in a transaction of its own, and returns for how many it was done: one that fails holds up no other, and is
// named after what was to be done.
func (s *Store) eachAlone(ctx context.Context, ids []int64, what string, step func(tx *Tx, ctx context.Context, id int64) error) (done int, err error) {
	var failures []error
	for _, id := range ids {
		if err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error { return step(tx, ctx, id) }); err != nil {
			failures = append(failures, fmt.Errorf("%s %d: %w", what, id, err))
		} else {
			done++
		}
		if ctx.Err() != nil || len(failures) == failuresOfRows {
			break
		}
	}
	return done, errors.Join(failures...)
}

func (t *Tx) cancelUnconfirmed(ctx context.Context, orderID int64) error {
	o, err := t.lockOrder(ctx, orderID)
	if err != nil || o.Status != domain.OrderNew {
		return err
	}
	reason := domain.Text{RU: "Заказ не подтвердили вовремя", EN: "The order was not confirmed in time"}.In(o.Locale)
	_, err = t.advance(ctx, o, domain.ActionCancel, actor{kind: domain.ActorSystem, staff: true}, reason, "orderId")
	return err
}

// DeadJobRetention is how long a job on the dead list waits for a person: what it holds may be personal.
const DeadJobRetention = 30 * 24 * time.Hour

// Trim removes what is kept for a time only: events, used idempotency keys, one-time codes, dead refresh tokens and dead jobs.
func (s *Store) Trim(ctx context.Context) (int, error) {
	now, removed := s.now(), int64(0)
	for _, old := range []struct {
		sql    string
		before time.Time
	}{
		{trimEventsSQL, now.Add(-EventRetention)},
		{`delete from idempotency_key where ctid in (select ctid from idempotency_key where created_at < $1 limit 10000)`, now.Add(-7 * 24 * time.Hour)},
		{`delete from sign_in_code where created_at < $1`, now.Add(-24 * time.Hour)},
		{`delete from refresh_token where digest in (select digest from refresh_token where created_at < $1 limit 10000)`, now.Add(-domain.RefreshLifetime)},
		{`delete from job where id in (select id from job where state = 'DEAD' and dead_at < $1 order by dead_at, id limit 10000)`, now.Add(-DeadJobRetention)},
	} {
		err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
			n, err := tx.exec(ctx, old.sql, old.before)
			removed += n
			return err
		})
		if err != nil {
			return int(removed), err
		}
	}
	return int(removed), nil
}

// trimEventsSQL removes old events and remembers how far, so that older cursors read as a gap.
const trimEventsSQL = `
with removed as (
  delete from event
   where id in (select e.id from (select id, at from event where seq is not null order by seq limit 10000) e where e.at < $1)
  returning seq
)
update event_horizon
   set trimmed = greatest(trimmed, (select max(seq) from removed))
 where exists (select 1 from removed)`
