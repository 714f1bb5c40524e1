package resolvers

import (
	"context"
	"strconv"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (earningRuleResolver) Percent(_ context.Context, r *domain.EarningRuleDates) (domain.Decimal, error) {
	return domain.PercentText(r.Share), nil
}

func (earningRuleResolver) Points(_ context.Context, r *domain.EarningRuleDates) (*int64, error) {
	if r.Kind.OfOrders() {
		return nil, nil
	}
	return &r.EarningRule.Points, nil
}

func (r earningRuleResolver) Category(ctx context.Context, rule *domain.EarningRuleDates) (*domain.Category, error) {
	return find(ctx, r.load(ctx).categories, rule.CategoryID)
}

func (r earningRuleResolver) Product(ctx context.Context, rule *domain.EarningRuleDates) (*domain.Product, error) {
	return find(ctx, r.load(ctx).products, rule.ProductID)
}

func (r earningRuleResolver) Club(ctx context.Context, rule *domain.EarningRuleDates) (*domain.Club, error) {
	return find(ctx, r.load(ctx).clubs, rule.ClubID)
}

func (r orderLineResolver) EarnsBy(ctx context.Context, l *domain.OrderLine) (*string, error) {
	rule, err := find(ctx, r.load(ctx).rules, l.RuleID)
	return told(value(rule).Name.In(graph.LocaleFrom(ctx))), err
}

func (r deskResolver) EarningRules(ctx context.Context, _ *model.Desk) ([]domain.EarningRuleDates, error) {
	return notNull(r.store.AllEarningRules(ctx))
}

func (r deskResolver) EarningRulePreview(ctx context.Context, _ *model.Desk, percent domain.Decimal, from time.Time, to time.Time,
	kind domain.EarningKind, categoryID, productID, clubID *domain.GID,
) (domain.RulePreview, error) {
	share, err := domain.ParseDecimal(string(percent))
	if err != nil {
		return domain.RulePreview{}, domain.Errorf(domain.Invalid, "percent is a number with at most two decimals")
	}
	rule := domain.EarningRule{Kind: kind, Share: share}
	if refused := aboutWhat(&rule, categoryID, productID, clubID); refused != nil {
		return domain.RulePreview{}, domain.ErrNotFound
	}
	return r.store.PreviewEarningRule(ctx, rule, from, to)
}

// aboutWhat reads what a rule is about. An id of nothing must not read as 0, which means everything.
func aboutWhat(rule *domain.EarningRule, categoryID, productID, clubID *domain.GID) (refused domain.Refused) {
	for _, id := range []struct {
		given       *domain.GID
		kind, field string
		into        *int64
	}{{categoryID, "Category", "category", &rule.CategoryID}, {productID, "Product", "product", &rule.ProductID}, {clubID, "Club", "club", &rule.ClubID}} {
		if id.given == nil {
			continue
		}
		if *id.into = id.given.Of(id.kind); *id.into == 0 {
			refused = append(refused, domain.Refusal{Code: domain.CodeNotFound, Field: []string{id.field + "Id"}, Rule: id.field})
		}
	}
	return refused
}

func (r mutationResolver) EarningRuleSet(ctx context.Context, in model.EarningRuleSetInput) (model.EarningRulePayload, error) {
	draft := domain.EarningRuleDraft{IdempotencyKey: in.IdempotencyKey, Named: value(in.Name), StartsAt: value(in.StartsAt), EarningRule: domain.EarningRule{
		Kind: in.Kind, Points: value(in.Points), LifetimeDays: in.LifetimeDays, PerPerson: in.PerPerson, Pending: in.Pending}}
	refused := aboutWhat(&draft.EarningRule, in.CategoryID, in.ProductID, in.ClubID)
	if in.Percent != nil {
		share, err := domain.ParseDecimal(string(*in.Percent))
		if err != nil {
			refused = append(refused, domain.Refusal{Code: domain.CodeInvalid, Field: []string{"percent"}})
		}
		draft.Share = share
	}
	if refused != nil {
		return model.EarningRulePayload{UserErrors: model.UserErrors(refused, graph.LocaleFrom(ctx))}, nil
	}
	set, err := r.store.SetEarningRule(ctx, graph.ViewerFrom(ctx), draft)
	rule, userErrors, err := outcome(ctx, set, err)
	return model.EarningRulePayload{Rule: rule, UserErrors: userErrors}, err
}

func (r mutationResolver) EarningRuleRetire(ctx context.Context, in model.EarningRuleRetireInput) (model.EarningRulePayload, error) {
	retired, err := r.store.RetireEarningRule(ctx, graph.ViewerFrom(ctx), in.RuleID.Of("EarningRule"))
	rule, refused, err := outcome(ctx, retired, err)
	return model.EarningRulePayload{Rule: rule, UserErrors: refused}, err
}

func (r mutationResolver) WalletGrant(ctx context.Context, in model.WalletGrantInput) (model.WalletGrantPayload, error) {
	grant := domain.PointsGrant{IdempotencyKey: in.IdempotencyKey, Name: in.Name, Points: in.Points, ExpiresAt: in.ExpiresAt}
	for i, id := range in.CustomerIds {
		if n := id.Of("Customer"); n != 0 {
			grant.CustomerIDs = append(grant.CustomerIDs, n)
			continue
		}
		refused := domain.Refused{{Code: domain.CodeNotFound, Field: []string{"customerIds", strconv.Itoa(i)}, Rule: "customer"}}
		return model.WalletGrantPayload{UserErrors: model.UserErrors(refused, graph.LocaleFrom(ctx))}, nil
	}
	var club domain.EarningRule
	if refused := aboutWhat(&club, nil, nil, in.ClubID); refused != nil {
		return model.WalletGrantPayload{UserErrors: model.UserErrors(refused, graph.LocaleFrom(ctx))}, nil
	}
	grant.ClubID = club.ClubID
	granted, err := r.store.GrantPoints(ctx, graph.ViewerFrom(ctx), grant)
	if err != nil {
		refused, err := refusals(ctx, err)
		return model.WalletGrantPayload{UserErrors: refused}, err
	}
	return model.WalletGrantPayload{Rule: &granted.Rule, Customers: &granted.Customers, Points: &granted.Points, UserErrors: []model.UserError{}}, nil
}
