package graph

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"kabinet/domain"
)

// RightsConfig is how a process learns what was revoked. The zero RightsConfig is one where nothing ever is.
type RightsConfig struct {
	// Revoked reads what took the rights from access tokens that have not ended by themselves. Nil: nothing does.
	Revoked func(ctx context.Context) (domain.Revoked, error)
	// Poll is how often it is read without being told to. Default 3 s.
	Poll time.Duration
	// Patience is how long one read may take. Default 2 s.
	Patience time.Duration
	// Now is the clock that access tokens end by. Default time.Now.
	Now func() time.Time
	// Log gets failures to read. Default slog.Default().
	Log *slog.Logger
}

// Rights knows which access tokens count: those that have not ended, whose session has not ended and whose role is still the person's. It keeps in memory what
// was revoked within the life of a token, so that a request costs no query for its caller, and reads it anew whenever it is told that there is more,
// and now and then besides. It also ends the live connections whose token counts no more.
//
// While the database cannot be reached, what was read last counts; whoever has rights that way finds nothing to use them on.
type Rights struct {
	config  RightsConfig
	gate    *ReadGate[struct{}]
	revoked atomic.Pointer[domain.Revoked]

	mu   sync.Mutex
	held map[*holding]struct{}
}

// holding is a live connection that goes on while its access counts.
type holding struct {
	viewer domain.Viewer
	end    func(reason error)
	timer  *time.Timer // nil for an access without an end
}

// NewRights knows of nothing that was revoked until Look.
func NewRights(config RightsConfig) *Rights {
	if config.Revoked == nil {
		config.Revoked = func(context.Context) (domain.Revoked, error) { return domain.Revoked{}, nil }
	}
	if config.Poll == 0 {
		config.Poll = 3 * time.Second
	}
	if config.Patience == 0 {
		config.Patience = 2 * time.Second
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	r := &Rights{config: config, held: map[*holding]struct{}{}}
	r.revoked.Store(&domain.Revoked{})
	r.gate = NewReadGate(r.read, config.Patience)
	return r
}

// Run looks whenever it is notified, and every Poll besides, until ctx ends. So a notification that is lost costs a moment.
func (r *Rights) Run(ctx context.Context, notified <-chan struct{}) {
	tick := time.NewTicker(r.config.Poll)
	defer tick.Stop()
	for {
		select {
		case <-notified:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if err := r.Look(ctx); err != nil && ctx.Err() == nil {
			r.config.Log.WarnContext(ctx, "what was revoked was not read, trying again", "err", err)
		}
	}
}

// Look reads what was revoked. What was committed before the call counts once it returns without an error.
func (r *Rights) Look(ctx context.Context) error {
	_, err := r.gate.Read(ctx)
	return err
}

// read is called by one goroutine at a time.
func (r *Rights) read(ctx context.Context) (struct{}, error) {
	now, err := r.config.Revoked(ctx)
	if err != nil {
		return struct{}{}, err
	}
	if before := r.revoked.Swap(&now); before.Covers(now) {
		return struct{}{}, nil
	}
	ended := map[*holding]error{}
	r.mu.Lock()
	for h := range r.held {
		if reason := now.Check(h.viewer); reason != nil {
			ended[h] = reason
		}
	}
	r.mu.Unlock()
	for h, reason := range ended {
		r.finish(h, reason)
	}
	return struct{}{}, nil
}

// check says why a token of the viewer counts no more; its own end is checked by who reads it.
func (r *Rights) check(v domain.Viewer) error { return r.revoked.Load().Check(v) }

// hold calls end once the access counts no more, unless it was let go before; end must not wait for anything. An access without a viewer always counts.
func (r *Rights) hold(a domain.Access, end func(reason error)) (letGo func()) {
	if !a.Viewer.SignedIn() {
		return func() {}
	}
	h := &holding{viewer: a.Viewer, end: end}
	r.mu.Lock()
	r.held[h] = struct{}{}
	if !a.EndsAt.IsZero() {
		h.timer = time.AfterFunc(a.EndsAt.Sub(r.config.Now()), func() { r.finish(h, domain.ErrAccessEnded) })
	}
	r.mu.Unlock()
	if reason := r.check(a.Viewer); reason != nil { // what is revoked from now on, read finds among those that are held
		r.finish(h, reason)
	}
	return func() { r.take(h) }
}

// finish ends what is held, unless that was done or it was let go.
func (r *Rights) finish(h *holding, reason error) {
	if r.take(h) {
		h.end(reason)
	}
}

// take says whether it was the one that took h away.
func (r *Rights) take(h *holding) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, held := r.held[h]
	delete(r.held, h)
	if h.timer != nil {
		h.timer.Stop()
	}
	return held
}
