package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

// business is the business, read at most once per response.
func (r *Resolver) business(ctx context.Context) (domain.Business, error) {
	return r.load(ctx).business.Load(ctx, struct{}{})
}

func (r queryResolver) Business(ctx context.Context) (domain.Business, error) { return r.business(ctx) }

func (businessResolver) Description(ctx context.Context, b *domain.Business) (*string, error) {
	return told(b.Description.In(graph.LocaleFrom(ctx))), nil
}

func (businessResolver) Address(ctx context.Context, b *domain.Business) (*string, error) {
	return told(b.Address.In(graph.LocaleFrom(ctx))), nil
}

func (businessResolver) Phone(_ context.Context, b *domain.Business) (*string, error) {
	return told(b.Phone), nil
}

func (businessResolver) Email(_ context.Context, b *domain.Business) (*string, error) {
	return told(b.Email), nil
}

func (r businessResolver) PointsProgram(ctx context.Context, b *domain.Business) (model.PointsProgram, error) {
	rules, err := r.store.EarningRules(ctx)
	if err != nil {
		return model.PointsProgram{}, err
	}
	var share int64
	for _, rule := range rules {
		share = max(share, rule.Share)
	}
	p := model.PointsProgram{
		PointValue:       domain.Money{Minor: b.Points.PointMinor, CurrencyCode: b.CurrencyCode},
		MaxSharePercent:  domain.PercentText(b.Points.MaxShare),
		EarnPercent:      domain.PercentText(share),
		ReturnWindowDays: b.Points.ReturnWindowDays,
	}
	if days := b.Points.NoticeDays; days != 0 {
		p.NoticeDays = &days
	}
	if days := b.Points.LifetimeDays; days != 0 {
		p.LifetimeDays = &days
	}
	return p, nil
}
