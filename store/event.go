package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// EventRetention is how long events are kept for resuming subscribers.
const EventRetention = 30 * 24 * time.Hour

// EventChannel is the channel of the notifications that say: events were lined up, look. Their text names who lined up; see Store.LinedUp.
const EventChannel = "kabinet_event"

const eventColumns = `e.id, coalesce(e.seq, 0) as seq, e.at, e.kind, coalesce(e.customer_id, 0) as customer_id, coalesce(e.order_id, 0) as order_id,
       coalesce(e.product_id, 0) as product_id, coalesce(e.club_id, 0) as club_id, e.desk, e.data`

type eventRow struct {
	ID         int64                    `db:"id"`
	Seq        int64                    `db:"seq"`
	At         time.Time                `db:"at"`
	Kind       domain.EventKind         `db:"kind"`
	CustomerID int64                    `db:"customer_id"`
	OrderID    int64                    `db:"order_id"`
	ProductID  int64                    `db:"product_id"`
	ClubID     int64                    `db:"club_id"`
	Desk       bool                     `db:"desk"`
	Data       jsonOf[domain.EventData] `db:"data"`
}

func (r eventRow) event() domain.Event {
	return domain.Event{ID: r.ID, Cursor: domain.Cursor{Seq: r.Seq}, At: r.At, Kind: r.Kind, CustomerID: r.CustomerID, OrderID: r.OrderID,
		ProductID: r.ProductID, ClubID: r.ClubID, Desk: r.Desk, By: r.Data.V.By, Order: r.Data.V.Order, Wallet: r.Data.V.Wallet, Referral: r.Data.V.Referral,
		Expiring: r.Data.V.Expiring, Membership: r.Data.V.Membership, Post: r.Data.V.Post, Family: r.Data.V.Family, Import: r.Data.V.Import,
		Origin: r.Data.V.Origin}
}

// LineUpEvents gives committed events their place in the order, asks for the jobs that push them and notifies the listeners of EventChannel, all in one
// round trip; it returns how many there were. Whoever committed events calls it, and every process now and then, so events of a process that died are
// lined up too. A transaction that commits late is never passed by: its events simply come later.
func (s *Store) LineUpEvents(ctx context.Context) (n int64, err error) {
	err = s.get(ctx, &n, `select line_up_events($1)`, s.name)
	return n, err
}

// LinedUp says whether a notification of EventChannel comes from this store: what it says is known here already.
func (s *Store) LinedUp(notification string) bool { return notification == s.name }

// Tail reads all events after a cursor, oldest first, up to limit.
func (s *Store) Tail(ctx context.Context, after domain.Cursor, limit int) ([]domain.Event, error) {
	var rows []eventRow
	err := s.list(ctx, &rows, `
select `+eventColumns+`
  from event e
 where e.seq > $1
 order by e.seq
 limit $2`, after.Seq, limit)
	return column(rows, eventRow.event), err
}

// Head is the cursor of the last event; the zero Cursor when there is none.
func (s *Store) Head(ctx context.Context) (head domain.Cursor, err error) {
	err = s.get(ctx, &head.Seq, `select coalesce((select max(seq) from event where seq is not null), (select trimmed from event_horizon))`)
	return head, err
}

// EventsAfter reads a topic's events after a cursor, oldest first, up to limit. gap says that the cursor is older than what is kept, or comes from
// another life of the database; events then begin with the oldest kept.
func (s *Store) EventsAfter(ctx context.Context, t domain.Topic, after domain.Cursor, limit int) (events []domain.Event, gap bool, err error) {
	events, err = s.keptEvents(ctx, t, after.Seq, limit)
	if err != nil || after == (domain.Cursor{}) {
		return events, false, err
	}
	// It is looked at behind the reading, so what was removed at this moment is missed with the others.
	err = s.get(ctx, &gap, `
select $1 < trimmed or $1 > greatest(trimmed, (select max(seq) from event where seq is not null))
  from event_horizon`, after.Seq)
	if err == nil && gap {
		events, err = s.keptEvents(ctx, t, 0, limit)
	}
	return events, gap, err
}

func (s *Store) keptEvents(ctx context.Context, t domain.Topic, after int64, limit int) ([]domain.Event, error) {
	condition, arg := "e.desk and $3::bigint = 0", int64(0)
	switch {
	case t.OrderID != 0:
		condition, arg = "e.order_id = $3", t.OrderID
	case t.CustomerID != 0:
		condition, arg = "e.customer_id = $3", t.CustomerID
	case t.ClubID != 0:
		condition, arg = "e.club_id = $3 and e.customer_id is null", t.ClubID
	}
	var rows []eventRow
	err := s.list(ctx, &rows, `
select `+eventColumns+`
  from event e
 where e.seq > $1
   and `+condition+`
 order by e.seq
 limit $2`, after, limit, arg)
	return column(rows, eventRow.event), err
}

// EventsByID reads events by their numbers, in that order. Those that are no longer kept are left out; the cursor of one that has not been lined up is zero.
func (s *Store) EventsByID(ctx context.Context, ids []int64) ([]domain.Event, error) {
	var rows []eventRow
	err := s.list(ctx, &rows, `select `+eventColumns+` from event e where e.id = any($1) order by e.id`, ids)
	return column(rows, eventRow.event), err
}

// EventsToTell reads those of some events that a device may have to be told of, in the order of their numbers: while staff on duty have one, all; else
// those of customers who have one, and of posts, whose readers are found later. Most events are of nobody who can be reached, and are not read.
func (s *Store) EventsToTell(ctx context.Context, ids []int64) ([]domain.Event, error) {
	var rows []eventRow
	err := s.list(ctx, &rows, `
select `+eventColumns+`
  from event e
 where e.id = any($1)
   and (e.kind = $2
        or exists (select from device d join staff s on s.id = d.staff_id where s.on_duty)
        or exists (select from device d where d.customer_id = e.customer_id))
 order by e.id`, ids, domain.EventPostCreated)
	return column(rows, eventRow.event), err
}
