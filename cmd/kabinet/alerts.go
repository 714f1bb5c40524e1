package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kabinet/domain"
	"kabinet/push"
	"kabinet/store"
)

// customerKinds are the words a customer hears of what happened to an order. An event that is not here is not pushed to customers.
var customerKinds = map[domain.EventKind]string{
	domain.EventOrderConfirmed: push.OrderConfirmed,
	domain.EventOrderStarted:   push.OrderStarted,
	domain.EventOrderReady:     push.OrderReady,
	domain.EventOrderCompleted: push.OrderCompleted,
	domain.EventOrderCancelled: push.OrderCancelled,
	domain.EventOrderRefunded:  push.OrderRefunded,
	domain.EventPromiseChanged: push.PromiseChanged,
	domain.EventPromiseBroken:  push.PromiseBroken,
}

// staffKinds are the words the staff on duty hear.
var staffKinds = map[domain.EventKind]string{
	domain.EventOrderPlaced:    push.OrderNew,
	domain.EventPromiseBroken:  push.PromiseBrokenStaff,
	domain.EventOrderCancelled: push.OrderCancelledStaff,
}

// gathered is what the words of several events need of the people they are about.
type gathered struct {
	*notifier
	reach     store.Reach
	business  domain.Business
	customers map[int64]domain.Customer
}

// gather reads who events are about and on which devices they hear of it. Most people have none: nothing more is read then.
func (n *notifier) gather(ctx context.Context, events ...domain.Event) (g gathered, err error) {
	g.notifier = n
	var ids []int64
	posts := false // these find their devices themselves
	for _, e := range events {
		if e.CustomerID != 0 {
			ids = append(ids, e.CustomerID)
		}
		posts = posts || e.Post != nil
	}
	if g.reach, err = n.st.Reach(ctx, ids); err != nil || !posts && len(g.reach.Customers)+len(g.reach.OnDuty) == 0 {
		return g, err
	}
	if g.business, err = n.st.Business(ctx); err != nil {
		return g, err
	}
	g.customers, err = n.st.CustomersByID(ctx, ids)
	return g, err
}

// of is who hears of one of the events.
func (g gathered) of(e domain.Event) audience {
	return audience{notifier: g.notifier, business: g.business, customer: g.customers[e.CustomerID], event: e,
		devices: g.reach.Customers[e.CustomerID], onDuty: g.reach.OnDuty}
}

// audience is who hears of one event.
type audience struct {
	*notifier
	business domain.Business
	customer domain.Customer
	event    domain.Event
	devices  []domain.Device // of the customer
	onDuty   []domain.Device // of the staff
}

// alerts words what happened for every device that is to hear of it, each in its own language.
func (a audience) alerts(ctx context.Context) ([]push.Message, error) {
	switch e := a.event; {
	case len(a.devices)+len(a.onDuty) == 0:
		return nil, nil
	case e.Order != nil:
		return a.ofOrder(ctx)
	case e.Membership != nil:
		return a.ofMembership(ctx)
	case len(a.devices) == 0: // the rest is for the customer alone
		return nil, nil
	case e.Wallet != nil:
		return a.ofWallet(ctx)
	case e.Referral != nil:
		return a.ofReferral(ctx)
	case e.Family != nil:
		return a.ofFamily()
	}
	return nil, nil
}

// ofOrder tells the customer of the order and the staff on duty.
func (a audience) ofOrder(ctx context.Context) ([]push.Message, error) {
	customers, staff := a.devices, a.onDuty
	customerKind, toCustomer := customerKinds[a.event.Kind]
	if !toCustomer {
		customers = nil
	}
	staffKind, toStaff := staffKinds[a.event.Kind]
	if !toStaff || a.event.By == domain.ActorStaff { // what a colleague did needs no alarm
		staff = nil
	}
	if len(customers)+len(staff) == 0 {
		return nil, nil
	}
	facts, err := a.orderFacts(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.word(customerKind, facts, customers, a.customer.Locale, a.zone())
	if err != nil {
		return nil, err
	}
	alerts, err := a.word(staffKind, facts, staff, a.business.Locale, a.business.Zone())
	for i := range alerts {
		alerts[i].Urgent = true
		alerts[i].Link = "kabinet://desk/orders/" + a.event.Order.Number
	}
	return append(out, alerts...), err
}

// zone is the customer's time zone, else the business's.
func (a audience) zone() *time.Location { return domain.ZoneOf(a.customer, a.business) }

// orderFacts gathers what the words of an order's events need.
func (a audience) orderFacts(ctx context.Context) (push.Facts, error) {
	o := a.event.Order
	f := push.Facts{Order: o.Number, Amount: o.TotalMinor, Currency: o.CurrencyCode, Now: a.now()}
	if a.customer.Name != nil {
		f.Customer = *a.customer.Name
	}
	if o.PromisedAt != nil {
		f.Date = *o.PromisedAt
	}
	switch a.event.Kind {
	case domain.EventOrderPlaced:
		lines, err := a.st.LinesByOrder(ctx, []int64{o.ID})
		f.Positions = len(lines[o.ID])
		return f, err
	case domain.EventOrderCompleted:
		f.Points, f.Date = int(o.PointsToEarn), a.business.Points.MaturesAt(a.event.At)
	case domain.EventOrderCancelled:
		f.Points, f.Reason = int(o.PointsSpent), deref(o.CancelReason)
	case domain.EventOrderRefunded:
		return a.refundFacts(ctx, f)
	case domain.EventPromiseChanged:
		promises, err := a.st.PromisesByOrder(ctx, []int64{o.ID})
		if err != nil {
			return f, err
		}
		made := promises[o.ID]
		for i, p := range made {
			if p.PromisedAt.Equal(f.Date) && p.Reason != nil {
				f.Reason = *p.Reason
				if i > 0 {
					f.Was = made[i-1].PromisedAt
				}
			}
		}
	}
	return f, nil
}

// refundFacts tells what the refund of this event gave and took.
func (a audience) refundFacts(ctx context.Context, f push.Facts) (push.Facts, error) {
	r, err := a.st.RefundAt(ctx, a.event.OrderID, a.event.At)
	if err != nil {
		return f, err
	}
	f.Amount, f.Points, f.PointsTaken, f.Reason = r.MoneyMinor, int(r.PointsBack), int(r.PointsReversed), r.Reason
	return f, nil
}

// walletKinds are the words for movements of points that come without an order's event, the first that fits.
var walletKinds = []struct {
	cause domain.Cause
	kind  string
}{
	{domain.CauseAdjusted, push.PointsAdjusted},
	{domain.CauseAwardReversed, push.PointsAdjusted},
	{domain.CauseAwarded, push.PointsAwarded},
	{domain.CauseMatured, push.PointsActive},
	{domain.CauseExpired, push.PointsExpired},
	{domain.CauseFamilySent, push.PointsSent},
	{domain.CauseFamilyReceived, push.PointsReceived},
}

// ofWallet tells a customer of points that were given or taken, became usable, burnt or will burn soon.
func (a audience) ofWallet(ctx context.Context) ([]push.Message, error) {
	if e := a.event.Expiring; e != nil {
		return a.word(push.PointsExpiring, push.Facts{Points: int(e.Points), Date: e.At, Now: a.now()}, a.devices, a.customer.Locale, a.zone())
	}
	moves, err := a.st.MovesAt(ctx, a.event.CustomerID, a.event.At)
	if err != nil {
		return nil, err
	}
	for _, w := range walletKinds {
		f := push.Facts{Now: a.now(), Date: a.event.At}
		for _, m := range moves {
			switch {
			case m.Cause != w.cause:
				continue
			case m.To == domain.AccountIssued:
				f.Points -= int(m.Points)
			default:
				f.Points += int(m.Points)
			}
			f.Reason = m.Rule.In(a.customer.Locale)
		}
		if f.Points == 0 {
			continue
		}
		if w.cause == domain.CauseFamilySent || w.cause == domain.CauseFamilyReceived {
			f.Customer, f.Reason = f.Reason, ""
		}
		if w.cause == domain.CauseMatured {
			f.Date = time.Time{}
			if expires := a.business.Points.ExpiresAt(a.event.At); expires != nil {
				f.Date = *expires
			}
		}
		return a.word(w.kind, f, a.devices, a.customer.Locale, a.zone())
	}
	return nil, nil
}

// word renders the message once for each language and addresses it to each device.
func (a audience) word(kind string, f push.Facts, devices []domain.Device, otherwise domain.Locale, zone *time.Location) ([]push.Message, error) {
	link := "kabinet://wallet"
	if a.event.Referral != nil {
		link = "kabinet://referral"
	}
	if f.Order != "" {
		link = "kabinet://orders/" + f.Order
	}
	return a.address(kind, f, nil, devices, otherwise, zone, link)
}

// address renders the message once for each language, with what names says in it, and addresses it to each device. Messages with one link replace each other.
func (a audience) address(kind string, f push.Facts, names func(domain.Locale, push.Facts) push.Facts, devices []domain.Device,
	otherwise domain.Locale, zone *time.Location, link string) ([]push.Message, error) {
	cursor := "" // of what is not about one event
	if a.event.Cursor != (domain.Cursor{}) {
		cursor = a.event.Cursor.String()
	}
	texts := map[domain.Locale]push.Text{}
	var out []push.Message
	for _, d := range devices {
		locale := otherwise.Or(domain.RU)
		if d.Locale != nil {
			locale = *d.Locale
		}
		text, rendered := texts[locale]
		if !rendered {
			var err error
			f.Business, f.Zone = a.business.Name.In(locale), zone
			if names != nil {
				f = names(locale, f)
			}
			if text, err = push.Render(kind, string(locale), f); err != nil {
				return nil, fmt.Errorf("word %s: %w", kind, err)
			}
			texts[locale] = text
		}
		m := push.Message{Token: d.Token, Platform: push.Platform(d.Platform), Kind: kind, Title: text.Title, Body: text.Body, Link: link,
			Cursor: cursor, CollapseKey: collapseKey(link), TTL: 24 * time.Hour}
		if d.CustomerID != nil {
			m.CustomerID = *d.CustomerID
		} else if d.StaffID != nil {
			m.StaffID = *d.StaffID
		}
		out = append(out, m)
	}
	return out, nil
}

// collapseKey names what a link is about, such as "order:R-10293" or "wallet".
func collapseKey(link string) string {
	about := strings.TrimPrefix(link, "kabinet://")
	family, thing, found := strings.Cut(about, "s/")
	if !found {
		return about
	}
	return family + ":" + thing
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
