package store

import (
	"context"
	"fmt"
	"time"

	"kabinet/domain"
)

// OrdersByID reads orders by their row numbers; those that do not exist are left out.
func (s *Store) OrdersByID(ctx context.Context, ids []int64) (map[int64]domain.Order, error) {
	var rows []domain.Order
	err := s.list(ctx, &rows, `select `+orderColumns+` from orders o where o.id = any($1)`, orEmpty(ids))
	return byKey(rows, func(o domain.Order) int64 { return o.ID }), err
}

// OrderByNumber reads an order by the number people say; ErrNotFound when there is none.
func (s *Store) OrderByNumber(ctx context.Context, number string) (o domain.Order, err error) {
	err = s.get(ctx, &o, `select `+orderColumns+` from orders o where o.number = $1`, number)
	return o, err
}

type orderRow struct {
	domain.Order
	place
}

// Orders reads a page of orders. Sorted by PROMISED_AT it holds only orders with a promise.
func (s *Store) Orders(ctx context.Context, f domain.OrderFilter, sort domain.OrderSort, page domain.Page) (domain.List[domain.Order], error) {
	q := pageQuery{columns: orderColumns, from: "orders o", key: "o.placed_at", keyType: "timestamptz", id: "o.id", desc: sort.Desc}
	cond := func(sql string, arg any) {
		q.args = append(q.args, arg)
		q.where = append(q.where, fmt.Sprintf(sql, len(q.args)))
	}
	if sort.Field == "PROMISED_AT" {
		q.key = "o.promised_at"
		q.where = append(q.where, "o.promised_at is not null")
	}
	if f.CustomerID != nil {
		cond("o.customer_id = $%d", *f.CustomerID)
	}
	if f.Statuses != nil {
		statuses := column(f.Statuses, func(s domain.OrderStatus) string { return string(s) })
		if f.CustomerID == nil && q.key == "o.placed_at" {
			q.each, q.eachValues = "o.status", statuses
		} else {
			cond("o.status = any($%d)", statuses)
		}
	}
	for _, bound := range []struct {
		sql string
		at  *time.Time
	}{
		{"o.placed_at >= $%d", f.PlacedFrom}, {"o.placed_at < $%d", f.PlacedTo},
		{"o.promised_at >= $%d", f.PromisedFrom}, {"o.promised_at < $%d", f.PromisedTo},
	} {
		if bound.at != nil {
			cond(bound.sql, *bound.at)
		}
	}
	return readPage(ctx, s, q, page, func(r orderRow) domain.Order { return r.Order })
}

// LinesByOrder reads the lines of orders, in their order.
func (s *Store) LinesByOrder(ctx context.Context, orderIDs []int64) (map[int64][]domain.OrderLine, error) {
	var rows []orderLineRow
	err := s.list(ctx, &rows, linesSQL, orEmpty(orderIDs))
	return groupBy(column(rows, orderLineRow.line), func(l domain.OrderLine) int64 { return l.OrderID }), err
}

// PromisesByOrder reads every promise made for orders, oldest first.
func (s *Store) PromisesByOrder(ctx context.Context, orderIDs []int64) (map[int64][]domain.Promise, error) {
	var rows []domain.Promise
	err := s.list(ctx, &rows, `
select order_id, promised_at, made_at, reason
  from promise
 where order_id = any($1)
 order by order_id, id`, orEmpty(orderIDs))
	return groupBy(rows, func(p domain.Promise) int64 { return p.OrderID }), err
}

type timelineRow struct {
	ID      int64                       `db:"id"`
	OrderID int64                       `db:"order_id"`
	At      time.Time                   `db:"at"`
	Kind    domain.TimelineKind         `db:"kind"`
	Public  bool                        `db:"public"`
	Actor   domain.ActorKind            `db:"actor"`
	StaffID *int64                      `db:"staff_id"`
	Reason  *string                     `db:"reason"`
	Data    jsonOf[domain.TimelineData] `db:"data"`
	place
}

func (r timelineRow) entry() domain.TimelineEntry {
	return domain.TimelineEntry{ID: r.ID, OrderID: r.OrderID, At: r.At, Kind: r.Kind, Public: r.Public, Actor: r.Actor, StaffID: r.StaffID,
		Reason: r.Reason, Data: r.Data.V}
}

const timelineColumns = "t.id, t.order_id, t.at, t.kind, t.public, t.actor, t.staff_id, t.reason, t.data"

// Timeline reads what happened to an order, oldest first; publicOnly leaves out what is for staff.
func (s *Store) Timeline(ctx context.Context, orderID int64, publicOnly bool, page domain.Page) (domain.List[domain.TimelineEntry], error) {
	q := pageQuery{
		columns: timelineColumns, from: "timeline t", key: "t.id", keyType: "bigint", id: "t.id",
		where: []string{"t.order_id = $1"}, args: []any{orderID},
	}
	if publicOnly {
		q.where = append(q.where, "t.public")
	}
	return readPage(ctx, s, q, page, timelineRow.entry)
}

// Refund is what one refund of an order gave back and took.
type Refund struct {
	Reason         string `db:"reason"`
	MoneyMinor     int64  `db:"money"`
	PointsBack     int64  `db:"points_back"`
	PointsReversed int64  `db:"points_reversed"`
}

// RefundAt reads the refund of an order that was recorded at an instant; ErrNotFound when there is none.
func (s *Store) RefundAt(ctx context.Context, orderID int64, at time.Time) (r Refund, err error) {
	err = s.get(ctx, &r, `select reason, money, points_back, points_reversed from refund where order_id = $1 and at = $2 limit 1`, orderID, at)
	return r, err
}
