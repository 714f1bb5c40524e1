package store

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is the statements behind the verbs of order.go.

// orderColumns are the columns of domain.Order.
const orderColumns = `o.id, o.number, o.customer_id, o.source, o.status, o.currency, o.subtotal, o.points_spent, o.points_worth, o.total,
       o.total_mills, o.refunded, o.points_to_earn, o.promised_at, o.promise_state, o.note, o.cancel_reason, o.locale, o.version,
       o.placed_at, o.confirmed_at, o.started_at, o.ready_at, o.completed_at, o.cancelled_at, o.refunded_at`

// openOrderSQL claims the idempotency key, locks the customer's wallet and draws the numbers of the order, in one round trip.
const openOrderSQL = `
with claim as (
  insert into idempotency_key (actor, operation, key, input_hash, created_at)
  values ($1, $2, $3, $4, $5)
  on conflict do nothing
  returning true
)
select exists (select 1 from claim) as claimed,
       w.customer_id, w.active, w.pending, w.held, w.debt,
       c.locale,
       (select version from catalog_version) as catalog_version,
       (select array_agg(m.club_id) from club_member m where m.customer_id = w.customer_id and m.state = 'MEMBER') as clubs,
       ` + firstOrderSQL + ` and f.last_order_at is not distinct from (select last_order_at from customer_figures where customer_id = $6) as first_order,
       nextval(pg_get_serial_sequence('orders', 'id')) as order_id,
       nextval('order_number')::text as number
  from wallet w
  join customer c on c.id = w.customer_id
  join customer_figures f on f.customer_id = w.customer_id
 where w.customer_id = $6
   for update of w, f`

// firstOrderSQL is whether the next order of a customer, the $6th parameter, is the first one. It is read from the snapshot of the statement, which may be older than the
// wallet's lock; placing compares the locked figures with the snapshot too, so that of orders at one moment only one is the first.
const firstOrderSQL = `not exists (select 1 from orders o where o.customer_id = $6 and o.status <> 'CANCELLED')`

type openedOrder struct {
	Claimed bool `db:"claimed"`
	domain.Wallet
	Locale         domain.Locale `db:"locale"`
	CatalogVersion int64         `db:"catalog_version"`
	Clubs          pq.Int64Array `db:"clubs"` // of which the customer is a member
	FirstOrder     bool          `db:"first_order"`
	OrderID        int64         `db:"order_id"`
	Number         string        `db:"number"`
}

// takeStockSQL takes the asked quantities from stock where there is enough, locking in order, and reads what is known of each variant. in_stock
// is null when the stock does not limit the line, and else what is left. What there is to take is read from the locked row, never from the
// statement's snapshot, which may be older than the lock: stock that came or went meanwhile would be sold twice or not be taken at all.
const takeStockSQL = `
with asked as (
  select a.variant_id, a.quantity
    from unnest($1::bigint[], $2::bigint[]) as a (variant_id, quantity)
), locked as materialized (
  select s.variant_id, s.on_hand
    from stock s
   where s.variant_id = any($1)
   order by s.variant_id
     for update
), taken as (
  update stock s
     set on_hand = locked.on_hand - a.quantity
    from asked a
    join locked using (variant_id)
   where s.variant_id = a.variant_id and locked.on_hand >= a.quantity
  returning s.variant_id
), offers as materialized (
  select f.offer_id, f.used
    from club_offer_figures f
   where f.offer_id = any($3)
   order by f.offer_id
     for update
)
select v.id as variant_id, v.sku, p.name as product_name, v.name as variant_name, p.kind, v.price, p.id as product_id, coalesce(p.category_id, 0) as category_id,
       coalesce((p.expect ->> 'leadTimeMinutes')::bigint, 0) as lead_minutes,
       case when t.variant_id is not null or p.kind = 'SERVICE' then null else coalesce(k.on_hand, 0) end as in_stock,
       ` + usedOffersSQL + `
  from variant v
  join product p on p.id = v.product_id
  left join taken t on t.variant_id = v.id
  left join locked k on k.variant_id = v.id
 where v.id = any($1) and v.active and p.status = 'ACTIVE'`

// offerSQL is what takeStockSQL reads, without taking.
const offerSQL = `
with offers as (
  select f.offer_id, f.used from club_offer_figures f where f.offer_id = any($2)
)
select v.id as variant_id, v.sku, p.name as product_name, v.name as variant_name, p.kind, v.price, p.id as product_id, coalesce(p.category_id, 0) as category_id,
       coalesce((p.expect ->> 'leadTimeMinutes')::bigint, 0) as lead_minutes,
       case when p.kind = 'SERVICE' then null else coalesce(s.on_hand, 0) end as in_stock,
       ` + usedOffersPreviewSQL + `
  from variant v
  join product p on p.id = v.product_id
  left join stock s on s.variant_id = v.id
 where v.id = any($1) and v.active and p.status = 'ACTIVE'`

const spendableSQL = `
select (select coalesce(sum(remaining), 0)::bigint
          from lot
         where customer_id = $1 and remaining > 0 and (expires_at is null or expires_at > $2)) as active,
       (select array_agg(club_id) from club_member where customer_id = $1 and state = 'MEMBER') as clubs,
       not exists (select 1 from orders o where o.customer_id = $1 and o.status <> 'CANCELLED') as first_order`

type offerRow struct {
	VariantID   int64               `db:"variant_id"`
	SKU         string              `db:"sku"`
	ProductName jsonOf[domain.Text] `db:"product_name"`
	VariantName jsonOf[domain.Text] `db:"variant_name"`
	Kind        domain.ProductKind  `db:"kind"`
	Price       int64               `db:"price"`
	ProductID   int64               `db:"product_id"`
	CategoryID  int64               `db:"category_id"`
	LeadMinutes int64               `db:"lead_minutes"`
	InStock     *int64              `db:"in_stock"`
	// Offers is the same in every row: what was ordered with the offers of the customer's clubs.
	Offers jsonOf[[]domain.OfferUse] `db:"offers"`
}

// usedOffers is what was ordered with offers so far, by offer.
func usedOffers(rows []offerRow) map[int64]domain.OfferUse {
	if len(rows) == 0 {
		return nil
	}
	return byKey(rows[0].Offers.V, func(u domain.OfferUse) int64 { return u.OfferID })
}

// usedOffersSQL reads, beside the lines of an order, what was ordered with the offers of the customer so far.
const (
	usedOffersSQL        = `(select jsonb_agg(jsonb_build_object('id', x.offer_id, 'used', x.used, 'own', ` + ownOffersSQL + `$4))) from offers x) as offers`
	usedOffersPreviewSQL = `(select jsonb_agg(jsonb_build_object('id', x.offer_id, 'used', x.used, 'own', ` + ownOffersSQL + `$3))) from offers x) as offers`
	ownOffersSQL         = `(select coalesce(sum(u.quantity), 0) from club_offer_use u where u.offer_id = x.offer_id and u.customer_id = `
)

func askedVariants(lines []domain.LineAsk) []int64 {
	return column(lines, func(l domain.LineAsk) int64 { return l.VariantID })
}

func askedQuantities(lines []domain.LineAsk) []int64 {
	return column(lines, func(l domain.LineAsk) int64 { return l.Quantity })
}

// offerLines puts what is known of the variants beside the asked lines, in their order.
func offerLines(lines []domain.LineAsk, rows []offerRow) []domain.OfferLine {
	known := byKey(rows, func(r offerRow) int64 { return r.VariantID })
	out := make([]domain.OfferLine, len(lines))
	for i, l := range lines {
		r, found := known[l.VariantID]
		out[i] = domain.OfferLine{LineAsk: l, Found: found, Left: r.InStock, SKU: r.SKU, ProductName: r.ProductName.V,
			VariantName: r.VariantName.V, Kind: r.Kind, PriceMinor: r.Price, ProductID: r.ProductID, CategoryID: r.CategoryID, LeadMinutes: r.LeadMinutes}
	}
	return out
}

// orderSteps write an order with all that belongs to it and settle its idempotency key.
const orderSteps = `placed as (
  insert into orders (id, number, customer_id, status, currency, subtotal, points_spent, points_worth, total, points_to_earn,
                      promised_at, promise_state, note, locale, version, placed_at)
  values ($1, $2, $3, 'NEW', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14)
), lines as (
  insert into order_line (order_id, position, variant_id, sku, name, kind, quantity, unit_price, price_name, subtotal, points_spent, total, rule_id, points_to_earn)
  select $1, l.position, l.variant_id, l.sku, l.name::jsonb, l.kind, l.quantity, l.unit_price, l.price_name::jsonb, l.subtotal, l.points_spent, l.total, nullif(l.rule_id, 0), l.points_to_earn
    from unnest($16::bigint[], $17::text[], $18::text[], $19::text[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[], $32::text[], $15::bigint[])
         with ordinality as l (variant_id, sku, name, kind, quantity, unit_price, subtotal, points_spent, total, points_to_earn, price_name, rule_id, position)
   order by l.position
), promised as (
  insert into promise (order_id, promised_at, made_at)
  select $1, $10, $14 where $10::timestamptz is not null
), recorded as (
  insert into timeline (order_id, at, kind, public, actor)
  values ($1, $14, 'PLACED', true, 'CUSTOMER')
), held as (
  insert into hold (order_id, customer_id, points, state, expires_at, created_at)
  select $1, $3, $6, 'HELD', $14 + make_interval(days => $26::int), $14 where $6 > 0
), held_lots as (
  insert into hold_lot (order_id, lot_id, points)
  select $1, h.lot_id, h.points from unnest($27::bigint[], $28::bigint[]) as h (lot_id, points)
), offered as (
  insert into club_offer_use (offer_id, order_id, customer_id, quantity)
  select u.offer_id, $1, $3, sum(u.quantity) from unnest($33::bigint[], $20::bigint[]) as u (offer_id, quantity) where u.offer_id <> 0 group by u.offer_id
), counted as (
  update club_offer_figures f
     set used = f.used + n.quantity
    from (select u.offer_id, sum(u.quantity)::bigint as quantity
            from unnest($33::bigint[], $20::bigint[]) as u (offer_id, quantity) where u.offer_id <> 0 group by u.offer_id) n
   where f.offer_id = n.offer_id
), seen as (
  update customer_figures set last_order_at = greatest(last_order_at, $14) where customer_id = $3
), settled as (
  update idempotency_key
     set result_id = $1
   where actor = $29 and operation = $30 and key = $31
)`

const orderParams = 33

// placeOrderSQL writes an order, moves its points and tells of it, in one round trip.
var placeOrderSQL = `
with ` + orderSteps + `, ` + renumbered(pointsSteps, orderParams) + `, ` + renumbered(tellSteps, orderParams+pointsParams) + `
select 1`

var parameter = regexp.MustCompile(`\$\d+`)

// renumbered makes room for n parameters before those of a part of a statement.
func renumbered(sql string, n int) string {
	return parameter.ReplaceAllStringFunc(sql, func(p string) string {
		i, _ := strconv.Atoi(p[1:])
		return "$" + strconv.Itoa(i+n)
	})
}

// placement is all that one new order writes.
type placement struct {
	order    domain.Order
	quote    domain.Quote
	takes    []domain.Take
	key      once
	holdDays int64
	points   *pointsBatch
	news     []news
}

// write writes it, in one statement.
func (p placement) write(ctx context.Context, t *Tx) error {
	params, err := p.orderParams()
	if err != nil {
		return err
	}
	told, err := newsParams(ctx, t.now, p.news)
	if err != nil {
		return err
	}
	t.told = true
	_, err = t.exec(ctx, placeOrderSQL, slices.Concat(params, p.points.params(t.now), told)...)
	return err
}

// orderParams are the parameters of orderSteps.
func (p placement) orderParams() ([]any, error) {
	o, q := p.order, p.quote
	l := q.Lines
	names, err := texts(l, func(l domain.QuoteLine) domain.Text { return l.Name() })
	if err != nil {
		return nil, err
	}
	priceNames, err := texts(l, func(l domain.QuoteLine) domain.Text { return l.PriceName })
	if err != nil {
		return nil, err
	}
	return []any{
		o.ID, o.Number, o.CustomerID, o.CurrencyCode, o.SubtotalMinor, o.PointsSpent, o.PointsWorthMinor,
		o.TotalMinor, o.PointsToEarn, o.PromisedAt, o.PromiseState, o.Note, o.Locale, o.PlacedAt,
		column(l, func(l domain.QuoteLine) int64 { return l.RuleID }),
		column(l, func(l domain.QuoteLine) int64 { return l.VariantID }),
		column(l, func(l domain.QuoteLine) string { return l.SKU }),
		names,
		column(l, func(l domain.QuoteLine) string { return string(l.Kind) }),
		column(l, func(l domain.QuoteLine) int64 { return l.Quantity }),
		column(l, func(l domain.QuoteLine) int64 { return l.PriceMinor }),
		column(l, func(l domain.QuoteLine) int64 { return l.SubtotalMinor }),
		column(l, func(l domain.QuoteLine) int64 { return l.PointsSpent }),
		column(l, func(l domain.QuoteLine) int64 { return l.TotalMinor }),
		column(l, func(l domain.QuoteLine) int64 { return l.PointsToEarn }),
		p.holdDays, lotIDs(p.takes), column(p.takes, func(t domain.Take) int64 { return t.Points }),
		p.key.actor, p.key.operation, p.key.key, priceNames, column(l, func(l domain.QuoteLine) int64 { return l.OfferID }),
	}, nil
}

// texts takes one text of every item as JSON, for unnest.
func texts[T any](items []T, text func(T) domain.Text) ([]string, error) {
	out := make([]string, len(items))
	for i, item := range items {
		v, err := asJSON(text(item)).Value()
		if err != nil {
			return nil, err
		}
		out[i], _ = v.(string)
	}
	return out, nil
}

// lockOrder locks an order and returns it; ErrNotFound when there is none. Its key stays free to be named: points mature under the lock of a wallet and
// write down their order, while whoever holds the order waits for that wallet.
func (t *Tx) lockOrder(ctx context.Context, id int64) (o domain.Order, err error) {
	err = t.get(ctx, &o, `select `+orderColumns+` from orders o where o.id = $1 for no key update`, id)
	return o, err
}

func (t *Tx) orderByID(ctx context.Context, id int64) (o domain.Order, err error) {
	err = t.get(ctx, &o, `select `+orderColumns+` from orders o where o.id = $1`, id)
	return o, err
}

// updateOrder writes what a step may change.
func (t *Tx) updateOrder(ctx context.Context, o domain.Order) error {
	_, err := t.exec(ctx, `
update orders
   set status = $2, version = $3, promised_at = $4, promise_state = $5, cancel_reason = $6, refunded = $7,
       confirmed_at = $8, started_at = $9, ready_at = $10, completed_at = $11, cancelled_at = $12, refunded_at = $13
 where id = $1`, o.ID, o.Status, o.Version, o.PromisedAt, o.PromiseState, o.CancelReason, o.RefundedMinor,
		o.ConfirmedAt, o.StartedAt, o.ReadyAt, o.CompletedAt, o.CancelledAt, o.RefundedAt)
	return err
}

const promiseSQL = `
insert into promise (order_id, promised_at, made_at, reason, staff_id)
values ($1, $2, $3, $4, nullif($5, 0::bigint))`

const addPaidSQL = `
insert into customer_figures (customer_id, completed_orders, paid, last_order_at)
values ($1, 1, $2, $3)
on conflict (customer_id) do update
   set completed_orders = customer_figures.completed_orders + 1,
       paid = customer_figures.paid + excluded.paid,
       last_order_at = greatest(customer_figures.last_order_at, excluded.last_order_at)`

// restockOrderSQL gives back the stock and the pieces of offers that the lines of an order took, locking in order. $2 is the most that a stock holds: one
// that was filled meanwhile stays full, and is no reason to refuse a cancellation.
const restockOrderSQL = `
with released as (
  delete from club_offer_use where order_id = $1 returning offer_id, quantity
), offers as materialized (
  select f.offer_id
    from club_offer_figures f
   where f.offer_id in (select offer_id from released)
   order by f.offer_id
     for update
), uncounted as (
  update club_offer_figures f
     set used = f.used - r.quantity
    from released r
    join offers using (offer_id)
   where f.offer_id = r.offer_id
), lines as (
  select variant_id, sum(quantity)::bigint as quantity
    from order_line
   where order_id = $1 and kind = 'GOODS' and variant_id is not null
   group by variant_id
), locked as materialized (
  select s.variant_id
    from stock s
   where s.variant_id in (select variant_id from lines)
   order by s.variant_id
     for update
)
update stock s
   set on_hand = least(s.on_hand + lines.quantity, $2)
  from lines
  join locked using (variant_id)
 where s.variant_id = lines.variant_id`

const writeRefundSQL = `
with made as (
  insert into refund (order_id, customer_id, at, reason, money, points_back, points_reversed, staff_id)
  values ($1, $2, $3, $4, $5, $6, $7, nullif($8, 0::bigint))
  returning id
), asked as (
  select n.line_id, n.variant_id, n.quantity, n.money, n.points_back, n.points_reversed, n.goods
    from unnest($9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bool[])
         as n (line_id, variant_id, quantity, money, points_back, points_reversed, goods)
), lines as (
  insert into refund_line (refund_id, order_line_id, variant_id, quantity, money, points_back, points_reversed)
  select made.id, a.line_id, nullif(a.variant_id, 0), a.quantity, a.money, a.points_back, a.points_reversed
    from made, asked a
), marked as (
  update order_line l
     set refunded_quantity = l.refunded_quantity + a.quantity,
         refunded = l.refunded + a.money,
         refunded_points = l.refunded_points + a.points_back,
         reversed_points = l.reversed_points + a.points_reversed
    from asked a
   where l.id = a.line_id
), counted as (
  update customer_figures
     set refunded = refunded + $5
   where customer_id = $2
), back as (
  select variant_id, sum(quantity)::bigint as quantity
    from asked
   where goods and variant_id <> 0 and $16
   group by variant_id
), locked as materialized (
  select s.variant_id
    from stock s
   where s.variant_id in (select variant_id from back)
   order by s.variant_id
     for update
), restocked as (
  update stock s
     set on_hand = least(s.on_hand + back.quantity, $17)
    from back
    join locked using (variant_id)
   where s.variant_id = back.variant_id
)
select id from made`

// writeRefund records a refund, marks its lines, and puts goods back into stock when asked to.
func (t *Tx) writeRefund(ctx context.Context, v domain.Viewer, o domain.Order, in domain.OrderRefund, p domain.RefundPlan) (id int64, err error) {
	l := p.Lines
	err = t.get(ctx, &id, writeRefundSQL, o.ID, o.CustomerID, t.now, in.Reason, p.MoneyMinor, p.PointsBack, p.PointsReversed, v.StaffID,
		column(l, func(l domain.RefundLine) int64 { return l.LineID }),
		column(l, func(l domain.RefundLine) int64 {
			if l.VariantID == nil {
				return 0
			}
			return *l.VariantID
		}),
		column(l, func(l domain.RefundLine) int64 { return l.Quantity }),
		column(l, func(l domain.RefundLine) int64 { return l.MoneyMinor }),
		column(l, func(l domain.RefundLine) int64 { return l.PointsBack }),
		column(l, func(l domain.RefundLine) int64 { return l.PointsReversed }),
		column(l, func(l domain.RefundLine) bool { return l.Kind == domain.Goods }),
		in.Restock, domain.MaxStock)
	return id, err
}

// orderLineColumns are the columns of orderLineRow.
const orderLineColumns = `l.id, l.order_id, l.position, l.variant_id, l.sku, l.name, l.kind, l.quantity, l.unit_price, l.price_name, l.subtotal,
       l.points_spent, l.total, l.points_to_earn, l.refunded_quantity, l.refunded, l.refunded_points, l.reversed_points, coalesce(l.rule_id, 0) as rule_id, o.currency`

type orderLineRow struct {
	ID               int64               `db:"id"`
	OrderID          int64               `db:"order_id"`
	Position         int64               `db:"position"`
	VariantID        *int64              `db:"variant_id"`
	SKU              string              `db:"sku"`
	Name             jsonOf[domain.Text] `db:"name"`
	Kind             domain.ProductKind  `db:"kind"`
	Quantity         int64               `db:"quantity"`
	UnitPrice        int64               `db:"unit_price"`
	PriceName        jsonOf[domain.Text] `db:"price_name"`
	Subtotal         int64               `db:"subtotal"`
	PointsSpent      int64               `db:"points_spent"`
	Total            int64               `db:"total"`
	PointsToEarn     int64               `db:"points_to_earn"`
	RefundedQuantity int64               `db:"refunded_quantity"`
	Refunded         int64               `db:"refunded"`
	RefundedPoints   int64               `db:"refunded_points"`
	ReversedPoints   int64               `db:"reversed_points"`
	RuleID           int64               `db:"rule_id"`
	Currency         string              `db:"currency"`
}

func (r orderLineRow) line() domain.OrderLine {
	return domain.OrderLine{ID: r.ID, OrderID: r.OrderID, Position: r.Position, VariantID: r.VariantID, SKU: r.SKU, Name: r.Name.V, Kind: r.Kind,
		Quantity: r.Quantity, UnitPriceMinor: r.UnitPrice, PriceName: r.PriceName.V, SubtotalMinor: r.Subtotal, PointsSpent: r.PointsSpent,
		TotalMinor: r.Total, PointsToEarn: r.PointsToEarn, RefundedQuantity: r.RefundedQuantity, RefundedMinor: r.Refunded,
		RefundedPoints: r.RefundedPoints, ReversedPoints: r.ReversedPoints, RuleID: r.RuleID, CurrencyCode: r.Currency}
}

const linesSQL = `
select ` + orderLineColumns + `
  from order_line l
  join orders o on o.id = l.order_id
 where l.order_id = any($1)
 order by l.order_id, l.position`

func (t *Tx) orderLines(ctx context.Context, orderID int64) ([]domain.OrderLine, error) {
	var rows []orderLineRow
	err := t.list(ctx, &rows, linesSQL, []int64{orderID})
	return column(rows, orderLineRow.line), err
}

// overdueBefore reads the orders whose promised date has passed, oldest first, and locks them; those another process works on are skipped.
func (t *Tx) overdueBefore(ctx context.Context, at time.Time, limit int) (orders []domain.Order, err error) {
	err = t.list(ctx, &orders, `
select `+orderColumns+`
  from orders o
 where o.promise_state = 'OPEN' and o.promised_at < $1
 order by o.promised_at, o.id
 limit $2
   for update skip locked`, at, limit)
	return orders, err
}
