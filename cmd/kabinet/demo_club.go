package main

import (
	"context"
	"fmt"

	"kabinet/domain"
	"kabinet/internal/demo"
)

// clubs opens the clubs when the story of the orders is told, so that those BY_SPEND find their members.
func (f *demoFiller) clubs(ctx context.Context) error {
	for i, c := range f.demo.Clubs {
		if err := f.club(ctx, i, c); err != nil {
			return fmt.Errorf("club %s: %w", c.Slug, err)
		}
	}
	_, err := f.st.RecountClubs(ctx)
	return err
}

func (f *demoFiller) club(ctx context.Context, i int, c demo.Club) error {
	position := int64(i)
	privileges := domain.Privileges{PointsPercent: c.PointsPercent, Support: c.Support, EarlyBookingHours: c.EarlyBookingHours}
	for _, d := range c.Discounts {
		privileges.Prices = append(privileges.Prices, domain.ClubPrice{CategoryID: f.shelves[d.Category], Share: d.Share})
	}
	boss := f.staff[f.demo.Staff[0].Key]
	made, err := f.st.CreateClub(ctx, boss, "demo-"+c.Slug, domain.ClubDraft{Slug: &c.Slug, Name: &c.Name, Description: &c.Description, Entry: &c.Entry,
		Spend:   &domain.SpendRule{NeedMinor: c.Spend.NeedMinor, PeriodDays: c.Spend.PeriodDays, GraceDays: c.Spend.GraceDays},
		Posting: &c.Posting, Privileges: &privileges, Position: &position})
	if err != nil {
		return err
	}
	if p, drawn := f.products[c.Picture]; drawn {
		if err := f.st.SetClubPicture(ctx, made.ID, p.hash, p.sizes); err != nil {
			return err
		}
	}
	for _, key := range c.Members {
		member := f.customers[key]
		if _, err := f.st.JoinClub(ctx, member, made.ID); err != nil {
			return fmt.Errorf("%s joins: %w", key, err)
		}
		if c.Entry == domain.EntryByRequest {
			if _, err := f.st.DecideMember(ctx, boss, made.ID, member.CustomerID, domain.MemberApprove, ""); err != nil {
				return fmt.Errorf("%s is let in: %w", key, err)
			}
		}
	}
	for _, key := range c.Asking {
		if _, err := f.st.JoinClub(ctx, f.customers[key], made.ID); err != nil {
			return fmt.Errorf("%s asks: %w", key, err)
		}
	}
	if c.Moderator != "" {
		_, err = f.st.SetModerator(ctx, boss, made.ID, f.customers[c.Moderator].CustomerID, true)
	}
	return err
}
