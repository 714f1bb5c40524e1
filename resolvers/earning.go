package resolvers

import (
	"context"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (earningRuleResolver) Percent(_ context.Context, r *domain.EarningRuleDates) (domain.Decimal, error) {
	return domain.PercentText(r.Share), nil
}

func (r deskResolver) EarningRules(ctx context.Context, _ *model.Desk) ([]domain.EarningRuleDates, error) {
	return notNull(r.store.AllEarningRules(ctx))
}

func (r deskResolver) EarningRulePreview(ctx context.Context, _ *model.Desk, percent domain.Decimal, from time.Time, to time.Time) (domain.RulePreview, error) {
	share, err := domain.ParseDecimal(string(percent))
	if err != nil {
		return domain.RulePreview{}, domain.Errorf(domain.Invalid, "percent is a number with at most two decimals")
	}
	return r.store.PreviewEarningRule(ctx, share, from, to)
}

func (r mutationResolver) EarningRuleSet(ctx context.Context, in model.EarningRuleSetInput) (model.EarningRulePayload, error) {
	draft := domain.EarningRuleDraft{IdempotencyKey: in.IdempotencyKey, Name: value(in.Name), StartsAt: value(in.StartsAt)}
	share, err := domain.ParseDecimal(string(in.Percent))
	if err != nil {
		refused, err := refusals(ctx, domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{"percent"}}))
		return model.EarningRulePayload{UserErrors: refused}, err
	}
	draft.Share = share
	set, err := r.store.SetEarningRule(ctx, graph.ViewerFrom(ctx), draft)
	rule, refused, err := outcome(ctx, set, err)
	return model.EarningRulePayload{Rule: rule, UserErrors: refused}, err
}

func (r mutationResolver) EarningRuleRetire(ctx context.Context, in model.EarningRuleRetireInput) (model.EarningRulePayload, error) {
	retired, err := r.store.RetireEarningRule(ctx, graph.ViewerFrom(ctx), in.RuleID.Of("EarningRule"))
	rule, refused, err := outcome(ctx, retired, err)
	return model.EarningRulePayload{Rule: rule, UserErrors: refused}, err
}
