package domain

import "time"

// Offer is a better price for the members of a club for a time. Limits count pieces; nil means none.
type Offer struct {
	ID          int64
	ClubID      int64
	Name        Text
	Price       ClubPrice
	StartsAt    time.Time
	EndsAt      time.Time // exclusive
	PerCustomer *int64
	Total       *int64
}

// GID is the offer's global id.
func (o Offer) GID() GID { return GID{"ClubOffer", o.ID} }

// Open says whether the offer is on at an instant.
func (o Offer) Open(now time.Time) bool { return !now.Before(o.StartsAt) && now.Before(o.EndsAt) }

// OfferUse is how many pieces were ordered with an offer.
type OfferUse struct {
	OfferID int64 `json:"id" db:"offer_id"`
	Used    int64 `json:"used" db:"used"` // by everybody
	Own     int64 `json:"own" db:"own"`   // by the customer
}

// Left is how many pieces a customer may still order; nil when nothing limits it.
func (o Offer) Left(u OfferUse) *int64 {
	var left *int64
	for _, limit := range []struct {
		most *int64
		used int64
	}{{o.PerCustomer, u.Own}, {o.Total, u.Used}} {
		if limit.most == nil {
			continue
		}
		if n := max(*limit.most-limit.used, 0); left == nil || n < *left {
			left = &n
		}
	}
	return left
}

// OfferDraft is an offer as staff describe it.
type OfferDraft struct {
	IdempotencyKey string
	ClubID         int64
	Name           Text
	Price          ClubPrice
	StartsAt       time.Time // zero for now
	EndsAt         time.Time
	PerCustomer    *int64
	Total          *int64
}

// CheckOffer lists what is wrong with a draft, all at once.
func CheckOffer(d OfferDraft, now time.Time) Refused {
	refused := append(CheckKey(d.IdempotencyKey), d.Price.check("price")...)
	if d.Name.Empty() {
		refused = append(refused, Refusal{Code: CodeRequired, Field: []string{"name"}, Rule: "name"})
	}
	for _, l := range []Locale{RU, EN} {
		refused = append(refused, CheckText(d.Name.In(l), false, 100, "name")...)
	}
	if !d.EndsAt.After(d.StartsAt) || !d.EndsAt.After(now) {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"endsAt"}, Rule: "offerEnds"})
	}
	if d.PerCustomer != nil {
		refused = append(refused, within(*d.PerCustomer, 1, MaxStock, "perCustomer")...)
	}
	if d.Total != nil {
		refused = append(refused, within(*d.Total, 1, MaxStock, "total")...)
	}
	return refused
}

// offers puts the price of open offers on lines where it beats what stands there. An offer is for whole lines: one whose quantity does not fit into
// what is left keeps its price. Earlier lines take first.
func (b Benefits) offers(priced, usual []OfferLine) {
	left := map[int64]int64{}
	for i, l := range usual {
		for _, o := range b.Offers {
			minor, meant := o.Price.Of(l)
			if !meant || minor >= priced[i].PriceMinor || !o.Open(b.Now) {
				continue
			}
			if most := o.Left(b.Used[o.ID]); most != nil {
				if _, seen := left[o.ID]; !seen {
					left[o.ID] = *most
				}
				if left[o.ID] < l.Quantity {
					continue
				}
			}
			priced[i].PriceMinor, priced[i].PriceName, priced[i].OfferID = minor, o.Name, o.ID
		}
		if id := priced[i].OfferID; id != 0 {
			left[id] -= l.Quantity
		}
	}
}

// CheckExpected refuses an order whose price is not what the customer saw; nil means that they saw none.
func (q Quote) CheckExpected(total *int64) Refused {
	if total == nil || *total == q.TotalMinor {
		return nil
	}
	return Refused{{Code: CodePriceChanged, Field: []string{"expectedTotal"}, Current: &Money{q.TotalMinor, q.CurrencyCode}}}
}
