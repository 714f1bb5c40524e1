package live_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
	"kabinet/internal/live"
	"kabinet/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// patience bounds every wait: what takes longer does not happen.
const patience = 20 * time.Second

// journal is a source that keeps its events in order in memory, as many as it is told to keep.
type journal struct {
	mu     sync.Mutex
	events []domain.Event
	gone   int64 // the last sequence number that is no longer kept
	seq    int64
	fail   error
	reads  int
}

// write appends an event of a customer, of whom order is one order.
func (j *journal) write(customer, order int64) domain.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	e := domain.Event{Cursor: domain.Cursor{Seq: j.seq}, Kind: domain.EventOrderPlaced, CustomerID: customer, OrderID: order, Desk: true, Order: &domain.Order{ID: order}}
	j.events = append(j.events, e)
	return e
}

// post appends an event of the feed of a club.
func (j *journal) post(club int64) domain.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	e := domain.Event{Cursor: domain.Cursor{Seq: j.seq}, Kind: domain.EventPostCreated, ClubID: club, Post: &domain.PostRef{ID: j.seq}}
	j.events = append(j.events, e)
	return e
}

// forget drops the events up to and with a number.
func (j *journal) forget(upTo int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.gone = upTo
	j.events = slices.DeleteFunc(j.events, func(e domain.Event) bool { return e.Cursor.Seq <= upTo })
}

func (j *journal) breakDown(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.fail = err
}

func (j *journal) LineUpEvents(context.Context) (int64, error) { return 1, j.failure() }

func (j *journal) failure() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.fail
}

func (j *journal) Head(context.Context) (domain.Cursor, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return domain.Cursor{Seq: j.seq}, j.fail
}

func (j *journal) Tail(_ context.Context, after domain.Cursor, limit int) ([]domain.Event, error) {
	return j.read(func(e domain.Event) bool { return after.Less(e.Cursor) }, limit)
}

func (j *journal) EventsAfter(_ context.Context, t domain.Topic, after domain.Cursor, limit int) ([]domain.Event, bool, error) {
	found, err := j.read(func(e domain.Event) bool { return after.Less(e.Cursor) && t.Matches(&e) }, limit)
	j.mu.Lock()
	defer j.mu.Unlock()
	return found, after.Seq < j.gone, err
}

func (j *journal) read(wanted func(domain.Event) bool, limit int) (found []domain.Event, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.reads++
	for _, e := range j.events {
		if wanted(e) && len(found) < limit {
			found = append(found, e)
		}
	}
	return found, j.fail
}

// running is a hub at work.
type running struct {
	*live.Hub
	stop func()
}

func run(cfg live.Config, notified <-chan struct{}) running {
	cfg.Log = slog.New(slog.DiscardHandler)
	h := live.New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { h.Run(ctx, notified) })
	return running{h, func() { cancel(); done.Wait() }}
}

// Subscribe follows a topic through a channel, which closes at the end.
func (r running) Subscribe(ctx context.Context, topic domain.Topic, after *domain.Cursor) (<-chan *domain.Event, error) {
	c := channel{ctx, make(chan *domain.Event)}
	return c.events, r.Follow(ctx, topic, after, c)
}

// channel is a subscriber that waits for whoever reads.
type channel struct {
	ctx    context.Context //nolint:containedctx // that of the subscription
	events chan *domain.Event
}

func (c channel) Try(e *domain.Event) bool {
	select {
	case c.events <- e:
		return true
	default:
		return false
	}
}

func (c channel) Take(e *domain.Event) bool {
	select {
	case c.events <- e:
		return true
	case <-c.ctx.Done():
		return false
	}
}

func (c channel) End() { close(c.events) }

// fataler is a test or a property check.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// take receives n events.
func take(t fataler, events <-chan *domain.Event, n int) (got []domain.Event) {
	t.Helper()
	deadline := time.After(patience)
	for range n {
		select {
		case e, open := <-events:
			if !open {
				t.Fatalf("the stream ended after %d of %d events", len(got), n)
			}
			got = append(got, *e)
		case <-deadline:
			t.Fatalf("after %d of %d events the stream stayed silent", len(got), n)
		}
	}
	return got
}

// ends waits until the channel is closed; what comes before does not count.
func ends(t fataler, events <-chan *domain.Event) {
	t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case _, open := <-events:
			if !open {
				return
			}
		case <-deadline:
			t.Fatalf("the stream did not end")
		}
	}
}

func numbers(events []domain.Event) (out []int64) {
	for _, e := range events {
		out = append(out, e.Cursor.Seq)
	}
	return out
}

// Whatever is written before, while and after somebody subscribes, in whatever batches it is read, they get exactly what belongs to them behind
// their cursor, once and in order.
func TestHub_ResumesWithNothingLostDoubledOrReordered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		j := &journal{}
		owners := rapid.SliceOfN(rapid.Int64Range(1, 3), 0, 60)
		for _, owner := range owners.Draw(t, "before") {
			j.write(owner, owner*10)
		}
		h := run(live.Config{Source: j, Poll: time.Millisecond, Batch: rapid.IntRange(1, 7).Draw(t, "batch")}, nil)
		defer h.stop()
		var writers sync.WaitGroup
		defer writers.Wait()
		for range rapid.IntRange(1, 3).Draw(t, "writers") {
			of := owners.Draw(t, "of")
			writers.Go(func() {
				for _, owner := range of {
					j.write(owner, owner*10)
					h.Wake()
				}
			})
		}
		topic := rapid.SampledFrom([]domain.Topic{{CustomerID: 1}, {OrderID: 20}, {Desk: true}}).Draw(t, "topic")
		after := domain.Cursor{Seq: rapid.Int64Range(0, 30).Draw(t, "after")}
		ctx, leave := context.WithCancel(context.Background())
		defer leave()
		events, err := h.Subscribe(ctx, topic, &after)
		if err != nil {
			t.Fatalf("%v", err)
		}
		writers.Wait()
		last := j.write(1, 20) // belongs to every topic
		h.Wake()
		want, _ := j.read(func(e domain.Event) bool { return after.Less(e.Cursor) && topic.Matches(&e) }, 1000)
		if last.Cursor.Seq <= after.Seq {
			return
		}
		if got := take(t, events, len(want)); !slices.Equal(numbers(got), numbers(want)) {
			t.Fatalf("got %v, want %v", numbers(got), numbers(want))
		}
	})
}

func TestHub_WithoutACursorBeginsWithWhatComesNext(t *testing.T) {
	t.Parallel()
	j := &journal{}
	j.write(1, 10)
	notified := make(chan struct{}, 1)
	h := run(live.Config{Source: j, Poll: time.Hour}, notified)
	defer h.stop()
	ctx, leave := context.WithCancel(t.Context())
	events, err := h.Subscribe(ctx, domain.Topic{CustomerID: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	j.write(2, 20)
	second := j.write(1, 10)
	notified <- struct{}{} // as another process would
	if got := take(t, events, 1); got[0].Cursor != second.Cursor {
		t.Errorf("got %v, want %v", got[0].Cursor, second.Cursor)
	}
	leave()
	ends(t, events)
	if n, dropped := h.Stats(); n != 0 || dropped != 0 {
		t.Errorf("%d subscribers and %d dropped after the only one left", n, dropped)
	}
}

func TestHub_HandsTheFeedOfAClubToThoseWhoFollowIt(t *testing.T) {
	t.Parallel()
	j := &journal{}
	h := run(live.Config{Source: j, Poll: time.Hour}, nil)
	defer h.stop()
	ctx, leave := context.WithCancel(t.Context())
	events, err := h.Subscribe(ctx, domain.Topic{ClubID: 2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	j.post(3)
	j.write(1, 10)
	want := j.post(2)
	h.Wake()
	if got := take(t, events, 1); got[0].Cursor != want.Cursor {
		t.Errorf("got %v, want %v", got[0].Cursor, want.Cursor)
	}
	leave()
	ends(t, events)
}

func TestHub_DropsWhoDoesNotKeepUpAndServesTheRest(t *testing.T) {
	t.Parallel()
	j := &journal{}
	h := run(live.Config{Source: j, Poll: time.Hour, Buffer: 4}, nil)
	defer h.stop()
	start := domain.Cursor{}
	subscribe := func(after *domain.Cursor) <-chan *domain.Event {
		events, err := h.Subscribe(t.Context(), domain.Topic{Desk: true}, after)
		if err != nil {
			t.Fatal(err)
		}
		return events
	}
	quick, slow, resumed := subscribe(nil), subscribe(nil), subscribe(&start)
	for i := range 20 {
		want := j.write(1, 10)
		h.Wake()
		if got := take(t, quick, 1); got[0].Cursor != want.Cursor {
			t.Fatalf("event %d is %v, want %v", i, got[0].Cursor, want.Cursor)
		}
	}
	if n := len(take(t, slow, 4)); n != 4 {
		t.Errorf("the slow one got %d", n)
	}
	ends(t, slow)
	ends(t, resumed)
	if n, dropped := h.Stats(); n != 1 || dropped != 2 {
		t.Errorf("%d subscribers, %d dropped", n, dropped)
	}
}

func TestHub_TellsAGapOnceAndGoesOnBehindIt(t *testing.T) {
	t.Parallel()
	j := &journal{}
	for range 5 {
		j.write(1, 10)
	}
	j.forget(4)
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	h := run(live.Config{Source: j, Poll: time.Millisecond, Now: func() time.Time { return at }}, nil)
	defer h.stop()
	old := domain.Cursor{Seq: 2}
	events, err := h.Subscribe(t.Context(), domain.Topic{CustomerID: 1}, &old)
	if err != nil {
		t.Fatal(err)
	}
	gap := take(t, events, 1)[0]
	if gap.Kind != domain.EventGap || gap.Cursor.Seq != 5 || !gap.At.Equal(at) || gap.CustomerID != 1 {
		t.Errorf("instead of a gap came %+v", gap)
	}
	next := j.write(1, 10)
	if got := take(t, events, 1)[0]; got.Cursor != next.Cursor {
		t.Errorf("behind the gap came %+v", got)
	}
}

func TestHub_SurvivesASourceThatFails(t *testing.T) {
	t.Parallel()
	j := &journal{}
	j.breakDown(errors.New("the database restarts"))
	h := run(live.Config{Source: j, Poll: time.Millisecond}, nil)
	defer h.stop()
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Subscribe(impatient, domain.Topic{Desk: true}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("who does not wait gets %v", err)
	}
	j.breakDown(nil)
	events, err := h.Subscribe(t.Context(), domain.Topic{Desk: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	j.breakDown(errors.New("again"))
	missed := j.write(1, 10)
	j.breakDown(nil)
	if got := take(t, events, 1)[0]; got.Cursor != missed.Cursor {
		t.Errorf("after the failure came %+v", got)
	}
	j.breakDown(errors.New("for good"))
	start := domain.Cursor{}
	broken, err := h.Subscribe(t.Context(), domain.Topic{Desk: true}, &start)
	if err != nil {
		t.Fatal(err)
	}
	ends(t, broken)
}

func TestHub_EndsEveryStreamWhenItStops(t *testing.T) {
	t.Parallel()
	j := &journal{}
	h := run(live.Config{Source: j, Poll: time.Hour}, nil)
	start := domain.Cursor{}
	var streams []<-chan *domain.Event
	for _, topic := range []domain.Topic{{CustomerID: 1}, {OrderID: 10}, {Desk: true}} {
		for _, after := range []*domain.Cursor{nil, &start} {
			events, err := h.Subscribe(t.Context(), topic, after)
			if err != nil {
				t.Fatal(err)
			}
			streams = append(streams, events)
		}
	}
	h.stop()
	for _, events := range streams {
		ends(t, events)
	}
	if _, err := h.Subscribe(t.Context(), domain.Topic{Desk: true}, nil); !errors.Is(err, domain.ErrStreamEnded) {
		t.Errorf("who comes later gets %v", err)
	}
	if n, _ := h.Stats(); n != 0 {
		t.Errorf("%d subscribers are left", n)
	}
}

func TestHub_ReadsEachEventOnceForAllSubscribers(t *testing.T) {
	t.Parallel()
	j := &journal{}
	h := run(live.Config{Source: j, Poll: time.Hour}, nil)
	defer h.stop()
	const many = 1000
	streams := make([]<-chan *domain.Event, many)
	for i := range streams {
		var err error
		if streams[i], err = h.Subscribe(t.Context(), domain.Topic{CustomerID: 1}, nil); err != nil {
			t.Fatal(err)
		}
	}
	j.write(1, 10)
	j.mu.Lock()
	before := j.reads
	j.mu.Unlock()
	h.Wake()
	for _, events := range streams {
		take(t, events, 1)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if n := j.reads - before; n > 2 {
		t.Errorf("one event for %d subscribers was read %d times", many, n)
	}
}

// content is a subscriber that wants so many events and no more.
type content struct {
	wants int
	got   []int64
	ended chan struct{}
}

func (c *content) Try(*domain.Event) bool { return false }

func (c *content) Take(e *domain.Event) bool {
	c.got = append(c.got, e.Cursor.Seq)
	return len(c.got) < c.wants
}

func (c *content) End() { close(c.ended) }

func TestHub_LeavesAloneWhoWantsNoMore(t *testing.T) {
	t.Parallel()
	j := &journal{}
	for range 3 {
		j.write(1, 10)
	}
	h := run(live.Config{Source: j, Poll: time.Hour}, nil)
	defer h.stop()
	start := domain.Cursor{}
	for wants, after := range map[int]*domain.Cursor{2: &start, 1: nil} {
		c := &content{wants: wants, ended: make(chan struct{})}
		if err := h.Follow(t.Context(), domain.Topic{Desk: true}, after, c); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			j.write(1, 10)
		}
		h.Wake()
		select {
		case <-c.ended:
		case <-time.After(patience):
			t.Fatal("who wants no more is not let go")
		}
		if len(c.got) != wants || !slices.IsSorted(c.got) {
			t.Errorf("%v came, want %d events", c.got, wants)
		}
	}
	if n, dropped := h.Stats(); n != 0 || dropped != 0 {
		t.Errorf("%d subscribers, %d dropped", n, dropped)
	}
}
