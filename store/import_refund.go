package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is the lines of imports that take back. Such a line names a customer and a product, no purchase: domain.MatchReturns finds
// the purchases it undoes. Each of them is a row of refund_line; what no purchase covers is one more, without an order line.

// openRefund is a refund that lines of this batch belong to.
type openRefund struct {
	id         int64
	customerID int64
	invoice    string
	at         time.Time
	stored     bool
	positions  map[int64]bool
	lines      []*domain.SalesLine

	mills    int64 // what this batch gives back
	reversed int64
	orders   map[int64]bool
}

// returnedPart is a row of refund_line.
type returnedPart struct {
	refund    *openRefund
	position  int64
	variantID int64
	quantity  int64
	mills     int64
	purchase  *purchase // nil for what was bought nowhere
	points    int64
}

// purchase is a line of an order that a return may undo.
type purchase struct {
	LineID     int64     `db:"line_id"`
	OrderID    int64     `db:"order_id"`
	CustomerID int64     `db:"customer_id"`
	Position   int64     `db:"position"`
	VariantID  int64     `db:"variant_id"`
	PlacedAt   time.Time `db:"placed_at"`
	Quantity   int64     `db:"quantity"`
	Done       int64     `db:"refunded_quantity"`
	Points     int64     `db:"points_to_earn"`

	taken    int64 // by this batch
	mills    int64
	reversed int64
}

// bought is the key that returns and purchases meet by.
type bought struct{ customerID, variantID int64 }

// takeBack turns lines into refunds.
func (in *salesBatch) takeBack(ctx context.Context, lines []*domain.SalesLine) error {
	refunds, err := in.openRefunds(ctx, lines)
	if err != nil || len(refunds) == 0 {
		return err
	}
	purchases, err := in.purchases(ctx, refunds)
	if err != nil {
		return err
	}
	parts := in.match(refunds, purchases)
	touched := touchedPurchases(parts)
	if err := in.lockOrders(ctx, touched); err != nil {
		return err
	}
	if err := in.writeRefunds(ctx, refunds, parts); err != nil {
		return err
	}
	if err := in.markPurchases(ctx, touched); err != nil {
		return err
	}
	in.points.refund(refunds, parts)
	return in.chronicleRefunds(ctx, parts)
}

// openRefunds groups lines by invoice and leaves out those that are stored.
func (in *salesBatch) openRefunds(ctx context.Context, lines []*domain.SalesLine) ([]*openRefund, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	stored, err := in.storedRefunds(ctx, distinct(lines, func(l **domain.SalesLine) string { return (*l).Invoice }))
	if err != nil {
		return nil, err
	}
	open := map[string]*openRefund{}
	var refunds []*openRefund
	fresh := 0
	for _, l := range lines {
		r := open[l.Invoice]
		if r == nil {
			if r = stored[l.Invoice]; r == nil {
				r = &openRefund{invoice: l.Invoice, customerID: in.customers[l.Customer], at: l.At, positions: map[int64]bool{}}
				fresh++
			}
			r.orders = map[int64]bool{}
			open[l.Invoice] = r
			refunds = append(refunds, r)
		}
		if r.customerID != in.customers[l.Customer] {
			return nil, domain.Errorf(domain.Conflict, "line %d: invoice %s belongs to another customer than %q", l.Number, l.Invoice, l.Customer)
		}
		if !r.positions[l.Ordinal] {
			r.positions[l.Ordinal] = true
			r.lines = append(r.lines, l)
			in.added++
		}
	}
	ids, err := in.numbers(ctx, "refund", fresh)
	for _, r := range refunds {
		if !r.stored && err == nil {
			r.id, ids = ids[0], ids[1:]
		}
	}
	return refunds, err
}

func (in *salesBatch) storedRefunds(ctx context.Context, invoices []string) (map[string]*openRefund, error) {
	var rows []struct {
		ID         int64         `db:"id"`
		CustomerID int64         `db:"customer_id"`
		Invoice    string        `db:"external_number"`
		At         time.Time     `db:"at"`
		Positions  pq.Int64Array `db:"positions"`
	}
	err := in.list(ctx, &rows, `
select r.id, coalesce(r.customer_id, 0) as customer_id, r.external_number, r.at,
       (select array_agg(distinct l.position) from refund_line l where l.refund_id = r.id) as positions
  from unnest($2::text[]) as n (invoice)
  join refund r on r.import_source = $1 and r.external_number = n.invoice`, in.run.Source, invoices)
	stored := map[string]*openRefund{}
	for _, r := range rows {
		stored[r.Invoice] = &openRefund{id: r.ID, customerID: r.CustomerID, invoice: r.Invoice, at: r.At, stored: true, positions: setOf(r.Positions)}
	}
	return stored, err
}

// purchases reads what the customers of the refunds still hold of what they bring back, those of this batch too.
func (in *salesBatch) purchases(ctx context.Context, refunds []*openRefund) (map[bought][]*purchase, error) {
	var customers, variants []int64
	asked := map[bought]bool{}
	for _, r := range refunds {
		for _, l := range r.lines {
			if key := (bought{r.customerID, in.items[l.Product].VariantID}); r.customerID != 0 && !asked[key] {
				asked[key] = true
				customers, variants = append(customers, key.customerID), append(variants, key.variantID)
			}
		}
	}
	if len(customers) == 0 {
		return nil, nil
	}
	var rows []*purchase
	err := in.list(ctx, &rows, `
with asked as (
  select n.customer_id, n.variant_id from unnest($2::bigint[], $3::bigint[]) as n (customer_id, variant_id)
), theirs as materialized (
  select o.id, o.customer_id, o.placed_at
    from (select distinct customer_id from asked) c
    join orders o on o.customer_id = c.customer_id and o.import_source = $1 and o.status = 'COMPLETED'
)
select l.id as line_id, l.order_id, l.position, o.customer_id, l.variant_id, o.placed_at, l.quantity, l.refunded_quantity, l.points_to_earn
  from theirs o
 cross join lateral (select l.id, l.order_id, l.position, l.variant_id, l.quantity, l.refunded_quantity, l.points_to_earn
                       from order_line l
                      where l.order_id = o.id and l.refunded_quantity < l.quantity
                     offset 0) l
  join asked a on a.customer_id = o.customer_id and a.variant_id = l.variant_id`,
		in.run.Source, customers, variants)
	return groupBy(rows, func(p *purchase) bought { return bought{p.CustomerID, p.VariantID} }), err
}

// match decides which purchases the lines undo, in the order of the file, and what points go with each piece.
func (in *salesBatch) match(refunds []*openRefund, purchases map[bought][]*purchase) []returnedPart {
	type returned struct {
		refund *openRefund
		line   *domain.SalesLine
	}
	groups := map[bought][]returned{}
	matched := map[*domain.SalesLine][]domain.ReturnPart{}
	for _, r := range refunds {
		for _, l := range r.lines {
			key := bought{r.customerID, in.items[l.Product].VariantID}
			groups[key] = append(groups[key], returned{r, l})
		}
	}
	for key, group := range groups {
		held := column(purchases[key], func(p *purchase) domain.Purchase {
			return domain.Purchase{LineID: p.LineID, At: p.PlacedAt, Number: in.numbered[linePlace{p.OrderID, p.Position}], Left: p.Quantity - p.Done}
		})
		back := column(group, func(r returned) domain.Return {
			return domain.Return{At: r.refund.at, Number: r.line.Number, Quantity: -r.line.Quantity}
		})
		for i, parts := range domain.MatchReturns(held, back) {
			matched[group[i].line] = parts
		}
	}
	var parts []returnedPart
	for _, r := range refunds {
		for _, l := range r.lines {
			key := bought{r.customerID, in.items[l.Product].VariantID}
			parts = append(parts, r.take(l, key, purchases[key], matched[l])...)
		}
	}
	return parts
}

// take makes the rows of one line: a piece for each purchase, and what no purchase covers.
func (r *openRefund) take(l *domain.SalesLine, key bought, purchases []*purchase, matched []domain.ReturnPart) []returnedPart {
	left := -l.Quantity
	r.mills += -l.Mills
	var parts []returnedPart
	for _, m := range matched {
		p := purchases[m.Purchase]
		part := returnedPart{refund: r, position: l.Ordinal, variantID: key.variantID, quantity: m.Quantity, mills: m.Quantity * l.UnitMills, purchase: p,
			points: domain.ShareOfPiece(p.Points, p.Done+p.taken, m.Quantity, p.Quantity)}
		p.taken += m.Quantity
		p.mills += part.mills
		p.reversed += part.points
		r.reversed += part.points
		r.orders[p.OrderID] = true
		left -= m.Quantity
		parts = append(parts, part)
	}
	if left > 0 {
		parts = append(parts, returnedPart{refund: r, position: l.Ordinal, variantID: key.variantID, quantity: left, mills: left * l.UnitMills})
	}
	return parts
}

func touchedPurchases(parts []returnedPart) []*purchase {
	var touched []*purchase
	seen := map[*purchase]bool{nil: true}
	for _, p := range parts {
		if !seen[p.purchase] {
			seen[p.purchase] = true
			touched = append(touched, p.purchase)
		}
	}
	return touched
}

func (in *salesBatch) lockOrders(ctx context.Context, touched []*purchase) error {
	_, err := in.exec(ctx, `select id from orders where id = any($1) order by id for update`,
		column(touched, func(p *purchase) int64 { return p.OrderID }))
	return err
}

// refundReason is what an imported refund gives as its reason.
var refundReason = domain.Text{RU: "Возврат по загруженным данным", EN: "Returned according to imported records"}

func (in *salesBatch) writeRefunds(ctx context.Context, refunds []*openRefund, parts []returnedPart) error {
	var fresh, grown []*openRefund
	for _, r := range refunds {
		if r.stored {
			grown = append(grown, r)
		} else {
			fresh = append(fresh, r)
		}
	}
	err := copyRows(ctx, in.Tx, `refund (id, order_id, customer_id, import_source, external_number, at, reason, money, money_mills, points_reversed)`, fresh,
		func(row **openRefund, v []any) []any {
			r := *row
			var order any
			for id := range r.orders {
				if len(r.orders) == 1 {
					order = id
				}
			}
			minor, mills := domain.Mills(r.mills)
			return append(v, r.id, order, orNull(r.customerID), in.run.Source, r.invoice, r.at, refundReason.In(in.locale), minor, mills, r.reversed)
		})
	if err != nil {
		return err
	}
	if len(grown) > 0 {
		_, err = in.exec(ctx, `
update refund r
   set order_id = null,
       money = (r.money * 10 + r.money_mills + n.mills) / 10, money_mills = (r.money * 10 + r.money_mills + n.mills) % 10,
       points_reversed = r.points_reversed + n.reversed
  from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as n (id, mills, reversed)
 where r.id = n.id and n.mills + n.reversed > 0`,
			column(grown, func(r *openRefund) int64 { return r.id }),
			column(grown, func(r *openRefund) int64 { return r.mills }),
			column(grown, func(r *openRefund) int64 { return r.reversed }))
		if err != nil {
			return err
		}
	}
	return copyRows(ctx, in.Tx, `refund_line (refund_id, position, order_line_id, variant_id, quantity, money, money_mills, points_reversed)`, parts,
		func(p *returnedPart, v []any) []any {
			minor, mills := domain.Mills(p.mills)
			var line any
			if p.purchase != nil {
				line = p.purchase.LineID
			}
			return append(v, p.refund.id, p.position, line, p.variantID, p.quantity, minor, mills, p.points)
		})
}

// markPurchases writes what was taken back of lines and orders. An order of which nothing is left is REFUNDED.
func (in *salesBatch) markPurchases(ctx context.Context, touched []*purchase) error {
	n, err := in.exec(ctx, `
update order_line l
   set refunded_quantity = l.refunded_quantity + n.quantity, refunded = l.refunded + n.money, reversed_points = l.reversed_points + n.points
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) as n (id, done, quantity, money, points)
 where l.id = n.id and l.refunded_quantity = n.done`,
		column(touched, func(p *purchase) int64 { return p.LineID }),
		column(touched, func(p *purchase) int64 { return p.Done }),
		column(touched, func(p *purchase) int64 { return p.taken }),
		column(touched, func(p *purchase) int64 { minor, _ := domain.Mills(p.mills); return minor }),
		column(touched, func(p *purchase) int64 { return p.reversed }))
	if err != nil {
		return err
	}
	if n != int64(len(touched)) {
		return domain.Errorf(domain.Conflict, "an imported order was refunded by staff at the same time: run the import again")
	}
	return nil
}

// chronicleRefunds writes into the orders and their timelines what each refund gave back of them. The file's time of the last refund is
// when an order became REFUNDED.
func (in *salesBatch) chronicleRefunds(ctx context.Context, parts []returnedPart) error {
	type pair struct {
		orderID int64
		refund  *openRefund
	}
	money := map[pair]int64{}
	var pairs []pair
	for _, p := range parts {
		if p.purchase == nil {
			continue
		}
		key := pair{p.purchase.OrderID, p.refund}
		if _, seen := money[key]; !seen {
			pairs = append(pairs, key)
		}
		money[key] += p.mills
	}
	minor := func(p pair) int64 { n, _ := domain.Mills(money[p]); return n }
	_, err := in.exec(ctx, `
with back as (
  select n.id, sum(n.money)::bigint as money, max(n.at) as at, count(*) as refunds
    from unnest($1::bigint[], $2::bigint[], $3::text[]::timestamptz[]) as n (id, money, at)
   group by n.id
), whole as (
  select b.id, not exists (select 1 from order_line l where l.order_id = b.id and l.refunded_quantity < l.quantity) as whole from back b
)
update orders o
   set refunded = o.refunded + back.money,
       version = o.version + back.refunds,
       status = case when whole.whole then 'REFUNDED' else o.status end,
       refunded_at = case when whole.whole then back.at end
  from back join whole using (id)
 where o.id = back.id`,
		column(pairs, func(p pair) int64 { return p.orderID }), column(pairs, minor),
		column(pairs, func(p pair) string { return textMoment(p.refund.at) }))
	if err != nil {
		return err
	}
	currency := in.terms.business.CurrencyCode
	return copyRows(ctx, in.Tx, `timeline (order_id, at, kind, public, actor, reason, data)`, pairs, func(p *pair, v []any) []any {
		data, _ := asJSON(domain.TimelineData{RefundedMinor: minor(*p), CurrencyCode: currency}).Value()
		return append(v, p.orderID, p.refund.at, string(domain.TimelineRefunded), true, string(domain.ActorImport), refundReason.In(in.locale), data)
	})
}
