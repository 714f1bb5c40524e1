package live

import (
	"context"

	"kabinet/domain"
)

// Subscribe follows a topic until ctx ends. With after, what was missed comes first, in order and exactly once; when the cursor is older than what is
// kept, one event of the kind GAP comes instead, with the cursor to go on from. The channel closes when ctx ends, when the subscriber does not
// keep up, or when the hub stops; a client then resumes by the last cursor it saw. Events are shared and must not be changed.
func (h *Hub) Subscribe(ctx context.Context, topic domain.Topic, after *domain.Cursor) (<-chan *domain.Event, error) {
	select {
	case <-h.ready:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	s := &subscriber{topic: topic, events: make(chan *domain.Event, h.cfg.Buffer)}
	place, err := h.enrol(s)
	if err != nil {
		return nil, err
	}
	if after == nil {
		context.AfterFunc(ctx, func() { h.drop(s) })
		return s.events, nil
	}
	out := make(chan *domain.Event)
	go func() {
		defer close(out)
		defer h.drop(s)
		last, ok := h.replay(ctx, out, topic, *after, place)
		for ok {
			select {
			case e, open := <-s.events:
				// Another process may have shown the client more than this one had seen when the client came.
				ok = open && (!last.Less(e.Cursor) || send(ctx, out, e))
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

// replay sends a topic's events in (after, place] and returns the last cursor the subscriber has seen then; false when the subscriber is to end.
func (h *Hub) replay(ctx context.Context, out chan<- *domain.Event, topic domain.Topic, after, place domain.Cursor) (domain.Cursor, bool) {
	for {
		events, gap, err := h.cfg.Source.EventsAfter(ctx, topic, after, h.cfg.Batch)
		if err != nil {
			h.complain(ctx, "read missed events", err)
			return after, false
		}
		if gap {
			missing := domain.Event{Cursor: place, At: h.cfg.Now().UTC(), Kind: domain.EventGap, CustomerID: topic.CustomerID, OrderID: topic.OrderID}
			return place, send(ctx, out, &missing)
		}
		for i := range events {
			e := &events[i]
			if place.Less(e.Cursor) {
				return after, true
			}
			after = e.Cursor
			if topic.Matches(e) && !send(ctx, out, e) {
				return after, false
			}
		}
		if len(events) < h.cfg.Batch {
			return after, true
		}
	}
}

func send(ctx context.Context, out chan<- *domain.Event, e *domain.Event) bool {
	select {
	case out <- e:
		return true
	case <-ctx.Done():
		return false
	}
}
