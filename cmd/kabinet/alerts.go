package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kabinet/domain"
	"kabinet/push"
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
	domain.EventOrderPlaced:   push.OrderNew,
	domain.EventPromiseBroken: push.PromiseBrokenStaff,
}

// alerts words what happened for every device that is to hear of it, each in its own language.
func (n *notifier) alerts(ctx context.Context, e domain.Event) ([]push.Message, error) {
	b, err := n.st.Business(ctx)
	if err != nil {
		return nil, err
	}
	a := audience{notifier: n, business: b, event: e}
	if e.CustomerID != 0 {
		customers, err := n.st.CustomersByID(ctx, []int64{e.CustomerID})
		if err != nil {
			return nil, err
		}
		a.customer = customers[e.CustomerID]
	}
	if e.Kind == domain.EventWalletChanged {
		return a.ofWallet(ctx)
	}
	switch {
	case e.Membership != nil:
		return a.ofMembership(ctx)
	case e.Kind == domain.EventPostCreated && e.Post != nil:
		return a.ofPost(ctx)
	}
	if e.Order == nil {
		return nil, nil
	}
	facts, err := a.orderFacts(ctx)
	if err != nil {
		return nil, err
	}
	var out []push.Message
	if kind, told := customerKinds[e.Kind]; told && e.CustomerID != 0 {
		devices, err := n.st.DevicesOfCustomer(ctx, e.CustomerID)
		if err != nil {
			return nil, err
		}
		if out, err = a.word(kind, facts, devices, a.customer.Locale, a.zone()); err != nil {
			return nil, err
		}
	}
	if kind, told := staffKinds[e.Kind]; told {
		devices, err := n.st.DevicesOnDuty(ctx)
		if err != nil {
			return nil, err
		}
		alerts, err := a.word(kind, facts, devices, b.Locale, businessZone(b))
		if err != nil {
			return nil, err
		}
		for i := range alerts {
			alerts[i].Urgent = true
			alerts[i].Link = "kabinet://desk/orders/" + e.Order.Number
		}
		out = append(out, alerts...)
	}
	return out, nil
}

// audience is who hears of one event.
type audience struct {
	*notifier
	business domain.Business
	customer domain.Customer
	event    domain.Event
}

func businessZone(b domain.Business) *time.Location {
	zone, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// zone is the customer's time zone, else the business's.
func (a audience) zone() *time.Location {
	if a.customer.TimeZone != nil {
		if zone, err := time.LoadLocation(*a.customer.TimeZone); err == nil {
			return zone
		}
	}
	return businessZone(a.business)
}

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

// ofWallet tells a customer of points that became usable or burnt.
func (a audience) ofWallet(ctx context.Context) ([]push.Message, error) {
	moves, err := a.st.MovesAt(ctx, a.event.CustomerID, a.event.At)
	if err != nil {
		return nil, err
	}
	points := map[domain.Cause]int64{}
	for _, m := range moves {
		points[m.Cause] += m.Points
	}
	kind, cause := push.PointsActive, domain.CauseMatured
	if points[cause] == 0 {
		kind, cause = push.PointsExpired, domain.CauseExpired
	}
	if points[cause] == 0 {
		return nil, nil
	}
	devices, err := a.st.DevicesOfCustomer(ctx, a.event.CustomerID)
	if err != nil {
		return nil, err
	}
	f := push.Facts{Points: int(points[cause]), Now: a.now(), Date: a.event.At}
	if kind == push.PointsActive {
		f.Date = time.Time{}
		if expires := a.business.Points.ExpiresAt(a.event.At); expires != nil {
			f.Date = *expires
		}
	}
	return a.word(kind, f, devices, a.customer.Locale, a.zone())
}

// word renders the message once for each language and addresses it to each device.
func (a audience) word(kind string, f push.Facts, devices []domain.Device, otherwise domain.Locale, zone *time.Location) ([]push.Message, error) {
	link := "kabinet://wallet"
	if f.Order != "" {
		link = "kabinet://orders/" + f.Order
	}
	return a.address(kind, f, nil, devices, otherwise, zone, link)
}

// address renders the message once for each language, with what names says in it, and addresses it to each device. Messages with one link replace each other.
func (a audience) address(kind string, f push.Facts, names func(domain.Locale, push.Facts) push.Facts, devices []domain.Device,
	otherwise domain.Locale, zone *time.Location, link string) ([]push.Message, error) {
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
		out = append(out, push.Message{Token: d.Token, Platform: push.Platform(d.Platform), Kind: kind, Title: text.Title, Body: text.Body, Link: link,
			Cursor: a.event.Cursor.String(), CollapseKey: collapseKey(link), TTL: 24 * time.Hour})
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
