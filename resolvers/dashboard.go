package resolvers

import (
	"context"
	"time"

	"kabinet/domain"
	"kabinet/graph/model"
)

func (r deskResolver) Dashboard(_ context.Context, _ *model.Desk, from time.Time, to time.Time) (model.Dashboard, error) {
	return model.Dashboard{From: from, To: to}, domain.CheckPeriod(from, to)
}

func (r dashboardResolver) Days(ctx context.Context, d *model.Dashboard) ([]domain.DashboardDay, error) {
	return notNull(r.store.DashboardDays(ctx, d.From, d.To))
}

func (r dashboardResolver) TopProducts(ctx context.Context, d *model.Dashboard, first *int64) ([]domain.ProductSales, error) {
	p, err := page(first, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	return notNull(r.store.TopProducts(ctx, d.From, d.To, p.Size()))
}

func (r dashboardResolver) Clubs(ctx context.Context, d *model.Dashboard) ([]domain.ClubGrowth, error) {
	return notNull(r.store.ClubGrowths(ctx, d.From, d.To))
}

func (r dashboardResolver) Cohorts(ctx context.Context, d *model.Dashboard) ([]domain.Cohort, error) {
	return notNull(r.store.Cohorts(ctx, d.From, d.To))
}

func (dashboardDayResolver) Day(_ context.Context, d *domain.DashboardDay) (string, error) {
	return d.Day.Format(time.DateOnly), nil
}

func (r dashboardDayResolver) Revenue(ctx context.Context, d *domain.DashboardDay) (domain.Money, error) {
	return r.money(ctx, d.RevenueMinor)
}

func (r dashboardDayResolver) Refunded(ctx context.Context, d *domain.DashboardDay) (domain.Money, error) {
	return r.money(ctx, d.RefundedMinor)
}

func (r dashboardDayResolver) Net(ctx context.Context, d *domain.DashboardDay) (domain.Money, error) {
	return r.money(ctx, d.NetMinor())
}

// money is an amount in the business's currency.
func (r *Resolver) money(ctx context.Context, minor int64) (domain.Money, error) {
	b, err := r.business(ctx)
	return domain.Money{Minor: minor, CurrencyCode: b.CurrencyCode}, err
}

func (r productSalesResolver) Product(ctx context.Context, s *domain.ProductSales) (*domain.Product, error) {
	return find(ctx, r.load(ctx).products, s.ProductID)
}

func (r productSalesResolver) Revenue(ctx context.Context, s *domain.ProductSales) (domain.Money, error) {
	return r.money(ctx, s.RevenueMinor)
}

func (r clubGrowthResolver) Club(ctx context.Context, g *domain.ClubGrowth) (domain.Club, error) {
	return need(ctx, r.load(ctx).clubs, g.ClubID)
}

func (cohortResolver) Month(_ context.Context, c *domain.Cohort) (string, error) {
	return c.Month.Format("2006-01"), nil
}
