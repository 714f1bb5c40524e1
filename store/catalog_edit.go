package store

import (
	"context"
	"errors"
	"strconv"

	"kabinet/domain"
)

// This file is how staff change the catalogue. The version of the catalogue grows by triggers, in the same transaction.

func productNews(id int64) news {
	return news{kind: domain.EventProductChanged, productID: id, desk: true}
}

// CreateProduct adds a product with its variants. Refusals: those of domain.CheckProduct and domain.CheckVariant; ALREADY_EXISTS for a slug or
// SKU that is taken; NOT_FOUND for an unknown category.
func (s *Store) CreateProduct(ctx context.Context, v domain.Viewer, key string, d domain.ProductDraft, variants []domain.VariantDraft) (domain.Product, error) {
	refused := append(domain.CheckKey(key), domain.CheckProduct(d, true)...)
	for i, draft := range variants {
		refused = append(refused, checkVariant(d.Kind, draft, "variants", strconv.Itoa(i))...)
	}
	if refused != nil {
		return domain.Product{}, refused
	}
	o, err := newOnce(v, "productCreate", key, struct {
		Draft    domain.ProductDraft
		Variants []domain.VariantDraft
	}{d, variants})
	if err != nil {
		return domain.Product{}, err
	}
	var row productRow
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, o)
		if err != nil {
			return err
		}
		if !repeat {
			if id, err = tx.createProduct(ctx, v, d, variants); err != nil {
				return err
			}
			if err := tx.settle(ctx, o, id); err != nil {
				return err
			}
		}
		return tx.get(ctx, &row, `select `+productColumns+` from product p where p.id = $1`, id)
	})
	return row.product(), err
}

// checkVariant adds to domain.CheckVariant that services have no stock.
func checkVariant(kind *domain.ProductKind, d domain.VariantDraft, path ...string) domain.Refused {
	refused := domain.CheckVariant(d, path...)
	if kind != nil && *kind == domain.Service && d.Stock != nil {
		refused = append(refused, domain.Refusal{Code: domain.CodeInvalid, Field: append(path, "stock"), Rule: "stock"})
	}
	return refused
}

func (t *Tx) createProduct(ctx context.Context, v domain.Viewer, d domain.ProductDraft, variants []domain.VariantDraft) (id int64, err error) {
	status := domain.ProductActive
	if d.Status != nil {
		status = *d.Status
	}
	var description domain.Text
	var expect domain.Expectation
	attributes := []domain.Attribute{}
	if d.Description != nil {
		description = *d.Description
	}
	if d.Expect != nil {
		expect = *d.Expect
	}
	if d.Attributes != nil {
		attributes = *d.Attributes
	}
	err = t.get(ctx, &id, `
insert into product (slug, kind, status, name, description, category_id, attributes, expect, position, created_at)
values ($1, $2, $3, $4, $5, nullif($6, 0::bigint), $7, $8, (select coalesce(max(position), 0) + 1 from product), $9)
returning id`, *d.Slug, *d.Kind, status, asJSON(*d.Name), asJSON(description), valueOr(d.CategoryID, 0), asJSON(attributes), asJSON(expect), t.now)
	if err != nil {
		return 0, err
	}
	for i, draft := range variants {
		if *d.Kind == domain.Goods && draft.Stock == nil {
			draft.Stock = new(int64)
		}
		if _, err := t.insertVariant(ctx, id, int64(i), draft); err != nil {
			return 0, err
		}
	}
	if err := t.showPictures(ctx, v, id, d.Pictures); err != nil {
		return 0, err
	}
	if err := t.audit(ctx, v, "productCreate", "product:"+strconv.FormatInt(id, 10), "", d); err != nil {
		return 0, err
	}
	return id, t.tell(ctx, productNews(id))
}

func valueOr[T any](p *T, fallback T) T {
	if p == nil {
		return fallback
	}
	return *p
}

func (t *Tx) insertVariant(ctx context.Context, productID, position int64, d domain.VariantDraft) (id int64, err error) {
	err = t.get(ctx, &id, `
with made as (
  insert into variant (product_id, sku, name, price, position, active)
  values ($1, $2, $3, $4, $5, $6)
  returning id
), stocked as (
  insert into stock (variant_id, on_hand)
  select id, $7 from made where $7::bigint is not null
)
select id from made`, productID, d.SKU, asJSON(d.Name), d.PriceMinor, position, d.Active, d.Stock)
	return id, err
}

// UpdateProduct changes a product. A stale expectedVersion is Conflict, an unknown product ErrNotFound. Refusals: those of domain.CheckProduct; NOT_FOUND
// for an unknown category or a picture that is not the staff's.
func (s *Store) UpdateProduct(ctx context.Context, v domain.Viewer, id int64, expectedVersion *int64, d domain.ProductDraft) (domain.Product, error) {
	if refused := domain.CheckProduct(d, false); refused != nil {
		return domain.Product{}, refused
	}
	var row productRow
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.get(ctx, &row, `select `+productColumns+` from product p where p.id = $1 for update of p`, id); err != nil {
			return err
		}
		if expectedVersion != nil && *expectedVersion != row.Version {
			return domain.Errorf(domain.Conflict, "the product was changed meanwhile: it is at version %d", row.Version)
		}
		setUnlessNil(&row.Status, d.Status)
		setUnlessNil(&row.Name.V, d.Name)
		setUnlessNil(&row.Description.V, d.Description)
		setUnlessNil(&row.Attributes.V, d.Attributes)
		setUnlessNil(&row.Expect.V, d.Expect)
		category := valueOr(row.CategoryID, 0)
		setUnlessNil(&category, d.CategoryID)
		err := tx.get(ctx, &row, `
update product p
   set status = $2, name = $3, description = $4, attributes = $5, expect = $6, category_id = nullif($7, 0::bigint), version = p.version + 1
 where p.id = $1
returning `+productColumns, id, row.Status, row.Name, row.Description, row.Attributes, row.Expect, category)
		if err != nil {
			return err
		}
		if err := tx.showPictures(ctx, v, id, d.Pictures); err != nil {
			return err
		}
		if err := tx.audit(ctx, v, "productUpdate", "product:"+strconv.FormatInt(id, 10), "", d); err != nil {
			return err
		}
		return tx.tell(ctx, productNews(id))
	})
	return row.product(), err
}

func setUnlessNil[T any](dest *T, value *T) {
	if value != nil {
		*dest = *value
	}
}

// UpsertVariant adds a variant to a product, or changes the one with the same SKU. An unknown product is ErrNotFound. Refusals: those of
// domain.CheckVariant; ALREADY_EXISTS when the SKU belongs to another product.
func (s *Store) UpsertVariant(ctx context.Context, v domain.Viewer, productID int64, d domain.VariantDraft) (domain.Variant, error) {
	if refused := domain.CheckVariant(d); refused != nil {
		return domain.Variant{}, refused
	}
	var row variantRow
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		var kind domain.ProductKind
		if err := tx.get(ctx, &kind, `update product set version = version + 1 where id = $1 returning kind`, productID); err != nil {
			return err
		}
		var id int64
		err := tx.get(ctx, &id, `
update variant
   set name = $3, price = $4, active = $5
 where product_id = $1 and sku = $2
returning id`, productID, d.SKU, asJSON(d.Name), d.PriceMinor, d.Active)
		if errors.Is(err, domain.ErrNotFound) {
			if kind == domain.Goods {
				d.Stock = new(int64)
			}
			id, err = tx.addVariant(ctx, productID, d)
		}
		if err != nil {
			return err
		}
		if err := tx.audit(ctx, v, "variantUpsert", "variant:"+strconv.FormatInt(id, 10), "", d); err != nil {
			return err
		}
		if err := tx.tell(ctx, productNews(productID)); err != nil {
			return err
		}
		return tx.readVariant(ctx, id, &row)
	})
	return row.variant(), err
}

func (t *Tx) addVariant(ctx context.Context, productID int64, d domain.VariantDraft) (int64, error) {
	var position int64
	if err := t.get(ctx, &position, `select coalesce(max(position), -1) + 1 from variant where product_id = $1`, productID); err != nil {
		return 0, err
	}
	return t.insertVariant(ctx, productID, position, d)
}

func (t *Tx) readVariant(ctx context.Context, id int64, row *variantRow) error {
	return t.get(ctx, row, `
select `+variantColumns+`
  from variant v
  left join stock k on k.variant_id = v.id
 where v.id = $1`, id)
}

// AdjustStock adds to or takes from the stock of goods. Refusals: OUT_OF_STOCK when more is taken than there is; INVALID for services; NOT_FOUND for
// an unknown variant.
func (s *Store) AdjustStock(ctx context.Context, v domain.Viewer, in domain.StockAdjust) (domain.Variant, error) {
	refused := append(domain.CheckKey(in.IdempotencyKey), domain.CheckText(in.Reason, true, domain.MaxReason, "reason")...)
	if in.Delta > domain.MaxStock || in.Delta < -domain.MaxStock {
		refused = append(refused, domain.Refusal{Code: domain.CodeTooLarge, Field: []string{"delta"}, Limit: domain.MaxStock})
	}
	if refused != nil {
		return domain.Variant{}, refused
	}
	o, err := newOnce(v, "stockAdjust", in.IdempotencyKey, in)
	if err != nil {
		return domain.Variant{}, err
	}
	var row variantRow
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, o)
		if err != nil {
			return err
		}
		if !repeat {
			if id, err = in.VariantID, tx.adjustStock(ctx, v, in); err != nil {
				return err
			}
			if err := tx.settle(ctx, o, id); err != nil {
				return err
			}
		}
		return tx.readVariant(ctx, id, &row)
	})
	return row.variant(), err
}

func (t *Tx) adjustStock(ctx context.Context, v domain.Viewer, in domain.StockAdjust) error {
	var row struct {
		Kind      domain.ProductKind `db:"kind"`
		ProductID int64              `db:"product_id"`
	}
	err := t.get(ctx, &row, `select p.kind, p.id as product_id from variant v join product p on p.id = v.product_id where v.id = $1`, in.VariantID)
	switch {
	case errors.Is(err, domain.ErrNotFound):
		return domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"variantId"}, Rule: "variant"})
	case err != nil:
		return err
	case row.Kind == domain.Service:
		return domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{"variantId"}, Rule: "stock"})
	}
	var onHand int64
	err = t.get(ctx, &onHand, `
insert into stock as k (variant_id, on_hand)
values ($1, 0)
on conflict (variant_id) do update set on_hand = k.on_hand
returning on_hand`, in.VariantID)
	if err != nil {
		return err
	}
	if onHand+in.Delta < 0 {
		return domain.Refuse(domain.Refusal{Code: domain.CodeOutOfStock, Rule: "stock", Field: []string{"delta"}, VariantID: in.VariantID, Available: onHand})
	}
	if _, err := t.exec(ctx, `update stock set on_hand = on_hand + $2 where variant_id = $1`, in.VariantID, in.Delta); err != nil {
		return err
	}
	if err := t.audit(ctx, v, "stockAdjust", "variant:"+strconv.FormatInt(in.VariantID, 10), in.Reason, map[string]int64{"delta": in.Delta}); err != nil {
		return err
	}
	return t.tell(ctx, productNews(row.ProductID))
}

// UpsertCategory adds a category, or changes the one with the same slug. A nil position is the end for a new one, and the present place for one that is
// there. Refusals: those of domain.CheckCategory.
func (s *Store) UpsertCategory(ctx context.Context, v domain.Viewer, slug string, name domain.Text, position *int64) (domain.Category, error) {
	if refused := domain.CheckCategory(domain.Category{Slug: slug, Name: name}); refused != nil {
		return domain.Category{}, refused
	}
	var row categoryRow
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		err := tx.get(ctx, &row, `
insert into category as c (slug, name, position)
values ($1, $2, coalesce($3, (select coalesce(max(position), 0) + 1 from category)))
on conflict (slug) do update set name = excluded.name, position = coalesce($3, c.position)
returning id, slug, name, position`, slug, asJSON(name), position)
		if err != nil {
			return err
		}
		return tx.audit(ctx, v, "categoryUpsert", "category:"+strconv.FormatInt(row.ID, 10), "", name)
	})
	return row.category(), err
}

// AddPicture adds a picture to a product, with its bytes in the database. A size that is there already is kept.
func (s *Store) AddPicture(ctx context.Context, productID int64, alt domain.Text, name string, sizes []domain.SizedPicture) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.keepBuiltIn(ctx, name, sizes); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `
insert into picture (product_id, position, alt, hash)
values ($1, (select count(*) from picture where product_id = $1), $2, $3)`, productID, asJSON(alt), name)
		return err
	})
}

// showPictures gives a product the pictures of a draft instead of those it has; nil leaves them.
func (t *Tx) showPictures(ctx context.Context, v domain.Viewer, productID int64, shown *[]domain.ShownPicture) error {
	if shown == nil {
		return nil
	}
	ids := column(*shown, func(p domain.ShownPicture) int64 { return p.PictureID })
	if err := t.showing(ctx, v, ids, "pictures"); err != nil {
		return err
	}
	var were []int64
	err := t.list(ctx, &were, `
delete from picture p
 using picture_file f
 where p.product_id = $1 and f.name = p.hash
returning f.id`, productID)
	if err != nil {
		return err
	}
	for i, p := range *shown {
		_, err := t.exec(ctx, `
insert into picture (product_id, position, alt, hash)
select $1, $2, $3, name from picture_file where id = $4`, productID, i, asJSON(p.Alt), p.PictureID)
		if err != nil {
			return err
		}
	}
	return t.hidden(ctx, were)
}
