package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// This file is the customers and products of imports.

// importedCustomer is a customer as an import meets them first.
type importedCustomer struct {
	number  string
	country string
	since   time.Time
}

// customers returns the ids of customers by their numbers in the source; those that are new are added, with an empty wallet.
func (b *importBatch) customers(ctx context.Context, met []importedCustomer) (map[string]int64, error) {
	var rows []struct {
		ID     int64  `db:"id"`
		Number string `db:"external_number"`
	}
	err := b.list(ctx, &rows, `
with met as (
  select m.number, m.country, m.since, m.nth
    from unnest($2::text[], $3::text[], $4::text[]::timestamptz[]) with ordinality as m (number, country, since, nth)
), known as (
  select c.id, c.external_number from customer c where c.import_source = $1 and c.external_number = any($2)
), added as (
  insert into customer (locale, country, import_source, external_number, created_at)
  select $5, nullif(m.country, ''), $1, m.number, m.since
    from met m
   where m.number not in (select external_number from known)
   order by m.nth
  returning id, external_number
), purses as (
  insert into wallet (customer_id) select id from added
), figures as (
  insert into customer_figures (customer_id) select id from added
)
select id, external_number from known union all select id, external_number from added`,
		b.run.Source,
		column(met, func(c importedCustomer) string { return c.number }),
		column(met, func(c importedCustomer) string { return c.country }),
		column(met, func(c importedCustomer) string { return textMoment(c.since) }),
		b.locale)
	ids := make(map[string]int64, len(rows))
	for _, r := range rows {
		ids[r.Number] = r.ID
	}
	return ids, err
}

// importedProduct is what a batch tells of a product: its latest name and price with the time of the lines that say so.
type importedProduct struct {
	code     string
	name     domain.Text
	namedAt  time.Time
	price    int64
	pricedAt time.Time
	kind     domain.ProductKind
	status   domain.ProductStatus
	firstAt  time.Time
}

// callIt takes the name over when it is the latest; empty names say nothing.
func (p *importedProduct) callIt(name domain.Text, at time.Time) {
	if !name.Empty() && !at.Before(p.namedAt) {
		p.name, p.namedAt = name, at
	}
}

// priceIt takes the price over when it is the latest; what is given away has none.
func (p *importedProduct) priceIt(mills int64, at time.Time) {
	if minor, _ := domain.Mills(mills); minor > 0 && !at.Before(p.pricedAt) {
		p.price, p.pricedAt = minor, at
	}
}

// item is a product with its one variant, as lines refer to it.
type item struct {
	ProductID int64               `db:"product_id"`
	VariantID int64               `db:"variant_id"`
	Code      string              `db:"external_number"`
	SKU       string              `db:"sku"`
	Name      jsonOf[domain.Text] `db:"name"`
}

// items returns the items of products by their codes. New ones are added; what is told of each is kept for the catalogue.
func (b *importBatch) items(ctx context.Context, told []*importedProduct) (map[string]item, error) {
	codes := column(told, func(p *importedProduct) string { return p.code })
	known, err := b.knownItems(ctx, codes)
	if err != nil {
		return nil, err
	}
	var fresh []*importedProduct
	for _, p := range told {
		if _, found := known[p.code]; !found {
			fresh = append(fresh, p)
		}
	}
	added, err := b.addItems(ctx, fresh)
	if err != nil {
		return nil, err
	}
	for _, i := range added {
		known[i.Code] = i
	}
	return known, b.hear(ctx, told, known)
}

func (b *importBatch) knownItems(ctx context.Context, codes []string) (map[string]item, error) {
	var rows []item
	err := b.list(ctx, &rows, `
select p.id as product_id, p.external_number, p.name, v.id as variant_id, v.sku
  from product p
  join lateral (select v.id, v.sku from variant v where v.product_id = p.id order by v.position, v.id limit 1) v on true
 where p.import_source = $1 and p.external_number = any($2)`, b.run.Source, codes)
	return byKey(rows, func(i item) string { return i.Code }), err
}

// hear records the latest name and price of products; renewCatalog brings them into the catalogue when the file ends.
func (b *importBatch) hear(ctx context.Context, told []*importedProduct, items map[string]item) error {
	_, err := b.exec(ctx, `
insert into import_product as k (product_id, name, named_at, price, priced_at)
select n.product_id, n.name::jsonb, n.named_at, n.price, n.priced_at
  from unnest($1::bigint[], $2::text[], $3::text[]::timestamptz[], $4::bigint[], $5::text[]::timestamptz[]) as n (product_id, name, named_at, price, priced_at)
on conflict (product_id) do update
   set name = case when excluded.named_at >= k.named_at and excluded.name <> '{}' then excluded.name else k.name end,
       named_at = greatest(excluded.named_at, k.named_at),
       price = case when excluded.priced_at >= k.priced_at then excluded.price else k.price end,
       priced_at = greatest(excluded.priced_at, k.priced_at)`,
		column(told, func(p *importedProduct) int64 { return items[p.code].ProductID }),
		column(told, func(p *importedProduct) string { return jsonText(p.name) }),
		column(told, func(p *importedProduct) string { return textMoment(p.namedAt) }),
		column(told, func(p *importedProduct) int64 { return p.price }),
		column(told, func(p *importedProduct) string { return textMoment(p.pricedAt) }))
	return err
}

// textMoment writes an instant for a text array; the zero one is before all others.
func textMoment(at time.Time) string {
	if at.IsZero() {
		return "-infinity"
	}
	return at.Format(time.RFC3339Nano)
}

// renewCatalog gives the products of a source their latest name and price. A version above 1 shows that staff changed a product: it stays.
func (t *Tx) renewCatalog(ctx context.Context, source string) error {
	_, err := t.exec(ctx, `
update product p
   set name = k.name
  from import_product k
 where p.import_source = $1 and k.product_id = p.id and p.version = 1 and k.name <> '{}' and p.name <> k.name`, source)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
update variant v
   set price = k.price
  from import_product k
  join product p on p.id = k.product_id
 where p.import_source = $1 and v.product_id = p.id and p.version = 1 and k.price > 0 and v.price <> k.price`, source)
	return err
}

// addItems adds products with a variant each. The SKU is the code of the source, with the source before it when the code is taken.
func (b *importBatch) addItems(ctx context.Context, fresh []*importedProduct) ([]item, error) {
	if len(fresh) == 0 {
		return nil, nil
	}
	var taken []string
	err := b.list(ctx, &taken, `select sku from variant where sku = any($1)`, column(fresh, func(p *importedProduct) string { return p.code }))
	if err != nil {
		return nil, err
	}
	isTaken := map[string]bool{}
	for _, sku := range taken {
		isTaken[sku] = true
	}
	products, err := b.numbers(ctx, "product", len(fresh))
	if err != nil {
		return nil, err
	}
	variants, err := b.numbers(ctx, "variant", len(fresh))
	if err != nil {
		return nil, err
	}
	items := make([]item, len(fresh))
	for i, p := range fresh {
		name := p.name
		if name.Empty() {
			name = domain.TextIn(b.locale, p.code)
		}
		items[i] = item{ProductID: products[i], VariantID: variants[i], Code: p.code, SKU: p.code, Name: asJSON(name)}
		if isTaken[p.code] {
			items[i].SKU = b.run.Source + "/" + p.code
		}
	}
	return items, b.writeItems(ctx, fresh, items)
}

func (b *importBatch) writeItems(ctx context.Context, fresh []*importedProduct, items []item) error {
	both := make([]int, len(fresh))
	goods := []item{}
	for i := range both {
		both[i] = i
		if fresh[i].kind == domain.Goods {
			goods = append(goods, items[i])
		}
	}
	err := copyRows(ctx, b.Tx, `product (id, slug, kind, status, name, import_source, external_number, created_at)`, both,
		func(i *int, v []any) []any {
			p := fresh[*i]
			return append(v, items[*i].ProductID, domain.ImportSlug(b.run.Source, p.code), string(p.kind), string(p.status), jsonText(items[*i].Name.V),
				b.run.Source, p.code, p.firstAt)
		})
	if err != nil {
		return err
	}
	err = copyRows(ctx, b.Tx, `variant (id, product_id, sku, price)`, both, func(i *int, v []any) []any {
		return append(v, items[*i].VariantID, items[*i].ProductID, items[*i].SKU, fresh[*i].price)
	})
	if err != nil {
		return err
	}
	return copyRows(ctx, b.Tx, `stock (variant_id, on_hand)`, goods, func(i *item, v []any) []any { return append(v, i.VariantID, 0) })
}

// jsonText is a text as the JSON of its column.
func jsonText(t domain.Text) string {
	v, _ := asJSON(t).Value() // strings always have a JSON form
	text, _ := v.(string)
	return text
}
