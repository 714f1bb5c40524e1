package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

// Words in both languages, for the staff who write them. Everybody else reads one language, and gets null here.

func (categoryResolver) Texts(ctx context.Context, c *domain.Category) (*model.NameTexts, error) {
	return forStaff(ctx, model.NameTexts{Name: c.Name}), nil
}

func (productVariantResolver) Texts(ctx context.Context, v *domain.Variant) (*model.NameTexts, error) {
	return forStaff(ctx, model.NameTexts{Name: v.Name}), nil
}

func (productResolver) Texts(ctx context.Context, p *domain.Product) (*model.ProductTexts, error) {
	return forStaff(ctx, model.ProductTexts{Name: p.Name, Description: p.Description, Attributes: p.Attributes,
		HowToPrepare: p.Expect.HowToPrepare, Documents: p.Expect.Documents}), nil
}

func (pictureResolver) Texts(ctx context.Context, p *domain.Picture) (*model.PictureTexts, error) {
	return forStaff(ctx, model.PictureTexts{Alt: p.AltText}), nil
}

func (clubResolver) Texts(ctx context.Context, c *domain.Club) (*model.ClubTexts, error) {
	return forStaff(ctx, model.ClubTexts{Name: c.Name, Description: c.Description}), nil
}

func (businessResolver) Settings(ctx context.Context, b *domain.Business) (*model.BusinessSettings, error) {
	return forStaff(ctx, model.BusinessSettings{Name: b.Name, Description: b.Description, Address: b.Address, Country: b.Country,
		Locale: b.Locale, NumberPrefix: b.NumberPrefix, HoldDays: b.HoldDays}), nil
}

// RetiredVariants is empty for all but staff.
func (r productResolver) RetiredVariants(ctx context.Context, p *domain.Product) ([]domain.Variant, error) {
	if !graph.ViewerFrom(ctx).IsStaff() {
		return []domain.Variant{}, nil
	}
	return notNull(r.load(ctx).retiredOf.Load(ctx, p.ID))
}

// forStaff is the value when the viewer is staff, else nil.
func forStaff[T any](ctx context.Context, value T) *T {
	if !graph.ViewerFrom(ctx).IsStaff() {
		return nil
	}
	return &value
}
