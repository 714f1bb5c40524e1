package resolvers

import (
	"context"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r walletResolver) Statement(ctx context.Context, w *domain.Wallet, from time.Time, to time.Time) (domain.Statement, error) {
	s, err := r.store.Statement(ctx, w.CustomerID, from, to)
	if s.Totals == nil {
		s.Totals = []domain.CauseTotal{}
	}
	return s, err
}

func (r walletStatementResolver) Entries(ctx context.Context, s *domain.Statement, first *int64, after *string) (model.WalletEntryConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.WalletEntryConnection{}, err
	}
	l, err := r.store.StatementEntries(ctx, *s, p)
	return entriesConnection(l), err
}

func (r walletStatementResolver) PDF(ctx context.Context, s *domain.Statement, locale *domain.Locale) (model.StatementPDF, error) {
	link, err := r.store.StatementLink(ctx, *s, value(locale).Or(graph.LocaleFrom(ctx)))
	if err != nil {
		refused, err := refusals(ctx, err)
		return model.StatementPDF{UserErrors: refused}, err
	}
	url := r.publicURL + "/statement/" + link.Ticket
	return model.StatementPDF{URL: &url, ExpiresAt: &link.ExpiresAt, UserErrors: []model.UserError{}}, nil
}

func (r deskResolver) PointsLiability(ctx context.Context, _ *model.Desk, from *time.Time, to *time.Time) (domain.Liability, error) {
	l, err := r.store.Liability(ctx, value(from), value(to))
	if l.Expiring == nil {
		l.Expiring = []domain.MonthPoints{}
	}
	return l, err
}

func (r pointsLiabilityResolver) Worth(ctx context.Context, l *domain.Liability) (domain.Money, error) {
	b, err := r.business(ctx)
	return domain.Money{Minor: l.Owed() * b.Points.PointMinor, CurrencyCode: b.CurrencyCode}, err
}

func (expiringMonthResolver) Month(_ context.Context, m *domain.MonthPoints) (string, error) {
	return m.Month.Format("2006-01"), nil
}
