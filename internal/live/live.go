// Package live carries what happened from the database to the subscribers of this process.
//
// Events are rows that commit with the fact. The hub lines committed events up, reads each new one once, and hands it to every subscriber
// whose topic it matches. It looks whenever somebody says that something was committed (this process by Wake, another one by the
// channel of notifications) and every Poll besides, so a lost notification delays an event and never loses it.
//
// A subscriber that resumes by a cursor is enrolled first and then reads what it missed from the database up to the place where it was enrolled;
// what comes live begins right behind that place. So there is no moment in which an event could be missed or come twice.
//
// Writers never wait for readers and readers never for each other: a subscriber that does not keep up is dropped and resumes by its last cursor.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"kabinet/domain"
)

// Source is where events come from.
type Source interface {
	// LineUpEvents gives committed events their place in the order, tells other processes, and returns how many there were.
	LineUpEvents(ctx context.Context) (int64, error)
	// Head is the cursor of the last event.
	Head(ctx context.Context) (domain.Cursor, error)
	// Tail reads all events after a cursor, oldest first.
	Tail(ctx context.Context, after domain.Cursor, limit int) ([]domain.Event, error)
	// EventsAfter reads a topic's events after a cursor, oldest first; gap says that the cursor is older than what is kept.
	EventsAfter(ctx context.Context, t domain.Topic, after domain.Cursor, limit int) (events []domain.Event, gap bool, err error)
}

// Config is how a hub works. Only Source is required.
type Config struct {
	Source Source
	// Poll is how often the hub looks without being told. Default 1 s.
	Poll time.Duration
	// Pause is how much longer, for each event that was lined up, the next lining up waits, so that what is committed close together goes together: under
	// load the events of many transactions share one, and one alone does not wait. Default 2 ms.
	Pause time.Duration
	// MaxPause is the longest wait. Default 50 ms.
	MaxPause time.Duration
	// Lined is called when events were lined up here; jobs may have been asked for with them. Default: nobody.
	Lined func()
	// Buffer is how many events may wait for a subscriber before it is dropped. Default 256.
	Buffer int
	// Patience is how long the source may take for one answer. Default 3 s.
	Patience time.Duration
	// Batch is how many events are read at once. Default 500.
	Batch int
	// Now is the clock of gap events. Default time.Now.
	Now func() time.Time
	// Handed is told of the events that were handed to the subscribers, all at once and from one goroutine. Default: nobody.
	Handed func(events []domain.Event)
	// Log gets failures of the source. Default slog.Default().
	Log *slog.Logger
}

// Hub hands events to subscribers. Make it with New, start it with Run.
type Hub struct {
	cfg  Config
	wake chan struct{}

	mu      sync.Mutex
	at      domain.Cursor // the last event handed out
	ready   chan struct{} // closed when at is known
	running bool
	stopped bool
	byOrder map[int64]map[*subscriber]struct{}
	byOwner map[int64]map[*subscriber]struct{}
	byClub  map[int64]map[*subscriber]struct{}
	desk    map[*subscriber]struct{}
	count   int
	dropped int64
	woken   []*subscriber // for whom something has come and nobody hands it over yet
}

// together is how many subscribers are given events by one goroutine, as long as none has to wait.
const together = 64

// New makes a hub that does nothing until Run.
func New(cfg Config) *Hub {
	if cfg.Poll == 0 {
		cfg.Poll = time.Second
	}
	if cfg.Patience == 0 {
		cfg.Patience = 3 * time.Second
	}
	if cfg.Pause == 0 {
		cfg.Pause = 2 * time.Millisecond
	}
	if cfg.MaxPause == 0 {
		cfg.MaxPause = 50 * time.Millisecond
	}
	if cfg.Lined == nil {
		cfg.Lined = func() {}
	}
	if cfg.Buffer == 0 {
		cfg.Buffer = 256
	}
	if cfg.Batch == 0 {
		cfg.Batch = 500
	}
	if cfg.Handed == nil {
		cfg.Handed = func([]domain.Event) {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	cfg.Source = hasty{cfg.Source, cfg.Patience}
	return &Hub{
		cfg: cfg, wake: make(chan struct{}, 1), ready: make(chan struct{}),
		byOrder: map[int64]map[*subscriber]struct{}{}, byOwner: map[int64]map[*subscriber]struct{}{}, byClub: map[int64]map[*subscriber]struct{}{},
		desk: map[*subscriber]struct{}{},
	}
}

// Wake says that something was committed. It never blocks.
func (h *Hub) Wake() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Stats are how many subscribers there are and how many were dropped so far because they did not keep up.
func (h *Hub) Stats() (subscribers int, dropped int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count, h.dropped
}

// Run hands out events until ctx ends; then all subscribers end. notified tells of events that other processes lined up; it may be nil. Run
// is called once.
func (h *Hub) Run(ctx context.Context, notified <-chan struct{}) {
	defer h.closeAll()
	tick := time.NewTicker(h.cfg.Poll)
	defer tick.Stop()
	begun := false
	lineUp, read := true, true // what to do next: line up what was committed; read what others may have lined up
	for ctx.Err() == nil {
		if !begun {
			begun = h.begin(ctx)
		}
		lined := int64(0)
		if begun && lineUp {
			lined = h.lineUp(ctx)
		}
		if begun && (lined > 0 || read) {
			h.read(ctx)
		}
		if lined > 0 {
			sleep(ctx, min(time.Duration(lined)*h.cfg.Pause, h.cfg.MaxPause))
		}
		lineUp, read = false, false
		select {
		case <-h.wake:
			lineUp = true
		case <-notified:
			read = true
		case <-tick.C:
			lineUp, read = true, true
		case <-ctx.Done():
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// begin finds where the stream stands now; events before it are history.
func (h *Hub) begin(ctx context.Context) bool {
	head, err := h.cfg.Source.Head(ctx)
	if err != nil {
		h.complain(ctx, "find the head of the event stream", err)
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at, h.running = head, true
	close(h.ready)
	return true
}

// lineUp lines up what was committed and says how much there was.
func (h *Hub) lineUp(ctx context.Context) int64 {
	n, err := h.cfg.Source.LineUpEvents(ctx)
	if err != nil {
		h.complain(ctx, "line up events", err)
	}
	if n > 0 {
		h.cfg.Lined()
	}
	return n
}

// read hands out all that is new.
func (h *Hub) read(ctx context.Context) {
	for {
		events, err := h.cfg.Source.Tail(ctx, h.at, h.cfg.Batch)
		if err != nil {
			h.complain(ctx, "read events", err)
			return
		}
		h.handOut(events)
		h.cfg.Handed(events)
		if len(events) < h.cfg.Batch {
			return
		}
	}
}

func (h *Hub) complain(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		h.cfg.Log.Warn("live: failed, trying again", "to", what, "err", err)
	}
}

func (h *Hub) handOut(events []domain.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer h.serveWoken()
	for i := range events {
		e := &events[i]
		h.at = e.Cursor
		for s := range h.byOrder[e.OrderID] {
			h.offer(s, e)
		}
		for s := range h.byOwner[e.CustomerID] {
			h.offer(s, e)
		}
		for s := range h.byClub[e.ClubID] {
			h.offer(s, e)
		}
		if e.Desk {
			for s := range h.desk {
				h.offer(s, e)
			}
		}
	}
}

// offer leaves an event with a subscriber, or drops the subscriber when too much waits for it; the lock is held.
func (h *Hub) offer(s *subscriber, e *domain.Event) {
	if !s.topic.Matches(e) {
		return
	}
	switch fits, wake := s.push(e, h.cfg.Buffer); {
	case !fits:
		h.dropped++
		h.remove(s)
	case wake:
		if h.woken = append(h.woken, s); len(h.woken) == together {
			h.serveWoken()
		}
	}
}

// serveWoken gives those who were woken what waits for them, on a goroutine for all of them; the lock is held.
func (h *Hub) serveWoken() {
	if len(h.woken) == 0 {
		return
	}
	woken := h.woken
	h.woken = nil
	go func() {
		for _, s := range woken {
			h.handOver(s)
		}
	}()
}

// enrol adds a subscriber and returns the place behind which its live events begin.
func (h *Hub) enrol(s *subscriber) (domain.Cursor, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return domain.Cursor{}, domain.ErrStreamEnded
	}
	switch {
	case s.topic.OrderID != 0:
		join(h.byOrder, s.topic.OrderID, s)
	case s.topic.CustomerID != 0:
		join(h.byOwner, s.topic.CustomerID, s)
	case s.topic.ClubID != 0:
		join(h.byClub, s.topic.ClubID, s)
	default:
		h.desk[s] = struct{}{}
	}
	h.count++
	return h.at, nil
}

func join(m map[int64]map[*subscriber]struct{}, key int64, s *subscriber) {
	if m[key] == nil {
		m[key] = map[*subscriber]struct{}{}
	}
	m[key][s] = struct{}{}
}

func leave(m map[int64]map[*subscriber]struct{}, key int64, s *subscriber) {
	delete(m[key], s)
	if len(m[key]) == 0 {
		delete(m, key)
	}
}

// remove takes a subscriber out; it ends once it was given what waits for it. The lock is held.
func (h *Hub) remove(s *subscriber) {
	switch {
	case s.topic.OrderID != 0:
		leave(h.byOrder, s.topic.OrderID, s)
	case s.topic.CustomerID != 0:
		leave(h.byOwner, s.topic.CustomerID, s)
	case s.topic.ClubID != 0:
		leave(h.byClub, s.topic.ClubID, s)
	default:
		delete(h.desk, s)
	}
	h.count--
	s.leave()
}

// drop takes a subscriber out unless that was done.
func (h *Hub) drop(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !s.gone {
		h.remove(s)
	}
}

func (h *Hub) closeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopped = true
	if !h.running {
		h.running = true
		close(h.ready)
	}
	for _, m := range []map[int64]map[*subscriber]struct{}{h.byOrder, h.byOwner, h.byClub, {0: h.desk}} {
		for _, set := range m {
			for s := range set {
				h.remove(s)
			}
		}
	}
}
