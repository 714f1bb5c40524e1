package main

import (
	"context"
	"errors"

	"kabinet/domain"
	"kabinet/push"
)

// membershipKinds are the words a customer hears of their memberships. A request is for the staff.
var membershipKinds = map[domain.EventKind]string{
	domain.EventClubEntered:  push.ClubEntered,
	domain.EventClubLeft:     push.ClubLeft,
	domain.EventClubGrace:    push.ClubGrace,
	domain.EventClubKept:     push.ClubKept,
	domain.EventClubInvited:  push.ClubInvited,
	domain.EventClubDeclined: push.ClubDeclined,
}

// ofMembership tells a customer how they now stand to a club, and the staff on duty that somebody wants to come in.
func (a audience) ofMembership(ctx context.Context) ([]push.Message, error) {
	m := *a.event.Membership
	clubs, err := a.st.ClubsByID(ctx, []int64{m.ClubID})
	if err != nil {
		return nil, err
	}
	club := clubs[m.ClubID]
	f := push.Facts{Club: club.Slug, Now: a.now(), Reason: deref(m.Reason), Customer: deref(a.customer.Name)}
	names := func(l domain.Locale, f push.Facts) push.Facts {
		f.Club = club.Name.In(l)
		return f
	}
	if a.event.Kind == domain.EventClubRequested {
		devices, err := a.st.DevicesOnDuty(ctx)
		if err != nil {
			return nil, err
		}
		return a.address(push.ClubRequested, f, names, devices, a.business.Locale, businessZone(a.business), "kabinet://desk/clubs/"+club.Slug)
	}
	kind, told := membershipKinds[a.event.Kind]
	if !told {
		return nil, nil
	}
	if a.event.Kind == domain.EventClubGrace {
		progress, err := a.st.ClubProgress(ctx, club, m)
		if err != nil {
			return nil, err
		}
		f.Amount, f.Currency, f.Date = progress.MoreMinor, club.CurrencyCode, a.event.At
		if m.GraceUntil != nil {
			f.Date = *m.GraceUntil
		}
	}
	devices, err := a.st.DevicesOfCustomer(ctx, a.event.CustomerID)
	if err != nil {
		return nil, err
	}
	return a.address(kind, f, names, devices, a.customer.Locale, a.zone(), "kabinet://clubs/"+club.Slug)
}

// ofPost tells the members of a club of a new post, but for its author and those who muted the club. A post that is hidden by then is not told of.
func (a audience) ofPost(ctx context.Context) ([]push.Message, error) {
	post, err := a.st.PostByID(ctx, domain.Viewer{StaffID: -1, Role: domain.Operator}, a.event.Post.ID)
	switch {
	case errors.Is(err, domain.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case !post.Shown():
		return nil, nil
	}
	clubs, err := a.st.ClubsByID(ctx, []int64{post.ClubID})
	if err != nil {
		return nil, err
	}
	club := clubs[post.ClubID]
	devices, err := a.st.DevicesOfClub(ctx, club.ID, post.CustomerID)
	if err != nil {
		return nil, err
	}
	f := push.Facts{Club: club.Slug, Customer: post.AuthorName(a.customer.Locale), Reason: post.Title, Now: a.now()}
	if f.Reason == "" {
		f.Reason = post.Source
	}
	names := func(l domain.Locale, f push.Facts) push.Facts {
		f.Club = club.Name.In(l)
		return f
	}
	return a.address(push.ClubPost, f, names, devices, a.business.Locale, businessZone(a.business), "kabinet://clubs/"+club.Slug)
}
