package store

import (
	"context"

	"kabinet/domain"
)

// This file is what stands inside posts beside their text: pictures, and offers of the club.

// fillPost gives a post pictures and offers instead of those it has; nil leaves them as they are. Refusals: a picture that is not the viewer's own, an
// offer that the club does not have.
func (t *Tx) fillPost(ctx context.Context, v domain.Viewer, clubID, postID int64, shown *[]domain.ShownPicture, offerIDs *[]int64) error {
	if shown != nil {
		if err := t.fillPictures(ctx, v, postID, *shown); err != nil {
			return err
		}
	}
	if offerIDs == nil {
		return nil
	}
	var known []int64
	if len(*offerIDs) > 0 {
		if err := t.list(ctx, &known, `select id from club_offer where club_id = $1 and id = any($2)`, clubID, *offerIDs); err != nil {
			return err
		}
	}
	has := byKey(known, func(id int64) int64 { return id })
	var refused domain.Refused
	for i, id := range *offerIDs {
		if _, exists := has[id]; !exists {
			refused = append(refused, domain.OfferNotFound(i))
		}
	}
	if refused != nil {
		return refused
	}
	_, err := t.exec(ctx, `delete from post_offer where post_id = $1`, postID)
	if err != nil || len(*offerIDs) == 0 {
		return err
	}
	_, err = t.exec(ctx, `
insert into post_offer (post_id, position, offer_id)
select $1, o.position, o.id
  from unnest($2::bigint[]) with ordinality as o (id, position)`, postID, *offerIDs)
	return err
}

func (t *Tx) fillPictures(ctx context.Context, v domain.Viewer, postID int64, shown []domain.ShownPicture) error {
	ids := column(shown, func(p domain.ShownPicture) int64 { return p.PictureID })
	if err := t.showing(ctx, v, ids, "pictures"); err != nil {
		return err
	}
	var were []int64
	if err := t.list(ctx, &were, `delete from post_picture where post_id = $1 returning file_id`, postID); err != nil {
		return err
	}
	if len(ids) > 0 {
		_, err := t.exec(ctx, `
insert into post_picture (post_id, position, file_id, alt)
select $1, p.position, p.id, p.alt
  from unnest($2::bigint[], $3::text[]) with ordinality as p (id, alt, position)`,
			postID, ids, column(shown, func(p domain.ShownPicture) string { return p.Alt.In(v.Locale) }))
		if err != nil {
			return err
		}
	}
	return t.hidden(ctx, were)
}

// PicturesByPost reads the pictures inside posts, in their order, each with its sizes. Who may read the posts is decided before.
func (s *Store) PicturesByPost(ctx context.Context, postIDs []int64) (map[int64][]domain.Picture, error) {
	var rows []pictureRow
	err := s.list(ctx, &rows, `
select f.id, p.post_id as of, jsonb_build_object('ru', p.alt) as alt, f.name, m.width, m.height
  from post_picture p
  join picture_file f on f.id = p.file_id
  join media m on m.hash = f.name
 where p.post_id = any($1)
 order by p.post_id, p.position, m.width`, orEmpty(postIDs))
	return gather(rows), err
}

// OffersByPost reads the offers inside posts, in their order, ended ones too.
func (s *Store) OffersByPost(ctx context.Context, postIDs []int64) (map[int64][]domain.Offer, error) {
	var rows []struct {
		PostID int64 `db:"post_id"`
		offerDealRow
	}
	err := s.list(ctx, &rows, `
select p.post_id, o.id, o.club_id, o.name, o.price, o.starts_at, o.ends_at, o.per_customer, o.total
  from post_offer p
  join club_offer o on o.id = p.offer_id
 where p.post_id = any($1)
 order by p.post_id, p.position`, orEmpty(postIDs))
	out := map[int64][]domain.Offer{}
	for _, r := range rows {
		out[r.PostID] = append(out[r.PostID], r.offer())
	}
	return out, err
}

// OfferUses reads how many pieces were ordered with offers, by a customer too.
func (s *Store) OfferUses(ctx context.Context, customerID int64, offerIDs []int64) (map[int64]domain.OfferUse, error) {
	var used []domain.OfferUse
	err := s.list(ctx, &used, `
select f.offer_id, f.used,
       coalesce((select sum(u.quantity) from club_offer_use u where u.offer_id = f.offer_id and u.customer_id = $2), 0)::bigint as own
  from club_offer_figures f
 where f.offer_id = any($1)`, orEmpty(offerIDs), customerID)
	return byKey(used, func(u domain.OfferUse) int64 { return u.OfferID }), err
}
