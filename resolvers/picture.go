package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r mutationResolver) PictureUpload(ctx context.Context, in model.PictureUploadInput) (model.PicturePayload, error) {
	if in.File.File == nil {
		return model.PicturePayload{}, domain.Errorf(domain.Invalid, "send the file as multipart/form-data: it cannot stand in JSON")
	}
	uploaded, err := r.pictures.Upload(ctx, graph.ViewerFrom(ctx), in.IdempotencyKey, in.File.File)
	picture, refused, err := outcome(ctx, uploaded, err)
	return model.PicturePayload{Picture: picture, UserErrors: refused}, err
}

// shownPictures reads what a product is to show. An id of nothing stays 0, which the rules refuse.
func shownPictures(in []model.ProductPictureInput) *[]domain.ShownPicture {
	if in == nil {
		return nil
	}
	shown := make([]domain.ShownPicture, len(in))
	for i, p := range in {
		shown[i] = domain.ShownPicture{PictureID: p.ID.Of("Picture"), Alt: value(p.Alt)}
	}
	return &shown
}

// postPictures reads what a post is to show.
func postPictures(in []model.PostPictureInput, l domain.Locale) *[]domain.ShownPicture {
	if in == nil {
		return nil
	}
	shown := make([]domain.ShownPicture, len(in))
	for i, p := range in {
		alt := domain.Text{RU: p.Alt}
		if l == domain.EN {
			alt = domain.Text{EN: p.Alt}
		}
		shown[i] = domain.ShownPicture{PictureID: p.ID.Of("Picture"), Alt: alt}
	}
	return &shown
}

// postOffers reads the offers inside a post.
func postOffers(in []domain.GID) *[]int64 {
	if in == nil {
		return nil
	}
	ids := make([]int64, len(in))
	for i, id := range in {
		ids[i] = id.Of("ClubOffer")
	}
	return &ids
}

func (r postResolver) Pictures(ctx context.Context, p *domain.Post) ([]domain.Picture, error) {
	return r.load(ctx).picturesIn.Load(ctx, p.ID)
}

func (r postResolver) Offers(ctx context.Context, p *domain.Post) ([]model.ClubOffer, error) {
	load := r.load(ctx)
	offers, err := load.offersIn.Load(ctx, p.ID)
	if err != nil || len(offers) == 0 {
		return []model.ClubOffer{}, err
	}
	b, err := r.business(ctx)
	if err != nil {
		return nil, err
	}
	shown := make([]model.ClubOffer, len(offers))
	for i, o := range offers {
		use, err := find(ctx, load.ownOfferUses, o.ID)
		if err != nil {
			return nil, err
		}
		shown[i] = clubOffer(ctx, o, value(use), b.CurrencyCode)
	}
	return shown, nil
}

func (clubResolver) Picture(_ context.Context, c *domain.Club) (*domain.Picture, error) {
	if len(c.Picture.Sizes) == 0 {
		return nil, nil
	}
	return &c.Picture, nil
}
