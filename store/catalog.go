package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kabinet/domain"
)

// This file is what customers see of the catalogue; catalog_edit.go is how staff change it.

const catalogVersionSQL = `select version from catalog_version`

// CatalogVersion is the version of everything the catalogue shows but stock. It grows with each change, in the same transaction, so what was read at
// a version is right for as long as the version stands.
func (s *Store) CatalogVersion(ctx context.Context) (version int64, err error) {
	err = s.get(ctx, &version, catalogVersionSQL)
	return version, err
}

type categoryRow struct {
	ID       int64               `db:"id"`
	Slug     string              `db:"slug"`
	Name     jsonOf[domain.Text] `db:"name"`
	Position int64               `db:"position"`
}

func (r categoryRow) category() domain.Category {
	return domain.Category{ID: r.ID, Slug: r.Slug, Name: r.Name.V, Position: r.Position}
}

// Categories reads all categories in the business's order.
func (s *Store) Categories(ctx context.Context) ([]domain.Category, error) {
	var rows []categoryRow
	err := s.list(ctx, &rows, `select id, slug, name, position from category order by position, id`)
	return column(rows, categoryRow.category), err
}

// CategoriesByID reads categories by their row numbers; those that do not exist are left out.
func (s *Store) CategoriesByID(ctx context.Context, ids []int64) (map[int64]domain.Category, error) {
	var rows []categoryRow
	err := s.list(ctx, &rows, `select id, slug, name, position from category where id = any($1)`, orEmpty(ids))
	return byKey(column(rows, categoryRow.category), func(c domain.Category) int64 { return c.ID }), err
}

const productColumns = `p.id, p.slug, p.kind, p.status, p.name, p.description, p.category_id, p.attributes, p.expect, p.version, p.created_at,
       p.min_price, (select b.currency from business b) as currency`

type productRow struct {
	ID          int64                      `db:"id"`
	Slug        string                     `db:"slug"`
	Kind        domain.ProductKind         `db:"kind"`
	Status      domain.ProductStatus       `db:"status"`
	Name        jsonOf[domain.Text]        `db:"name"`
	Description jsonOf[domain.Text]        `db:"description"`
	CategoryID  *int64                     `db:"category_id"`
	Attributes  jsonOf[[]domain.Attribute] `db:"attributes"`
	Expect      jsonOf[domain.Expectation] `db:"expect"`
	Version     int64                      `db:"version"`
	CreatedAt   time.Time                  `db:"created_at"`
	MinPrice    *int64                     `db:"min_price"`
	Currency    string                     `db:"currency"`
}

func (r productRow) product() domain.Product {
	return domain.Product{ID: r.ID, Slug: r.Slug, Kind: r.Kind, Status: r.Status, Name: r.Name.V, Description: r.Description.V, CategoryID: r.CategoryID,
		Attributes: r.Attributes.V, Expect: r.Expect.V, Version: r.Version, CreatedAt: r.CreatedAt, PriceMinor: r.MinPrice, CurrencyCode: r.Currency}
}

type productPageRow struct {
	productRow
	place
}

// Products reads a page of products. Search finds products in which every word occurs, as a word of either language in any of its forms, or as the
// beginning of a word. With count, the list tells how many there are in all.
func (s *Store) Products(ctx context.Context, f domain.ProductFilter, sort domain.ProductSort, l domain.Locale, page domain.Page, count bool) (domain.List[domain.Product], error) {
	q := pageQuery{columns: productColumns, from: "product p", id: "p.id", desc: sort.Desc}
	switch sort.Field {
	case "NAME":
		q.key, q.keyType = `p.name_ru collate "ru-x-icu"`, "text"
		if l == domain.EN {
			q.key = `p.name_en collate "en-x-icu"`
		}
	case "PRICE":
		q.key, q.keyType = "p.min_price", "bigint"
		q.where = append(q.where, "p.min_price is not null")
	case "CREATED_AT":
		q.key, q.keyType = "p.created_at", "timestamptz"
	default:
		q.key, q.keyType = "p.position", "bigint"
	}
	if !q.filter(f) {
		return domain.List[domain.Product]{Total: new(int)}, nil
	}
	list, err := readPage(ctx, s, q, page, func(r productPageRow) domain.Product { return r.product() })
	if err != nil || !count {
		return list, err
	}
	total := 0
	err = s.get(ctx, &total, "select count(*) from product p where "+strings.Join(q.where, " and "), q.args...)
	list.Total = &total
	return list, err
}

// filter adds the conditions of f; false when nothing can match.
func (q *pageQuery) filter(f domain.ProductFilter) bool {
	cond := func(sql string, arg any) {
		q.args = append(q.args, arg)
		q.where = append(q.where, strings.ReplaceAll(sql, "?", fmt.Sprintf("$%d", len(q.args))))
	}
	if f.Statuses == nil {
		q.where = append(q.where, "p.status = 'ACTIVE'")
	} else {
		cond("p.status = any(?)", column(f.Statuses, func(s domain.ProductStatus) string { return string(s) }))
	}
	if f.Kinds != nil {
		cond("p.kind = any(?)", column(f.Kinds, func(k domain.ProductKind) string { return string(k) }))
	}
	switch len(f.Categories) {
	case 0:
	case 1:
		cond("p.category_id = (select c.id from category c where c.slug = ?)", f.Categories[0])
	default:
		cond("p.category_id = any(array(select c.id from category c where c.slug = any(?)))", f.Categories)
	}
	if f.MinPrice != nil {
		cond("p.min_price >= ?", *f.MinPrice)
	}
	if f.MaxPrice != nil {
		cond("p.min_price <= ?", *f.MaxPrice)
	}
	if strings.TrimSpace(f.Search) != "" {
		words := searchWords(f.Search)
		for _, w := range words {
			cond("p.search @@ (plainto_tsquery('russian', ?) || plainto_tsquery('english', ?) || (quote_literal(?::text) || ':*')::tsquery)", w)
		}
		return len(words) > 0
	}
	return true
}

// ProductsByID reads products of any status by their row numbers; those that do not exist are left out.
func (s *Store) ProductsByID(ctx context.Context, ids []int64) (map[int64]domain.Product, error) {
	var rows []productRow
	err := s.list(ctx, &rows, `select `+productColumns+` from product p where p.id = any($1)`, orEmpty(ids))
	return byKey(column(rows, productRow.product), func(p domain.Product) int64 { return p.ID }), err
}

// ProductBySlug reads a product of any status; ErrNotFound when there is none.
func (s *Store) ProductBySlug(ctx context.Context, slug string) (domain.Product, error) {
	var row productRow
	err := s.get(ctx, &row, `select `+productColumns+` from product p where p.slug = $1`, slug)
	return row.product(), err
}

const variantColumns = `v.id, v.product_id, v.sku, v.name, v.price, v.active, k.on_hand, (select b.currency from business b) as currency`

type variantRow struct {
	ID        int64               `db:"id"`
	ProductID int64               `db:"product_id"`
	SKU       string              `db:"sku"`
	Name      jsonOf[domain.Text] `db:"name"`
	Price     int64               `db:"price"`
	Active    bool                `db:"active"`
	OnHand    *int64              `db:"on_hand"`
	Currency  string              `db:"currency"`
}

func (r variantRow) variant() domain.Variant {
	return domain.Variant{ID: r.ID, ProductID: r.ProductID, SKU: r.SKU, Name: r.Name.V, PriceMinor: r.Price, Active: r.Active, Stock: r.OnHand,
		CurrencyCode: r.Currency}
}

// VariantsByProduct reads the variants of products that can be ordered, in the business's order.
func (s *Store) VariantsByProduct(ctx context.Context, productIDs []int64) (map[int64][]domain.Variant, error) {
	return s.variantsOf(ctx, productIDs, true)
}

// RetiredVariantsByProduct reads the variants of products that can no longer be ordered, in the business's order.
func (s *Store) RetiredVariantsByProduct(ctx context.Context, productIDs []int64) (map[int64][]domain.Variant, error) {
	return s.variantsOf(ctx, productIDs, false)
}

func (s *Store) variantsOf(ctx context.Context, productIDs []int64, active bool) (map[int64][]domain.Variant, error) {
	var rows []variantRow
	err := s.list(ctx, &rows, `
select `+variantColumns+`
  from variant v
  left join stock k on k.variant_id = v.id
 where v.product_id = any($1) and v.active = $2
 order by v.product_id, v.position, v.id`, orEmpty(productIDs), active)
	return groupBy(column(rows, variantRow.variant), func(v domain.Variant) int64 { return v.ProductID }), err
}

// VariantsByID reads variants by their row numbers; those that do not exist are left out.
func (s *Store) VariantsByID(ctx context.Context, ids []int64) (map[int64]domain.Variant, error) {
	var rows []variantRow
	err := s.list(ctx, &rows, `
select `+variantColumns+`
  from variant v
  left join stock k on k.variant_id = v.id
 where v.id = any($1)`, orEmpty(ids))
	return byKey(column(rows, variantRow.variant), func(v domain.Variant) int64 { return v.ID }), err
}

// PicturesByProduct reads the pictures of products, the main one first, each with its sizes, smallest first.
func (s *Store) PicturesByProduct(ctx context.Context, productIDs []int64) (map[int64][]domain.Picture, error) {
	var rows []pictureRow
	err := s.list(ctx, &rows, `
select f.id, p.product_id as of, p.alt, f.name, m.width, m.height
  from picture p
  join picture_file f on f.name = p.hash
  join media m on m.hash = f.name
 where p.product_id = any($1)
 order by p.product_id, p.position, p.id, m.width`, orEmpty(productIDs))
	return gather(rows), err
}
