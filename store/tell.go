package store

import (
	"context"
	"time"

	"kabinet/domain"
	"kabinet/internal/origin"
)

// Kinds of jobs that the store asks for. cmd/kabinet connects them with the rooms that do them.
const (
	// JobPush tells people about events that were lined up; its arguments are {"events": [id, ...]}. LineUpEvents asks for it.
	JobPush = "push.events"
	// JobPushOne tells people about one event, step by step when they are many; its arguments are {"event": id, "after": id of a device}.
	JobPushOne = "push.event"
	// JobCode sends a one-time code; its arguments are a CodeLetter.
	JobCode = "signin.code"
	// JobStaffInvited writes to a new staff member how to get in; its arguments are {"staff": id}.
	JobStaffInvited = "staff.invited"
)

// news is an event to record, and whether people are told of it by push.
type news struct {
	kind       domain.EventKind
	customerID int64
	orderID    int64
	productID  int64
	clubID     int64
	desk       bool
	push       bool
	data       domain.EventData
}

// orderNews is what somebody did to an order, with the order as it is now. The desk hears of every order, and people are told by push.
func orderNews(kind domain.EventKind, o domain.Order, by domain.ActorKind) news {
	n := news{kind: kind, orderID: o.ID, desk: true, push: true, data: domain.EventData{By: by, Order: &o}}
	if o.CustomerID != nil {
		n.customerID = *o.CustomerID
	}
	return n
}

// walletNews is what happened to a wallet.
func walletNews(w domain.Wallet, push bool) news {
	return news{kind: domain.EventWalletChanged, customerID: w.CustomerID, push: push, data: domain.EventData{Wallet: &w}}
}

// tellSteps record events, and that people are to be told of them. Their parameters are those of newsParams.
const tellSteps = `told as (
  insert into event (at, kind, customer_id, order_id, product_id, desk, data, push, club_id)
  select $1, n.kind, nullif(n.customer_id, 0), nullif(n.order_id, 0), nullif(n.product_id, 0), n.desk, n.data::jsonb, n.push, nullif(n.club_id, 0)
    from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bool[], $7::text[], $8::bool[], $9::bigint[])
         with ordinality as n (kind, customer_id, order_id, product_id, desk, data, push, club_id, nth)
   order by n.nth
)`

const tellSQL = `
with ` + tellSteps + `
select 1`

// tell records events, in one statement.
func (t *Tx) tell(ctx context.Context, all ...news) error {
	if len(all) == 0 {
		return nil
	}
	params, err := newsParams(ctx, t.now, all)
	if err != nil {
		return err
	}
	t.told = true
	_, err = t.exec(ctx, tellSQL, params...)
	return err
}

// newsParams are the parameters of tellSteps.
func newsParams(ctx context.Context, now time.Time, all []news) ([]any, error) {
	data := make([]string, len(all))
	from := origin.From(ctx)
	for i, n := range all {
		if from != (domain.Origin{}) {
			n.data.Origin = &from
		}
		var err error
		if data[i], err = n.data.Encode(); err != nil {
			return nil, err
		}
	}
	return []any{
		now,
		column(all, func(n news) string { return string(n.kind) }),
		column(all, func(n news) int64 { return n.customerID }),
		column(all, func(n news) int64 { return n.orderID }),
		column(all, func(n news) int64 { return n.productID }),
		column(all, func(n news) bool { return n.desk }),
		data,
		column(all, func(n news) bool { return n.push }),
		column(all, func(n news) int64 { return n.clubID }),
	}, nil
}

// timelineDraft is a timeline entry to record.
type timelineDraft struct {
	orderID int64
	kind    domain.TimelineKind
	actor   domain.ActorKind
	staffID int64
	reason  string
	data    domain.TimelineData
}

const timelineSQL = `
insert into timeline (order_id, at, kind, public, actor, staff_id, reason, data)
select n.order_id, $1, n.kind, true, n.actor, nullif(n.staff_id, 0), nullif(n.reason, ''), n.data::jsonb
  from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[]) as n (order_id, kind, actor, staff_id, reason, data)`

// chronicle appends timeline entries, all public.
func (t *Tx) chronicle(ctx context.Context, at time.Time, entries ...timelineDraft) error {
	data := make([]string, len(entries))
	for i, e := range entries {
		v, err := asJSON(e.data).Value()
		if err != nil {
			return err
		}
		data[i], _ = v.(string)
	}
	_, err := t.exec(ctx, timelineSQL, at,
		column(entries, func(e timelineDraft) int64 { return e.orderID }),
		column(entries, func(e timelineDraft) string { return string(e.kind) }),
		column(entries, func(e timelineDraft) string { return string(e.actor) }),
		column(entries, func(e timelineDraft) int64 { return e.staffID }),
		column(entries, func(e timelineDraft) string { return e.reason }),
		data)
	return err
}

// audit records what a staff member did to something that has no timeline of its own.
func (t *Tx) audit(ctx context.Context, v domain.Viewer, action, subject, reason string, data any) error {
	_, err := t.exec(ctx, `
insert into audit (at, staff_id, action, subject, reason, data)
values ($1, nullif($2, 0::bigint), $3, $4, nullif($5, ''), $6::jsonb)`,
		t.now, v.StaffID, action, subject, reason, asJSON(data))
	return err
}
