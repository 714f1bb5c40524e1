package resolvers

import (
	"context"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r clubResolver) Offers(ctx context.Context, c *domain.Club) ([]model.ClubOffer, error) {
	v := graph.ViewerFrom(ctx)
	own, err := r.Membership(ctx, c)
	if err != nil || !v.IsStaff() && (own == nil || !own.In()) {
		return []model.ClubOffer{}, err
	}
	offers, uses, err := r.store.OffersOfClub(ctx, v, c.ID)
	shown := make([]model.ClubOffer, len(offers))
	for i, o := range offers {
		shown[i] = clubOffer(ctx, o, uses[o.ID], c.CurrencyCode)
	}
	return shown, err
}

func clubOffer(ctx context.Context, o domain.Offer, use domain.OfferUse, currency string) model.ClubOffer {
	return model.ClubOffer{ID: o.GID(), Name: o.Name.In(graph.LocaleFrom(ctx)), Price: clubPrice(o.Price, currency), StartsAt: o.StartsAt, EndsAt: o.EndsAt,
		PerCustomer: o.PerCustomer, Total: o.Total, Left: o.Left(use)}
}

func (r mutationResolver) ClubOfferCreate(ctx context.Context, in model.ClubOfferCreateInput) (model.ClubOfferPayload, error) {
	d := domain.OfferDraft{IdempotencyKey: in.IdempotencyKey, ClubID: in.ClubID.Of("Club"), Name: in.Name, EndsAt: in.EndsAt.Truncate(time.Microsecond),
		PerCustomer: in.PerCustomer, Total: in.Total}
	if in.StartsAt != nil {
		d.StartsAt = in.StartsAt.Truncate(time.Microsecond)
	}
	var refused domain.Refused
	if d.Price, refused = clubPriceOf(in.Price, "price"); refused != nil {
		return r.offerPayload(ctx, domain.Offer{}, refused)
	}
	made, err := r.store.CreateOffer(ctx, graph.ViewerFrom(ctx), d)
	return r.offerPayload(ctx, made, err)
}

func (r mutationResolver) ClubOfferEnd(ctx context.Context, in model.ClubOfferEndInput) (model.ClubOfferPayload, error) {
	ended, err := r.store.EndOffer(ctx, graph.ViewerFrom(ctx), in.OfferID.Of("ClubOffer"))
	return r.offerPayload(ctx, ended, err)
}

func (r *Resolver) offerPayload(ctx context.Context, o domain.Offer, err error) (model.ClubOfferPayload, error) {
	offer, refused, err := outcome(ctx, o, err)
	if offer == nil || err != nil {
		return model.ClubOfferPayload{UserErrors: refused}, err
	}
	b, err := r.business(ctx)
	shown := clubOffer(ctx, *offer, domain.OfferUse{}, b.CurrencyCode)
	return model.ClubOfferPayload{Offer: &shown, UserErrors: refused}, err
}
