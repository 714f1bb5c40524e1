package graph

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"kabinet/domain"
)

// Gate bounds how many queries and mutations this process works on at once. What comes beyond that waits in a short line; what finds the line full, or
// waits in it too long, is refused at once with RATE_LIMITED, so that those who are let in are served as fast as ever. Subscriptions are outside of it.
type Gate struct {
	// Running is how many are worked on at once. 0: there is no gate.
	Running int
	// Waiting is how many may wait. Default four times as many.
	Waiting int
	// Patience is how long one may wait. Default 1 s.
	Patience time.Duration
}

func (g Gate) withDefaults() Gate {
	if g.Waiting == 0 {
		g.Waiting = 4 * g.Running
	}
	if g.Patience == 0 {
		g.Patience = time.Second
	}
	return g
}

// Load is how busy the gate is.
type Load struct {
	Running, Waiting int64
	Refused          int64 // so far
}

type gate struct {
	Gate
	places  chan struct{} // holds one for each that runs
	waiting atomic.Int64
	refused atomic.Int64
}

func newGate(g Gate) *gate {
	g = g.withDefaults()
	return &gate{Gate: g, places: make(chan struct{}, g.Running)}
}

// errBusy tells that there are too many requests of everybody together.
var errBusy = &domain.Error{Code: domain.RateLimited, Message: "the server is busy; try again in a moment", RetryAfter: time.Second}

// enter waits for a place; leave must be called on what it returns. False says that there is none to be had, or that ctx ended.
func (g *gate) enter(ctx context.Context) (place, bool) {
	if g.Running <= 0 {
		return place{}, true
	}
	select {
	case g.places <- struct{}{}:
		return place{g}, true
	default:
	}
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) <= int64(g.Waiting) {
		patience := time.NewTimer(g.Patience)
		defer patience.Stop()
		select {
		case g.places <- struct{}{}:
			return place{g}, true
		case <-patience.C:
		case <-ctx.Done():
			return place{}, false
		}
	}
	g.refused.Add(1)
	return place{}, false
}

// place is one of those that run.
type place struct{ of *gate }

// leave gives the place to the next one. Only the first time counts.
func (p *place) leave() {
	if p.of != nil {
		<-p.of.places
		p.of = nil
	}
}

// admit lets a request in, or refuses it with 503 and Retry-After.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request) (place, bool) {
	p, admitted := h.door.enter(r.Context())
	if !admitted && r.Context().Err() == nil {
		h.refuse(r.Context(), w, r, http.StatusServiceUnavailable, errBusy)
	}
	return p, admitted
}

// Load tells how busy the handler is.
func (h *Handler) Load() Load {
	return Load{Running: int64(len(h.door.places)), Waiting: h.door.waiting.Load(), Refused: h.door.refused.Load()}
}
