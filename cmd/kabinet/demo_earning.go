package main

import (
	"context"
	"fmt"
	"time"

	"kabinet/domain"
	"kabinet/internal/demo"
)

// rules sets those rules by which points are earned that are wanted now.
func (f *demoFiller) rules(ctx context.Context, want func(demo.EarningRule) bool) error {
	for _, r := range f.demo.Earning.Rules {
		if !want(r) {
			continue
		}
		rule := domain.EarningRule{Kind: r.Kind, Share: r.Share, Points: r.Points, Pending: r.Pending, CategoryID: f.shelves[r.Category]}
		if r.SKU != "" {
			id, err := f.productOf(ctx, r.SKU)
			if err != nil {
				return err
			}
			rule.ProductID = id
		}
		if r.Club != "" {
			club, err := f.st.ClubBySlug(ctx, f.staff[f.demo.Staff[0].Key], r.Club)
			if err != nil {
				return err
			}
			rule.ClubID = club.ID
		}
		if _, err := f.st.SetEarningRule(ctx, f.staff[f.demo.Staff[0].Key], domain.EarningRuleDraft{IdempotencyKey: "demo-rule-" + string(r.Kind), EarningRule: rule}); err != nil {
			return fmt.Errorf("rule %s: %w", r.Kind, err)
		}
	}
	return nil
}

// eventRules are in force when the first customers come, orderRules when the first orders do.
func (f *demoFiller) eventRules(ctx context.Context) error {
	return f.rules(ctx, func(r demo.EarningRule) bool { return !r.Kind.OfOrders() })
}

func (f *demoFiller) orderRules(ctx context.Context) error {
	return f.rules(ctx, func(r demo.EarningRule) bool { return r.Kind.OfOrders() && r.Kind != domain.EarnClub })
}

func (f *demoFiller) productOf(ctx context.Context, sku string) (int64, error) {
	found, err := f.st.VariantsByID(ctx, []int64{f.variants[sku]})
	return found[f.variants[sku]].ProductID, err
}

// birthday lets a customer tell the birthday, when the story has one.
func (f *demoFiller) birthday(ctx context.Context, key string) error {
	told, has := f.demo.Earning.Birthdays[key]
	if !has {
		return nil
	}
	if told == demo.Lately {
		day := f.begin.AddDate(0, 0, -2)
		told = time.Date(1988, day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	birthday := domain.Date(told)
	_, err := f.st.UpdateCustomer(ctx, f.customers[key], domain.CustomerPatch{Birthday: &birthday})
	return err
}

// earning sets the rules of clubs, gives the points of birthdays, lets customers review what they bought and staff grant points.
func (f *demoFiller) earning(ctx context.Context) error {
	if err := f.rules(ctx, func(r demo.EarningRule) bool { return r.Kind == domain.EarnClub }); err != nil {
		return err
	}
	boss := f.staff[f.demo.Staff[0].Key]
	for i, r := range f.demo.Earning.Reviews {
		product, err := f.productOf(ctx, r.SKU)
		if err != nil {
			return err
		}
		written, err := f.st.CreateReview(ctx, f.customers[r.By], domain.ReviewDraft{IdempotencyKey: fmt.Sprintf("demo-review-%d", i), ProductID: product, Rating: r.Rating, Text: r.Text})
		if err != nil {
			return fmt.Errorf("review of %s by %s: %w", r.SKU, r.By, err)
		}
		if r.Hidden.Empty() {
			continue
		}
		if _, err := f.st.HideReview(ctx, boss, written.ID, true, true, r.Hidden.In(f.customers[r.By].Locale)); err != nil {
			return fmt.Errorf("hide the review of %s: %w", r.SKU, err)
		}
	}
	g := f.demo.Earning.Grant
	club, err := f.st.ClubBySlug(ctx, boss, g.Club)
	if err != nil {
		return err
	}
	burns := f.now().Add(g.Lasts.Duration())
	if _, err := f.st.GrantPoints(ctx, boss, domain.PointsGrant{IdempotencyKey: "demo-grant", Name: g.Name, Points: g.Points, ClubID: club.ID, ExpiresAt: &burns}); err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	if _, err := f.st.RecordAwards(ctx); err != nil {
		return err
	}
	_, err = f.st.GiveAwards(ctx)
	return err
}
