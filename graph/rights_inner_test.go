package graph

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
)

// book is a source of what was revoked that a test writes.
type book struct {
	mu      sync.Mutex
	revoked domain.Revoked
	broken  bool
	reads   int
}

func newBook() *book {
	return &book{revoked: domain.Revoked{Sessions: map[int64]struct{}{}, Roles: map[int64]domain.StaffRole{}}}
}

func (b *book) write(change func(*book)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(b)
}

func (b *book) end(session int64) {
	b.write(func(b *book) { b.revoked.Sessions[session] = struct{}{} })
}

func (b *book) Revoked(context.Context) (domain.Revoked, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reads++
	if b.broken {
		return domain.Revoked{}, errors.New("no database")
	}
	return domain.Revoked{Sessions: maps.Clone(b.revoked.Sessions), Roles: maps.Clone(b.revoked.Roles)}, nil
}

func (b *book) rights() *Rights {
	return NewRights(RightsConfig{Revoked: b.Revoked, Log: slog.New(slog.DiscardHandler)})
}

// Whatever ends, changes and is forgotten again in whatever order, what is held is ended by the first look after its access was revoked, once and with the
// reason, and nothing else is.
func TestRights_EndWhatIsHeldWithTheFirstLookAfterItWasRevoked(t *testing.T) {
	t.Parallel()
	type connection struct {
		viewer domain.Viewer
		letGo  func()
		gone   bool
		ended  []error
		due    error // with the last look; nil while it goes on
	}
	rapid.Check(t, func(t *rapid.T) {
		b := newBook()
		r := b.rights()
		var all []*connection
		known := domain.Revoked{} // by the last look
		look := func() {
			if err := r.Look(context.Background()); err != nil {
				t.Fatal(err)
			}
			known, _ = b.Revoked(context.Background())
			for _, c := range all {
				if !c.gone && c.due == nil {
					c.due = known.Check(c.viewer)
				}
			}
		}
		person := rapid.Int64Range(1, 4)
		role := rapid.SampledFrom([]domain.StaffRole{domain.Operator, domain.Manager})
		t.Repeat(map[string]func(*rapid.T){
			"a session ends": func(t *rapid.T) { b.end(person.Draw(t, "session")) },
			"a role changes": func(t *rapid.T) {
				b.write(func(b *book) { b.revoked.Roles[person.Draw(t, "staff")] = role.Draw(t, "role") })
			},
			"time passes":       func(*rapid.T) { b.write(func(b *book) { clear(b.revoked.Sessions) }) },
			"a role is old now": func(*rapid.T) { b.write(func(b *book) { clear(b.revoked.Roles) }) },
			"look":              func(*rapid.T) { look() },
			"hold": func(t *rapid.T) {
				c := &connection{viewer: domain.Viewer{SessionID: person.Draw(t, "session"), StaffID: person.Draw(t, "staff"), Role: role.Draw(t, "role")}}
				c.due = known.Check(c.viewer)
				c.letGo = r.hold(domain.Access{Viewer: c.viewer}, func(reason error) { c.ended = append(c.ended, reason) })
				all = append(all, c)
			},
			"let go": func(t *rapid.T) {
				if len(all) > 0 {
					c := rapid.SampledFrom(all).Draw(t, "connection")
					c.letGo()
					c.gone = true
				}
			},
			"": func(t *rapid.T) {
				held := 0
				for _, c := range all {
					switch {
					case c.due == nil && len(c.ended) == 0:
						if !c.gone {
							held++
						}
					case len(c.ended) != 1 || !errors.Is(c.ended[0], c.due):
						t.Fatalf("%+v was ended with %v, due is %v", c.viewer, c.ended, c.due)
					}
				}
				if len(r.held) != held {
					t.Fatalf("%d are held, want %d", len(r.held), held)
				}
				for session := int64(1); session <= 4; session++ {
					v := domain.Viewer{SessionID: session, StaffID: session, Role: domain.Operator}
					if got, want := r.check(v), known.Check(v); !errors.Is(got, want) {
						t.Fatalf("a request of %+v: %v, want %v", v, got, want)
					}
				}
			},
		})
	})
}

// A connection that opens at the very moment in which its session ends is either refused or ended.
func TestRights_NobodySlipsThroughWhileSessionsEnd(t *testing.T) {
	t.Parallel()
	b := newBook()
	r := b.rights()
	const sessions, each = 50, 4
	var ended, twice atomic.Int64
	var all sync.WaitGroup
	for session := range int64(sessions) {
		v := domain.Viewer{SessionID: session + 1, CustomerID: 1}
		for range each {
			all.Go(func() {
				if r.check(v) != nil {
					ended.Add(1)
					return
				}
				var times atomic.Int64
				r.hold(domain.Access{Viewer: v}, func(error) {
					if times.Add(1) > 1 {
						twice.Add(1)
					}
					ended.Add(1)
				})
			})
		}
		all.Go(func() {
			b.end(v.SessionID)
			if err := r.Look(context.Background()); err != nil || r.check(v) == nil {
				t.Errorf("after the look a request of the session counts (%v)", err)
			}
		})
	}
	all.Wait()
	if ended.Load() != sessions*each || twice.Load() != 0 || len(r.held) != 0 {
		t.Errorf("%d of %d ended, %d twice, %d are still held", ended.Load(), sessions*each, twice.Load(), len(r.held))
	}
}

func TestRights_WhatIsHeldEndsWithItsToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := NewRights(RightsConfig{})
		begin := time.Now()
		anna := domain.Viewer{SessionID: 1, CustomerID: 1}
		ends := make(chan error, 1)
		r.hold(domain.Access{Viewer: anna, EndsAt: begin.Add(15 * time.Minute)}, func(reason error) { ends <- reason })
		r.hold(domain.Access{Viewer: anna, EndsAt: begin.Add(time.Minute)}, func(error) { t.Error("it was let go") })()
		r.hold(domain.Access{EndsAt: begin.Add(time.Minute)}, func(error) { t.Error("it is nobody's") })
		if reason := <-ends; !errors.Is(reason, domain.ErrAccessEnded) || time.Since(begin) != 15*time.Minute {
			t.Errorf("ended with %v after %s", reason, time.Since(begin))
		}
		r.hold(domain.Access{Viewer: anna, EndsAt: begin}, func(reason error) { ends <- reason })
		if reason := <-ends; !errors.Is(reason, domain.ErrAccessEnded) || len(r.held) != 0 {
			t.Errorf("one that had ended before was ended with %v; %d are held", reason, len(r.held))
		}
	})
}

func TestRights_LooksWhenNotifiedAndByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		r := b.rights()
		ctx, stop := context.WithCancel(t.Context())
		notified := make(chan struct{})
		go r.Run(ctx, notified)
		one, two, three := domain.Viewer{SessionID: 1}, domain.Viewer{SessionID: 2}, domain.Viewer{SessionID: 3}
		b.end(1)
		notified <- struct{}{}
		synctest.Wait()
		if r.check(one) == nil {
			t.Error("the notification led to nothing")
		}
		b.end(2)
		time.Sleep(3*time.Second + time.Millisecond)
		synctest.Wait()
		if r.check(two) == nil {
			t.Error("without a notification nothing is learned")
		}
		b.write(func(b *book) { b.broken = true })
		b.end(3)
		time.Sleep(time.Minute)
		synctest.Wait()
		if r.check(one) == nil || r.check(three) != nil {
			t.Error("without a database something else counts than what was known")
		}
		b.write(func(b *book) { b.broken = false })
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if r.check(three) == nil {
			t.Error("it does not go on once the database is back")
		}
		stop()
		synctest.Wait()
	})
}
