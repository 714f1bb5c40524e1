package store

import (
	"context"
	"strconv"
	"time"

	"kabinet/domain"
)

type offerDealRow struct {
	ID          int64                    `db:"id"`
	ClubID      int64                    `db:"club_id"`
	Name        jsonOf[domain.Text]      `db:"name"`
	Price       jsonOf[domain.ClubPrice] `db:"price"`
	StartsAt    time.Time                `db:"starts_at"`
	EndsAt      time.Time                `db:"ends_at"`
	PerCustomer *int64                   `db:"per_customer"`
	Total       *int64                   `db:"total"`
}

func (r offerDealRow) offer() domain.Offer {
	return domain.Offer{ID: r.ID, ClubID: r.ClubID, Name: r.Name.V, Price: r.Price.V, StartsAt: r.StartsAt, EndsAt: r.EndsAt,
		PerCustomer: r.PerCustomer, Total: r.Total}
}

const offerDealSQL = `
select o.id, o.club_id, o.name, o.price, o.starts_at, o.ends_at, o.per_customer, o.total
  from club_offer o`

// openOffersSQL reads the offers that are on or will be.
const openOffersSQL = offerDealSQL + `
 where o.ends_at > $1
 order by o.id`

// deals are the offers of clubs that are on at an instant.
func (t *terms) deals(clubs []domain.Club, now time.Time) (open []domain.Offer) {
	for _, o := range t.offers {
		for _, c := range clubs {
			if o.ClubID == c.ID && o.Open(now) {
				open = append(open, o)
			}
		}
	}
	return open
}

func offerIDs(offers []domain.Offer) []int64 {
	return column(offers, func(o domain.Offer) int64 { return o.ID })
}

// CreateOffer makes an offer for the members of a club. Refusals: those of domain.CheckOffer; a price on something that does not exist.
func (s *Store) CreateOffer(ctx context.Context, v domain.Viewer, d domain.OfferDraft) (o domain.Offer, err error) {
	if domain.CheckKey(d.IdempotencyKey) != nil {
		return o, domain.CheckOffer(d, s.now())
	}
	key, err := newOnce(v, "clubOfferCreate", d.IdempotencyKey, d)
	if err != nil {
		return o, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, key)
		if err != nil {
			return err
		}
		if !repeat {
			if id, err = tx.insertOffer(ctx, v, d); err != nil {
				return err
			}
			if err := tx.settle(ctx, key, id); err != nil {
				return err
			}
		}
		o, err = tx.offerByID(ctx, id)
		return err
	})
	return o, err
}

func (t *Tx) insertOffer(ctx context.Context, v domain.Viewer, d domain.OfferDraft) (id int64, err error) {
	if refused := domain.CheckOffer(d, t.now); len(refused) > 0 {
		return 0, refused
	}
	if d.StartsAt.IsZero() {
		d.StartsAt = t.now
	}
	if _, err := t.clubByID(ctx, d.ClubID); err != nil {
		return 0, err
	}
	unknown, err := t.unknownPrices(ctx, []domain.ClubPrice{d.Price})
	if err != nil {
		return 0, err
	}
	if len(unknown) > 0 {
		return 0, domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"price"}, Rule: "product"})
	}
	err = t.get(ctx, &id, `
with made as (
  insert into club_offer (club_id, name, price, starts_at, ends_at, per_customer, total, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  returning id
), counted as (
  insert into club_offer_figures (offer_id) select id from made
)
select id from made`, d.ClubID, asJSON(d.Name), asJSON(d.Price), d.StartsAt, d.EndsAt, d.PerCustomer, d.Total, t.now)
	if err != nil {
		return 0, err
	}
	return id, t.audit(ctx, v, "clubOfferCreate", "offer:"+strconv.FormatInt(id, 10), "", d)
}

func (t *Tx) offerByID(ctx context.Context, id int64) (domain.Offer, error) {
	var row offerDealRow
	err := t.get(ctx, &row, offerDealSQL+` where o.id = $1`, id)
	return row.offer(), err
}

// EndOffer ends an offer now; one that has ended stays as it is.
func (s *Store) EndOffer(ctx context.Context, v domain.Viewer, id int64) (o domain.Offer, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, `update club_offer set ends_at = $2, starts_at = least(starts_at, $2) where id = $1 and ends_at > $2`, id, tx.now)
		if err != nil {
			return err
		}
		if o, err = tx.offerByID(ctx, id); err != nil {
			return err
		}
		return tx.audit(ctx, v, "clubOfferEnd", "offer:"+strconv.FormatInt(id, 10), "", nil)
	})
	return o, err
}

// OffersOfClub reads the offers of a club that are on or will be, in the order they were made, with what was ordered with each, by the viewer too.
func (s *Store) OffersOfClub(ctx context.Context, v domain.Viewer, clubID int64) (offers []domain.Offer, uses map[int64]domain.OfferUse, err error) {
	var rows []offerDealRow
	err = s.list(ctx, &rows, offerDealSQL+` where o.club_id = $1 and o.ends_at > $2 order by o.id`, clubID, s.now())
	if err != nil {
		return nil, nil, err
	}
	offers = column(rows, offerDealRow.offer)
	uses, err = s.OfferUses(ctx, v.CustomerID, offerIDs(offers))
	return offers, uses, err
}
