package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r queryResolver) Events(ctx context.Context, after *string, first *int64) (model.EventConnection, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.EventConnection{}, err
	}
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.EventConnection{}, err
	}
	from, err := cursor(after)
	if err != nil {
		return model.EventConnection{}, err
	}
	events, gap, err := r.store.EventsAfter(ctx, domain.Topic{CustomerID: v.CustomerID}, value(from), p.Size()+1)
	if err != nil {
		return model.EventConnection{}, err
	}
	c := model.EventConnection{Edges: []model.EventEdge{}, Nodes: []model.Event{}, Gap: gap && from != nil,
		PageInfo: model.PageInfo{HasNextPage: len(events) > p.Size(), HasPreviousPage: from != nil}}
	for i := range events[:min(len(events), p.Size())] {
		e := &events[i]
		if shown, ok := event(e); ok {
			at := e.Cursor.String()
			c.Edges = append(c.Edges, model.EventEdge{Cursor: at, Node: shown})
			c.Nodes = append(c.Nodes, shown)
			c.PageInfo.EndCursor = &at
		}
	}
	if len(c.Edges) > 0 {
		c.PageInfo.StartCursor = &c.Edges[0].Cursor
	}
	return c, nil
}

func (r subscriptionResolver) OrderEvents(ctx context.Context, orderID domain.GID, after *string) (<-chan model.OrderEvent, error) {
	from, err := resumed(ctx, after)
	if err != nil {
		return nil, err
	}
	id := orderID.Of("Order")
	if _, err := r.ownOrder(ctx, id); err != nil {
		return nil, err
	}
	return follow(ctx, r.live, domain.Topic{OrderID: id}, from, nil, func(ctx context.Context, e *domain.Event) (model.OrderEvent, graph.Handing) {
		if e.Kind != domain.EventGap {
			shown, _ := event(e)
			if order, isOrder := shown.(model.OrderEvent); isOrder {
				return order, graph.Given
			}
			return model.OrderEvent{}, graph.Skipped
		}
		now, err := r.ownOrder(ctx, id)
		if err != nil { // whoever is not told of a gap would go on behind it as if nothing had been missed
			return model.OrderEvent{}, graph.Left
		}
		return model.OrderEvent{Cursor: e.Cursor.String(), At: e.At, Kind: e.Kind, Gap: true, Order: now}, graph.Given
	})
}

// ownOrder reads an order that the viewer may see; somebody else's does not exist.
func (r *Resolver) ownOrder(ctx context.Context, id int64) (domain.Order, error) {
	if id == 0 {
		return domain.Order{}, domain.ErrNotFound
	}
	found, err := r.store.OrdersByID(ctx, []int64{id})
	if err != nil {
		return domain.Order{}, err
	}
	o, exists := found[id]
	if !exists || !maySeeOrder(graph.ViewerFrom(ctx), o) {
		return domain.Order{}, domain.ErrNotFound
	}
	return o, nil
}

// maySeeOrder says whether the viewer may see an order. The anonymous orders of imports are for staff.
func maySeeOrder(v domain.Viewer, o domain.Order) bool {
	return v.IsStaff() || o.CustomerID != nil && v.MaySee(*o.CustomerID)
}

func (r subscriptionResolver) CustomerEvents(ctx context.Context, after *string) (<-chan model.Event, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return nil, err
	}
	from, err := resumed(ctx, after)
	if err != nil {
		return nil, err
	}
	return follow(ctx, r.live, domain.Topic{CustomerID: v.CustomerID}, from, nil, anyEvent)
}

func (r subscriptionResolver) DeskEvents(ctx context.Context, after *string) (<-chan model.Event, error) {
	from, err := resumed(ctx, after)
	if err != nil {
		return nil, err
	}
	admin := graph.ViewerFrom(ctx).Role.AtLeast(domain.Admin)
	return follow(ctx, r.live, domain.Topic{Desk: true}, from, func(e *domain.Event) bool { return e.Import == nil || admin }, anyEvent)
}

// resumed is where a subscription goes on: behind the last event that a client of server-sent events has seen, else behind the cursor that it names.
func resumed(ctx context.Context, after *string) (*domain.Cursor, error) {
	if seen := graph.LastEventID(ctx); seen != "" {
		after = &seen
	}
	return cursor(after)
}

// cursor reads the cursor that a client kept; nil when it has none.
func cursor(text *string) (*domain.Cursor, error) {
	if text == nil {
		return nil, nil
	}
	c, ok := domain.ParseCursor(*text)
	if !ok {
		return nil, domain.Errorf(domain.Invalid, "after must be a cursor of an earlier event")
	}
	return &c, nil
}

// follow passes a topic's events on as the client sees them, until the client leaves or the stream is ended. admits says which ones are for this client, nil that
// all are; those are shown to everybody in the same way, unless show asks who is calling. An event that show does not give is Skipped, or, when the client must not
// go on behind it, ends the stream: Left.
func follow[T any](
	ctx context.Context, live Live, topic domain.Topic, after *domain.Cursor,
	admits func(*domain.Event) bool, show func(context.Context, *domain.Event) (T, graph.Handing),
) (<-chan T, error) {
	f := &follower[T]{ctx: ctx, stream: graph.StreamFrom(ctx), out: make(chan T), admits: admits, show: show}
	return f.out, live.Follow(ctx, topic, after, f)
}

// follower is a subscription that follows a topic.
type follower[T any] struct {
	ctx    context.Context //nolint:containedctx // that of the subscription
	stream graph.Stream
	out    chan T
	admits func(*domain.Event) bool
	show   func(context.Context, *domain.Event) (T, graph.Handing)
}

func (f *follower[T]) wants(e *domain.Event) bool { return f.admits == nil || f.admits(e) }

func (f *follower[T]) Try(e *domain.Event) bool { return !f.wants(e) || f.stream.Try(e) }

func (f *follower[T]) Take(e *domain.Event) bool {
	return !f.wants(e) || f.stream.Share(f.ctx, e, func() graph.Handing {
		shown, handing := f.show(f.ctx, e)
		if handing != graph.Given {
			return handing
		}
		select {
		case f.out <- shown:
			return graph.Given
		case <-f.ctx.Done():
			return graph.Left
		}
	})
}

func (f *follower[T]) End() { close(f.out) }

func anyEvent(_ context.Context, e *domain.Event) (model.Event, graph.Handing) {
	if shown, ok := event(e); ok {
		return shown, graph.Given
	}
	return nil, graph.Skipped
}

// event is an event as clients see it: the thing as the event left it, read by nobody again. ok is false for an event that has nothing to show.
func event(e *domain.Event) (shown model.Event, ok bool) {
	at := e.Cursor.String()
	switch {
	case e.Kind == domain.EventGap:
		return model.GapEvent{Cursor: at, At: e.At, Kind: e.Kind, Gap: true}, true
	case e.Order != nil:
		return model.OrderEvent{Cursor: at, At: e.At, Kind: e.Kind, Order: *e.Order}, true
	case e.Wallet != nil:
		return model.WalletEvent{Cursor: at, At: e.At, Kind: e.Kind, Balance: *e.Wallet, Expiring: e.Expiring}, true
	case e.Referral != nil:
		return model.ReferralEvent{Cursor: at, At: e.At, Kind: e.Kind, Invited: e.CustomerID == e.Referral.CustomerID, Name: e.Referral.Name,
			State: e.Referral.State, Reason: told(e.Referral.Reason)}, true
	case e.Family != nil:
		return model.FamilyEvent{Cursor: at, At: e.At, Kind: e.Kind, Name: told(e.Family.Name)}, true
	case e.Post != nil:
		return model.PostEvent{Cursor: at, At: e.At, Kind: e.Kind, Ref: *e.Post}, true
	case e.Membership != nil:
		return model.MembershipEvent{Cursor: at, At: e.At, Kind: e.Kind, Membership: *e.Membership}, true
	case e.Import != nil:
		return model.ImportEvent{Cursor: at, At: e.At, Kind: e.Kind, ImportID: e.Import.ID}, true
	case e.ProductID != 0:
		return model.ProductEvent{Cursor: at, At: e.At, Kind: e.Kind, ProductID: e.ProductID}, true
	}
	return nil, false
}

func (r productEventResolver) Product(ctx context.Context, e *model.ProductEvent) (*domain.Product, error) {
	p, err := find(ctx, r.load(ctx).products, e.ProductID)
	if p == nil || !onOffer(graph.ViewerFrom(ctx), *p) {
		return nil, err
	}
	return p, nil
}
