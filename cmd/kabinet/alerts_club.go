package main

import (
	"context"
	"errors"

	"kabinet/domain"
	"kabinet/internal/job"
	"kabinet/push"
	"kabinet/store"
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
	names := named(club)
	if a.event.Kind == domain.EventClubRequested {
		return a.address(push.ClubRequested, f, names, a.onDuty, a.business.Locale, a.business.Zone(), "kabinet://desk/clubs/"+club.Slug)
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
	return a.address(kind, f, names, a.devices, a.customer.Locale, a.zone(), "kabinet://clubs/"+club.Slug)
}

// postSet is how many devices hear of a new post in one step.
const postSet = 500

// tellPost queues alerts about a new post for a set of devices of the club's members, and the next step for those after them, so that a club of any size
// is told without one long transaction. Its author, those who muted the club and those who get a digest are left out. A post that is hidden by then
// is not told of.
func (n *notifier) tellPost(ctx context.Context, j job.Job, a audience, args stepArgs) error {
	post, err := n.st.PostByID(ctx, domain.Viewer{StaffID: -1, Role: domain.Operator}, a.event.Post.ID)
	if errors.Is(err, domain.ErrNotFound) || err == nil && !post.Shown() {
		return nil
	}
	if err != nil {
		return err
	}
	devices, err := n.st.DevicesOfClub(ctx, post.ClubID, post.CustomerID, args.After, postSet)
	if err != nil || len(devices) == 0 {
		return err
	}
	clubs, err := n.st.ClubsByID(ctx, []int64{post.ClubID})
	if err != nil {
		return err
	}
	club := clubs[post.ClubID]
	f := push.Facts{Club: club.Slug, Customer: post.AuthorName(a.business.Locale), Reason: post.Title, Now: n.now()}
	if f.Reason == "" {
		f.Reason = post.Source
	}
	alerts, err := a.address(push.ClubPost, f, named(club), devices, a.business.Locale, a.business.Zone(), "kabinet://clubs/"+club.Slug)
	if err != nil {
		return err
	}
	var next []job.New
	if len(devices) == postSet {
		next = append(next, job.New{Kind: store.JobPushOne, Args: stepArgs{Event: args.Event, After: devices[postSet-1].ID}})
	}
	return n.tell(ctx, j, alerts, next...)
}

// named puts the name of a club into words of a language.
func named(c domain.Club) func(domain.Locale, push.Facts) push.Facts {
	return func(l domain.Locale, f push.Facts) push.Facts {
		f.Club = c.Name.In(l)
		return f
	}
}

// pushDigest tells a customer how many new posts their clubs have.
func (n *notifier) pushDigest(ctx context.Context, j job.Job) error {
	var d domain.ClubDigest
	if err := j.Decode(&d); err != nil {
		return err
	}
	about := domain.Event{CustomerID: d.CustomerID}
	told, err := n.gather(ctx, about)
	if err != nil {
		return err
	}
	a := told.of(about)
	if len(a.devices) == 0 {
		return nil
	}
	clubs, err := n.st.ClubsByID(ctx, d.ClubIDs)
	if err != nil {
		return err
	}
	club := clubs[d.ClubIDs[0]]
	link := "kabinet://clubs/" + club.Slug
	if len(d.ClubIDs) > 1 {
		link = "kabinet://clubs"
	}
	f := push.Facts{Club: club.Slug, Posts: int(d.Posts), Clubs: len(d.ClubIDs), Now: n.now()}
	alerts, err := a.address(push.ClubDigest, f, named(club), a.devices, a.customer.Locale, a.zone(), link)
	if err != nil {
		return err
	}
	return n.tell(ctx, j, alerts)
}
