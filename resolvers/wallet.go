package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

// wallet is a customer's wallet; one that never held a point is empty.
func (r *Resolver) wallet(ctx context.Context, customerID int64) (domain.Wallet, error) {
	w, err := find(ctx, r.load(ctx).wallets, customerID)
	if w == nil || err != nil {
		return domain.Wallet{CustomerID: customerID}, err
	}
	return *w, nil
}

func (r walletResolver) Entries(ctx context.Context, w *domain.Wallet, first *int64, after *string) (model.WalletEntryConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.WalletEntryConnection{}, err
	}
	l, err := r.store.WalletEntries(ctx, w.CustomerID, p)
	return entriesConnection(l), err
}

func entriesConnection(l domain.List[domain.WalletEntry]) model.WalletEntryConnection {
	return model.WalletEntryConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, e domain.WalletEntry) model.WalletEntryEdge {
			return model.WalletEntryEdge{Cursor: cursor, Node: e}
		})}
}

func (r walletResolver) Lots(ctx context.Context, w *domain.Wallet) ([]domain.Lot, error) {
	return notNull(r.store.Lots(ctx, w.CustomerID))
}

func (r walletResolver) ExpiringPoints(ctx context.Context, w *domain.Wallet, within *int64) (int64, error) {
	days := int64(30)
	if within != nil {
		days = *within
	}
	if days < 1 || days > 3650 {
		return 0, domain.Errorf(domain.Invalid, "within is 1 to 3,650 days")
	}
	return r.store.ExpiringPoints(ctx, w.CustomerID, days)
}

func (r walletResolver) WaysToEarn(ctx context.Context, w *domain.Wallet) ([]model.WayToEarn, error) {
	rules, standing, err := r.store.EarningWays(ctx, w.CustomerID)
	if err != nil {
		return nil, err
	}
	ways := []model.WayToEarn{}
	for _, way := range domain.EarningWays(rules, standing, graph.LocaleFrom(ctx)) {
		ways = append(ways, model.WayToEarn{Kind: &way.Kind, Text: way.Text, Percent: way.Percent, Points: way.Points})
	}
	tariff, err := r.store.ReferralTariff(ctx)
	for _, way := range domain.ReferralWays(tariff, graph.LocaleFrom(ctx)) {
		ways = append(ways, model.WayToEarn{Text: way.Text, Percent: way.Percent})
	}
	return ways, err
}

func (walletEntryResolver) Rule(ctx context.Context, e *domain.WalletEntry) (string, error) {
	return domain.EntryText(*e, graph.LocaleFrom(ctx)), nil
}

func (r walletEntryResolver) Order(ctx context.Context, e *domain.WalletEntry) (*domain.Order, error) {
	return find(ctx, r.load(ctx).orders, value(e.OrderID))
}

func (r mutationResolver) WalletAdjust(ctx context.Context, in model.WalletAdjustInput) (model.WalletAdjustPayload, error) {
	w, e, err := r.store.AdjustWallet(ctx, graph.ViewerFrom(ctx), domain.WalletAdjust{
		IdempotencyKey: in.IdempotencyKey, CustomerID: in.CustomerID.Of("Customer"), Points: in.Points, Reason: in.Reason,
	})
	if err != nil {
		refused, err := refusals(ctx, err)
		return model.WalletAdjustPayload{UserErrors: refused}, err
	}
	return model.WalletAdjustPayload{Wallet: &w, Entry: &e, UserErrors: []model.UserError{}}, nil
}
