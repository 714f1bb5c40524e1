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
		if _, err := f.st.SetModerator(ctx, boss, made.ID, f.customers[c.Moderator].CustomerID, true); err != nil {
			return err
		}
	}
	for n, o := range c.Offers {
		made, err := f.st.CreateOffer(ctx, boss, domain.OfferDraft{IdempotencyKey: fmt.Sprintf("demo-%s-offer-%d", c.Slug, n), ClubID: made.ID, Name: o.Name,
			Price: domain.ClubPrice{VariantID: f.variants[o.SKU], Share: o.Share}, EndsAt: f.now().Add(o.Lasts.Duration()), PerCustomer: o.PerCustomer, Total: o.Total})
		if err != nil {
			return fmt.Errorf("offer %d: %w", n+1, err)
		}
		f.offers[o.SKU] = made.ID
	}
	for i, p := range c.Posts {
		if err := f.post(ctx, fmt.Sprintf("demo-%s-%d", c.Slug, i), p, domain.PostDraft{ClubID: made.ID}); err != nil {
			return fmt.Errorf("post %d: %w", i+1, err)
		}
	}
	return nil
}

// post writes a post, or a comment where the draft names what it stands below, with all that belongs to it.
func (f *demoFiller) post(ctx context.Context, key string, p demo.Post, d domain.PostDraft) (err error) {
	d.IdempotencyKey, d.Title, d.Text = key, p.Title, p.Text
	author, customer := f.customers[p.By]
	if !customer {
		author = f.staff[p.By]
	}
	if d.Pictures, err = f.scenes(ctx, key, author, p.Pictures); err != nil {
		return err
	}
	for _, sku := range p.Offers {
		d.OfferIDs = append(d.OfferIDs, f.offers[sku])
	}
	written, err := f.st.CreatePost(ctx, author, d)
	if err != nil {
		return err
	}
	if p.Pinned {
		if _, err := f.st.PinPost(ctx, f.staff[f.demo.Staff[0].Key], written.ID, true); err != nil {
			return err
		}
	}
	for _, key := range p.Likes {
		if _, err := f.st.ReactTo(ctx, f.customers[key], written.ID, domain.ReactionLike); err != nil {
			return fmt.Errorf("%s likes it: %w", key, err)
		}
	}
	below := domain.PostDraft{PostID: written.ID}
	if written.ThreadID != 0 {
		below = domain.PostDraft{PostID: written.ThreadID, ReplyToID: written.ID}
	}
	for i, c := range p.Comments {
		if err := f.post(ctx, fmt.Sprintf("%s-%d", key, i), c, below); err != nil {
			return err
		}
	}
	return nil
}

// scenes draws the pictures of a post.
func (f *demoFiller) scenes(ctx context.Context, key string, author domain.Viewer, scenes []demo.Scene) (shown []domain.ShownPicture, err error) {
	for i, s := range scenes {
		drawn, err := s.Pictures(fmt.Sprintf("%s-%d", key, i))
		if err != nil {
			return nil, err
		}
		sizes := sized(drawn)
		id, err := f.st.BringPicture(ctx, author, pictureName(sizes), sizes)
		if err != nil {
			return nil, err
		}
		shown = append(shown, domain.ShownPicture{PictureID: id, Alt: domain.Text{RU: s.Alt}})
	}
	return shown, nil
}
