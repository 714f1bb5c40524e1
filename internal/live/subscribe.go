package live

import (
	"context"
	"slices"
	"sync"

	"kabinet/domain"
)

// Subscriber is who follows a topic. It is called by one goroutine at a time. Events are shared and must not be changed.
type Subscriber interface {
	// Try takes an event if that needs no waiting. It is called for many subscribers one after the other.
	Try(e *domain.Event) (taken bool)
	// Take takes an event that Try left, and may wait. False: the subscriber wants no more.
	Take(e *domain.Event) bool
	// End is called once, after everything else. It must not wait.
	End()
}

// Follow has who follow a topic until ctx ends. With after, what was missed comes first, in order and exactly once; when the cursor is older than what is
// kept, one event of the kind GAP comes instead, with the cursor to go on from. It ends when ctx ends, when the subscriber wants no more or does not keep up, or
// when the hub stops; a client then resumes by the last cursor it saw. With an error who is never called.
//
// An idle subscriber has no goroutine. One that has to wait for something gets one, for as long as events wait for it.
func (h *Hub) Follow(ctx context.Context, topic domain.Topic, after *domain.Cursor, who Subscriber) error {
	select {
	case <-h.ready:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	s := &subscriber{topic: topic, who: who, busy: after != nil}
	place, err := h.enrol(s)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { h.drop(s) })
	if after != nil {
		go h.resume(ctx, s, *after, place)
	}
	return nil
}

// subscriber is one of a hub's subscribers, and what waits for it.
type subscriber struct {
	topic domain.Topic
	who   Subscriber

	mu      sync.Mutex
	waiting []*domain.Event
	last    domain.Cursor // events up to it are known to the client
	busy    bool          // a goroutine hands events over
	gone    bool          // no more will come; written with the hub's lock too
}

// kept is for how many events an idle subscriber keeps room.
const kept = 4

// push puts an event behind those that wait; wake says that nobody is about to hand it over. It does not fit when limit events wait.
func (s *subscriber) push(e *domain.Event, limit int) (fits, wake bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) >= limit {
		return false, false
	}
	s.waiting = append(s.waiting, e)
	wake = !s.busy
	s.busy = true
	return true, wake
}

// pop is the next event to hand over; nil when there is none, and whoever asked is not the one that hands them over any more.
func (s *subscriber) pop() *domain.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.waiting) > 0 {
		e := s.waiting[0]
		s.waiting = slices.Delete(s.waiting, 0, 1)
		// Another process may have shown the client more than this one had seen when the client came.
		if s.last.Less(e.Cursor) {
			return e
		}
	}
	if cap(s.waiting) > kept {
		s.waiting = nil
	}
	s.busy = false
	if s.gone {
		s.who.End()
	}
	return nil
}

// leave says that no more will come.
func (s *subscriber) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = true
	if !s.busy {
		s.who.End()
	}
}

// handOver gives the subscriber what waits, on a goroutine of its own from the first event on that needs waiting.
func (h *Hub) handOver(s *subscriber) {
	for e := s.pop(); e != nil; e = s.pop() {
		if !s.who.Try(e) {
			go h.wait(s, e)
			return
		}
	}
}

// wait gives the subscriber an event and what waits behind it.
func (h *Hub) wait(s *subscriber, e *domain.Event) {
	for ; e != nil; e = s.pop() {
		if !s.who.Take(e) {
			h.discard(s)
		}
	}
}

// discard ends a subscriber that is being served, and forgets what waits for it.
func (h *Hub) discard(s *subscriber) {
	h.drop(s)
	s.mu.Lock()
	s.waiting = nil
	s.mu.Unlock()
}

// resume gives the subscriber what it has missed, and goes on with what has come since.
func (h *Hub) resume(ctx context.Context, s *subscriber, after, place domain.Cursor) {
	last, ok := h.replay(ctx, s, after, place)
	s.mu.Lock()
	s.last = last
	s.mu.Unlock()
	if !ok {
		h.discard(s)
	}
	h.wait(s, s.pop())
}

// replay gives a subscriber the events of its topic in (after, place] and returns the last cursor that it has seen then; false when it is to end.
func (h *Hub) replay(ctx context.Context, s *subscriber, after, place domain.Cursor) (domain.Cursor, bool) {
	for {
		events, gap, err := h.cfg.Source.EventsAfter(ctx, s.topic, after, h.cfg.Batch)
		if err != nil {
			h.complain(ctx, "read missed events", err)
			return after, false
		}
		if gap {
			missing := domain.Event{Cursor: place, At: h.cfg.Now().UTC(), Kind: domain.EventGap, CustomerID: s.topic.CustomerID, OrderID: s.topic.OrderID}
			return place, s.who.Take(&missing)
		}
		for i := range events {
			e := &events[i]
			if place.Less(e.Cursor) {
				return after, true
			}
			after = e.Cursor
			if s.topic.Matches(e) && !s.who.Take(e) {
				return after, false
			}
		}
		if len(events) < h.cfg.Batch {
			return after, true
		}
	}
}
