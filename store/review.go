package store

import (
	"context"
	"strconv"
	"strings"

	"kabinet/domain"
)

// This file is the reviews of products. Locks are taken in the order review, wallet, rating of the product.

const reviewColumns = `v.id, v.product_id, v.customer_id, (select c.name from customer c where c.id = v.customer_id) as name, v.rating, v.text,
       v.created_at, v.edited_at, v.hidden_at, v.hidden_reason`

// boughtSQL finds the products that a customer bought and that wait for a review.
const boughtSQL = `
select distinct t.product_id
  from orders o
  join order_line l on l.order_id = o.id
  join variant t on t.id = l.variant_id
 where o.customer_id = $1 and o.status = 'COMPLETED'
   and not exists (select 1 from review v where v.customer_id = $1 and v.product_id = t.product_id)`

// CreateReview writes the viewer's review of a product and gives its points. Refusals: those of domain.CheckReview; NOT_FOUND for a product that is not there or that
// the viewer has not bought; ALREADY_EXISTS for a second review.
func (s *Store) CreateReview(ctx context.Context, v domain.Viewer, d domain.ReviewDraft) (r domain.Review, err error) {
	d.Text = strings.TrimSpace(d.Text)
	if refused := append(domain.CheckKey(d.IdempotencyKey), domain.CheckReview(d)...); len(refused) > 0 {
		return r, refused
	}
	key, err := newOnce(v, "reviewCreate", d.IdempotencyKey, d)
	if err != nil {
		return r, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, key)
		if err != nil {
			return err
		}
		if !repeat {
			if id, err = tx.createReview(ctx, v, d); err != nil {
				return err
			}
			if err := tx.settle(ctx, key, id); err != nil {
				return err
			}
		}
		r, err = tx.reviewByID(ctx, id)
		return err
	})
	return r, err
}

func (t *Tx) createReview(ctx context.Context, v domain.Viewer, d domain.ReviewDraft) (id int64, err error) {
	var stand struct {
		Bought  bool `db:"bought"`
		Written bool `db:"written"`
	}
	err = t.get(ctx, &stand, `
select exists (select 1
                 from orders o
                 join order_line l on l.order_id = o.id
                 join variant t on t.id = l.variant_id
                where o.customer_id = $1 and o.status = 'COMPLETED' and t.product_id = $2) as bought,
       exists (select 1 from review where customer_id = $1 and product_id = $2) as written`, v.CustomerID, d.ProductID)
	switch {
	case err != nil:
		return 0, err
	case stand.Written:
		return 0, domain.Refuse(domain.Refusal{Code: domain.CodeAlreadyExists, Field: []string{"productId"}, Rule: "review"})
	case !stand.Bought:
		return 0, domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"productId"}, Rule: "bought"})
	}
	err = t.get(ctx, &id, `
insert into review (product_id, customer_id, rating, text, created_at)
values ($1, $2, $3, $4, $5)
returning id`, d.ProductID, v.CustomerID, d.Rating, d.Text, t.now)
	if err != nil {
		return 0, err
	}
	if err := t.award(ctx, domain.EarnReview, v.CustomerID, reviewCause(d.ProductID)); err != nil {
		return 0, err
	}
	return id, t.rate(ctx, d.ProductID, 1, d.Rating)
}

// reviewCause is what the points of a review are for: a product, so that they come once for it.
func reviewCause(productID int64) string {
	return string(domain.EarnReview) + ":" + strconv.FormatInt(productID, 10)
}

// rate adds to the rating of a product.
func (t *Tx) rate(ctx context.Context, productID, reviews, stars int64) error {
	_, err := t.exec(ctx, `
insert into product_rating (product_id, reviews, stars)
values ($1, greatest($2::bigint, 0), greatest($3::bigint, 0))
on conflict (product_id) do update
   set reviews = product_rating.reviews + $2::bigint, stars = product_rating.stars + $3::bigint`, productID, reviews, stars)
	return err
}

func (t *Tx) reviewByID(ctx context.Context, id int64) (r domain.Review, err error) {
	err = t.get(ctx, &r, `select `+reviewColumns+` from review v where v.id = $1`, id)
	return r, err
}

// lockReview locks a review and reads it.
func (t *Tx) lockReview(ctx context.Context, id int64) (r domain.Review, err error) {
	err = t.get(ctx, &r, `select `+reviewColumns+` from review v where v.id = $1 for update of v`, id)
	return r, err
}

// EditReview writes the viewer's own review anew. Somebody else's is ErrNotFound. Refusals: those of domain.CheckReview.
func (s *Store) EditReview(ctx context.Context, v domain.Viewer, id int64, d domain.ReviewDraft) (r domain.Review, err error) {
	d.Text = strings.TrimSpace(d.Text)
	if refused := domain.CheckReview(d); len(refused) > 0 {
		return r, refused
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		was, err := tx.lockReview(ctx, id)
		if err == nil && !was.Mine(v) {
			err = domain.ErrNotFound
		}
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `update review set rating = $2, text = $3, edited_at = $4 where id = $1`, id, d.Rating, d.Text, tx.now); err != nil {
			return err
		}
		if was.HiddenAt == nil {
			if err := tx.rate(ctx, was.ProductID, 0, d.Rating-was.Rating); err != nil {
				return err
			}
		}
		r, err = tx.reviewByID(ctx, id)
		return err
	})
	return r, err
}

// HideReview hides a review with a reason that its author sees, or shows it again. With takeBack the points it brought are taken back; showing it again does not
// give them again.
func (s *Store) HideReview(ctx context.Context, v domain.Viewer, id int64, hidden, takeBack bool, reason string) (r domain.Review, err error) {
	if refused := domain.CheckText(strings.TrimSpace(reason), hidden, domain.MaxReason, "reason"); refused != nil {
		return r, refused
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		was, err := tx.lockReview(ctx, id)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
update review
   set hidden_at = case when $2 then coalesce(hidden_at, $3) end, hidden_reason = case when $2 then $4::text end, staff_id = case when $2 then $5::bigint end
 where id = $1`, id, hidden, tx.now, reason, v.StaffID)
		if err != nil {
			return err
		}
		if hidden && takeBack {
			if err := tx.takeBackAward(ctx, v, was.CustomerID, reviewCause(was.ProductID), reason); err != nil {
				return err
			}
		}
		sign := int64(1)
		if hidden {
			sign = -1
		}
		if hidden != (was.HiddenAt != nil) {
			if err := tx.rate(ctx, was.ProductID, sign, sign*was.Rating); err != nil {
				return err
			}
		}
		data := map[string]bool{"hidden": hidden, "takeBack": takeBack}
		if err := tx.audit(ctx, v, "reviewHide", "review:"+strconv.FormatInt(id, 10), reason, data); err != nil {
			return err
		}
		r, err = tx.reviewByID(ctx, id)
		return err
	})
	return r, err
}

type reviewRow struct {
	domain.Review
	place
}

// ReviewsOfProduct reads the reviews of a product that are shown, the latest first.
func (s *Store) ReviewsOfProduct(ctx context.Context, productID int64, page domain.Page) (domain.List[domain.Review], error) {
	return s.reviews(ctx, page, []string{"v.product_id = $1", "v.hidden_at is null"}, productID)
}

// Reviews reads all reviews, hidden ones among them, the latest first.
func (s *Store) Reviews(ctx context.Context, page domain.Page) (domain.List[domain.Review], error) {
	return s.reviews(ctx, page, nil)
}

func (s *Store) reviews(ctx context.Context, page domain.Page, where []string, args ...any) (domain.List[domain.Review], error) {
	q := pageQuery{columns: reviewColumns, from: "review v", key: "v.id", keyType: "bigint", id: "v.id", desc: true, where: where, args: args}
	return readPage(ctx, s, q, page, func(r reviewRow) domain.Review { return r.Review })
}

// ReviewsByID reads reviews by their row numbers; those that do not exist are left out.
func (s *Store) ReviewsByID(ctx context.Context, ids []int64) (map[int64]domain.Review, error) {
	var rows []domain.Review
	err := s.list(ctx, &rows, `select `+reviewColumns+` from review v where v.id = any($1)`, orEmpty(ids))
	return byKey(rows, func(r domain.Review) int64 { return r.ID }), err
}

// RatingsByProduct reads the ratings of products; those without reviews are left out.
func (s *Store) RatingsByProduct(ctx context.Context, ids []int64) (map[int64]domain.ProductRating, error) {
	var rows []domain.ProductRating
	err := s.list(ctx, &rows, `select product_id, reviews, stars from product_rating where product_id = any($1)`, orEmpty(ids))
	return byKey(rows, func(r domain.ProductRating) int64 { return r.ProductID }), err
}

// OwnReview reads a customer's review of a product, hidden or not; ErrNotFound when there is none.
func (s *Store) OwnReview(ctx context.Context, customerID, productID int64) (r domain.Review, err error) {
	err = s.get(ctx, &r, `select `+reviewColumns+` from review v where v.customer_id = $1 and v.product_id = $2`, customerID, productID)
	return r, err
}

// ProductsToReview lists products that a customer bought and has not reviewed, at most 100.
func (s *Store) ProductsToReview(ctx context.Context, customerID int64) (ids []int64, err error) {
	err = s.list(ctx, &ids, boughtSQL+`
 order by t.product_id
 limit 100`, customerID)
	return ids, err
}
