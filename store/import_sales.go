package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is how a batch of sales lines becomes customers, products, orders and what lies beside them; import_refund.go is the lines that
// take back, import_points.go what both do to wallets.

// ImportSales takes a batch of lines in and moves the run to where the batch ends. It returns the run as it is then and how many lines
// were new. Conflict: another process moved the run, or an invoice belongs to another customer than it did before.
func (s *Store) ImportSales(ctx context.Context, run domain.ImportRun, batch domain.SalesBatch) (moved domain.ImportRun, count domain.ImportCount, err error) {
	moved, err = s.importStep(ctx, run, batch.Locale, batch.After, func(ctx context.Context, b *importBatch) error {
		count, err = b.sales(ctx, batch)
		return err
	})
	return moved, count, err
}

// linePlace is a line by its order and its place there.
type linePlace struct{ orderID, position int64 }

// salesBatch is a batch of lines on its way in.
type salesBatch struct {
	*importBatch
	customers map[string]int64
	items     map[string]item
	numbered  map[linePlace]int64 // place in the file of the lines of this batch
	points    *importedPoints
	added     int64
}

func (b *importBatch) sales(ctx context.Context, batch domain.SalesBatch) (domain.ImportCount, error) {
	in := salesBatch{importBatch: b, numbered: map[linePlace]int64{}}
	var sold, refunded, entries []*domain.SalesLine
	for i := range batch.Lines {
		l := &batch.Lines[i]
		switch l.Kind {
		case domain.SaleLine:
			sold = append(sold, l)
		case domain.RefundedLine:
			refunded = append(refunded, l)
		default:
			entries = append(entries, l)
		}
	}
	var err error
	if in.customers, err = b.customers(ctx, metCustomers(batch.Lines)); err != nil {
		return domain.ImportCount{}, err
	}
	if in.items, err = b.items(ctx, toldProducts(batch)); err != nil {
		return domain.ImportCount{}, err
	}
	in.points = newImportedPoints(b)
	for _, step := range []func() error{
		func() error { return in.sell(ctx, sold) },
		func() error { return in.enter(ctx, entries) },
		func() error { return in.takeBack(ctx, refunded) },
		func() error { return in.points.write(ctx) },
	} {
		if err := step(); err != nil {
			return domain.ImportCount{}, err
		}
	}
	return domain.ImportCount{Added: in.added, Known: int64(len(batch.Lines)) - in.added}, nil
}

// metCustomers lists the customers of a batch as its first line with each tells of them.
func metCustomers(lines []domain.SalesLine) []importedCustomer {
	met := []importedCustomer{}
	seen := map[string]bool{"": true}
	for i := range lines {
		if l := &lines[i]; !seen[l.Customer] {
			seen[l.Customer] = true
			met = append(met, importedCustomer{l.Customer, l.Country, l.At})
		}
	}
	return met
}

// toldProducts lists the products of a batch. Prices are told by lines that sell; names too, since a write-off is rather called "damaged", but any
// name is better than none.
func toldProducts(batch domain.SalesBatch) []*importedProduct {
	var told []*importedProduct
	known := map[string]*importedProduct{}
	for i := range batch.Lines {
		l := &batch.Lines[i]
		p := known[l.Product]
		if p == nil {
			p = &importedProduct{code: l.Product, kind: domain.Goods, status: domain.ProductActive, firstAt: l.At}
			if l.Service {
				p.kind = domain.Service
			}
			if l.Service || batch.Archive {
				p.status = domain.ProductArchived
			}
			known[l.Product] = p
			told = append(told, p)
		}
		if l.Kind == domain.SaleLine {
			p.callIt(domain.TextIn(batch.Locale, l.Name), l.At)
			p.priceIt(l.UnitMills, l.At)
		} else {
			p.callIt(domain.TextIn(batch.Locale, l.Name), time.Time{})
		}
	}
	return told
}

// storedOrder is an imported order that more lines come to.
type storedOrder struct {
	ID         int64         `db:"id"`
	CustomerID int64         `db:"customer_id"`
	Invoice    string        `db:"external_number"`
	Total      int64         `db:"total"`
	Mills      int64         `db:"total_mills"`
	Points     int64         `db:"points_to_earn"`
	PlacedAt   time.Time     `db:"placed_at"`
	Positions  pq.Int64Array `db:"positions"`
}

// openOrder is an order that lines of this batch belong to.
type openOrder struct {
	importedOrder
	stored    bool
	before    int64 // its total when the batch came
	earned    int64 // by the lines of this batch
	positions map[int64]bool
	lines     []*domain.SalesLine
}

// sell turns lines into orders with their lines and what they earn.
func (in *salesBatch) sell(ctx context.Context, sold []*domain.SalesLine) error {
	orders, err := in.openOrders(ctx, sold)
	if err != nil {
		return err
	}
	var fresh []*importedOrder
	var grown []*openOrder
	total := 0
	for _, o := range orders {
		switch {
		case !o.stored:
			fresh = append(fresh, &o.importedOrder)
		case len(o.lines) > 0:
			grown = append(grown, o)
		}
		total += len(o.lines)
	}
	in.added += int64(total)
	ids, err := in.numbers(ctx, "orders", len(fresh))
	if err != nil {
		return err
	}
	for i, o := range fresh {
		o.id = ids[i]
	}
	lines := in.price(orders, total)
	if err := in.writeOrders(ctx, fresh); err != nil {
		return err
	}
	if err := in.writeLines(ctx, lines); err != nil {
		return err
	}
	if err := in.growOrders(ctx, grown); err != nil {
		return err
	}
	return in.points.earn(ctx, orders)
}

// openOrders groups lines by invoice and leaves out those that are stored.
func (in *salesBatch) openOrders(ctx context.Context, sold []*domain.SalesLine) ([]*openOrder, error) {
	stored, err := in.storedOrders(ctx, distinct(sold, func(l **domain.SalesLine) string { return (*l).Invoice }))
	if err != nil {
		return nil, err
	}
	var orders []*openOrder
	open := map[string]*openOrder{}
	for _, l := range sold {
		o := open[l.Invoice]
		if o == nil {
			o = &openOrder{importedOrder: importedOrder{invoice: l.Invoice, customerID: in.customers[l.Customer], status: domain.OrderCompleted,
				placedAt: l.At, endedAt: l.At}, positions: map[int64]bool{}}
			if was, found := stored[l.Invoice]; found {
				o.stored, o.id, o.customerID, o.placedAt, o.points = true, was.ID, was.CustomerID, was.PlacedAt, was.Points
				o.before = was.Total*10 + was.Mills
				o.mills = o.before
				o.positions = setOf(was.Positions)
			}
			open[l.Invoice] = o
			orders = append(orders, o)
		}
		if o.customerID != in.customers[l.Customer] {
			return nil, domain.Errorf(domain.Conflict, "line %d: invoice %s belongs to another customer than %q", l.Number, l.Invoice, l.Customer)
		}
		if !o.positions[l.Ordinal] {
			o.positions[l.Ordinal] = true
			o.lines = append(o.lines, l)
			o.mills += l.Mills
		}
	}
	return orders, nil
}

func (in *salesBatch) storedOrders(ctx context.Context, invoices []string) (map[string]storedOrder, error) {
	var rows []storedOrder
	err := in.list(ctx, &rows, `
select o.id, coalesce(o.customer_id, 0) as customer_id, o.external_number, o.total, o.total_mills, o.points_to_earn, o.placed_at,
       (select array_agg(l.position) from order_line l where l.order_id = o.id) as positions
  from unnest($2::text[]) as n (invoice)
  join orders o on o.import_source = $1 and o.external_number = n.invoice
 order by o.id
   for update of o`, in.run.Source, invoices)
	return byKey(rows, func(o storedOrder) string { return o.Invoice }), err
}

// price makes the lines of orders, with the points that each invoice earns spread over them.
func (in *salesBatch) price(orders []*openOrder, total int) []importedLine {
	lines := make([]importedLine, 0, total)
	for _, o := range orders {
		amounts := make([]int64, len(o.lines))
		for i, l := range o.lines {
			amounts[i] = l.Mills
		}
		earned := make([]int64, len(o.lines))
		if o.customerID != 0 && in.rule.ID != 0 {
			earned = domain.EarnOnLines(o.before, amounts, in.rule.Share, in.terms.business.Points.PointMinor)
		}
		for i, l := range o.lines {
			it := in.items[l.Product]
			name := it.Name.V
			if l.Name != "" {
				name = domain.TextIn(in.locale, l.Name)
			}
			kind := domain.Goods
			if l.Service {
				kind = domain.Service
			}
			in.numbered[linePlace{o.id, l.Ordinal}] = l.Number
			lines = append(lines, importedLine{order: &o.importedOrder, position: l.Ordinal, item: it, name: jsonText(name),
				kind: kind, quantity: l.Quantity, unitMills: l.UnitMills, mills: l.Mills, points: earned[i]})
			o.points += earned[i]
			o.earned += earned[i]
		}
	}
	return lines
}

// growOrders writes the totals of orders that lines were added to.
func (in *salesBatch) growOrders(ctx context.Context, grown []*openOrder) error {
	if len(grown) == 0 {
		return nil
	}
	_, err := in.exec(ctx, `
update orders o
   set subtotal = n.total, total = n.total, total_mills = n.mills, points_to_earn = n.points, version = o.version + 1
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) as n (id, total, mills, points)
 where o.id = n.id`,
		column(grown, func(o *openOrder) int64 { return o.id }),
		column(grown, func(o *openOrder) int64 { minor, _ := domain.Mills(o.mills); return minor }),
		column(grown, func(o *openOrder) int64 { _, mills := domain.Mills(o.mills); return mills }),
		column(grown, func(o *openOrder) int64 { return o.points }))
	return err
}

// enter records adjustments and write-offs.
func (in *salesBatch) enter(ctx context.Context, entries []*domain.SalesLine) error {
	if len(entries) == 0 {
		return nil
	}
	n, err := in.exec(ctx, `
insert into import_entry (import_source, external_number, ordinal, kind, customer_id, variant_id, name, quantity, amount, amount_mills, at)
select $1, n.invoice, n.ordinal, n.kind, nullif(n.customer_id, 0), n.variant_id, n.name, n.quantity, n.amount, n.mills, n.at
  from unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[]::timestamptz[])
       as n (invoice, ordinal, kind, customer_id, variant_id, name, quantity, amount, mills, at)
on conflict on constraint import_entry_pkey do nothing`,
		in.run.Source,
		column(entries, func(l *domain.SalesLine) string { return l.Invoice }),
		column(entries, func(l *domain.SalesLine) int64 { return l.Ordinal }),
		column(entries, func(l *domain.SalesLine) string { return string(l.Kind) }),
		column(entries, func(l *domain.SalesLine) int64 { return in.customers[l.Customer] }),
		column(entries, func(l *domain.SalesLine) int64 { return in.items[l.Product].VariantID }),
		column(entries, func(l *domain.SalesLine) string { return l.Name }),
		column(entries, func(l *domain.SalesLine) int64 { return l.Quantity }),
		column(entries, func(l *domain.SalesLine) int64 { minor, _ := domain.Mills(l.Mills); return minor }),
		column(entries, func(l *domain.SalesLine) int64 { _, mills := domain.Mills(l.Mills); return mills }),
		column(entries, func(l *domain.SalesLine) string { return textMoment(l.At) }))
	in.added += n
	return err
}

func setOf(numbers []int64) map[int64]bool {
	set := make(map[int64]bool, len(numbers))
	for _, n := range numbers {
		set[n] = true
	}
	return set
}
