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

func (r businessResolver) WebPush(context.Context, *domain.Business) (*domain.WebPush, error) {
	return r.webPush, nil
}

func (r businessResolver) PointsProgram(ctx context.Context, b *domain.Business) (model.PointsProgram, error) {
	rules, err := r.store.EarningRules(ctx)
	if err != nil {
		return model.PointsProgram{}, err
	}
	p := model.PointsProgram{
		PointValue:       domain.Money{Minor: b.Points.PointMinor, CurrencyCode: b.CurrencyCode},
		MaxSharePercent:  domain.PercentText(b.Points.MaxShare),
		EarnPercent:      domain.PercentText(domain.CommonRule(rules).Share),
		ReturnWindowDays: b.Points.ReturnWindowDays,
		FamilyTransfers:  b.Family.Transfers,
		FamilyDailyLimit: b.Family.DailyLimit,
		FamilySize:       b.Family.MaxSize,
	}
	if days := b.Points.NoticeDays; days != 0 {
		p.NoticeDays = &days
	}
	if days := b.Points.LifetimeDays; days != 0 {
		p.LifetimeDays = &days
	}
	return p, nil
}

func (r mutationResolver) BusinessUpdate(ctx context.Context, in model.BusinessUpdateInput) (model.BusinessUpdatePayload, error) {
	patch := domain.BusinessPatch{
		Name: in.Name, Description: in.Description, Address: in.Address, Phone: in.Phone, Email: in.Email, CurrencyCode: in.CurrencyCode,
		TimeZone: in.TimeZone, Country: in.Country, Locale: in.Locale, NumberPrefix: in.NumberPrefix,
		ReturnDays: in.ReturnWindowDays, LifetimeDays: in.LifetimeDays, NoticeDays: in.NoticeDays, HoldDays: in.HoldDays,
		FamilyTransfers: in.FamilyTransfers, FamilyDailyLimit: in.FamilyDailyLimit, FamilySize: in.FamilySize,
	}
	var refused domain.Refused
	for _, d := range []struct {
		field string
		from  *domain.Decimal
		to    **int64
	}{{"pointValue", in.PointValue, &patch.PointMinor}, {"maxSharePercent", in.MaxSharePercent, &patch.MaxShare}} {
		if d.from == nil {
			continue
		}
		hundredths, wrong := priceOf(*d.from, d.field)
		refused = append(refused, wrong...)
		*d.to = &hundredths
	}
	if refused != nil {
		return model.BusinessUpdatePayload{UserErrors: model.UserErrors(refused, graph.LocaleFrom(ctx))}, nil
	}
	updated, err := r.store.UpdateBusiness(ctx, graph.ViewerFrom(ctx), patch)
	business, userErrors, err := outcome(ctx, updated, err)
	return model.BusinessUpdatePayload{Business: business, UserErrors: userErrors}, err
}
