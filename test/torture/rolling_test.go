//go:build unix

package torture

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kabinet/internal/postgres"
	"kabinet/store"
)

// Two processes behind a balancer that asks for their readiness are replaced one after the other. No request fails, none is sent twice, and every subscriber
// has each event once. The program that is replaced is that of KABINET_TORTURE_FROM, which finds the schema of the newer one (default: the newer one).
func TestRolling_UpgradeWithoutAnError(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pg, err := postgres.Start(ctx, postgres.Config{Dir: w.data})
	check(t, err)
	t.Cleanup(func() { check(t, pg.Stop(context.Background())) })
	env := map[string]string{"DATABASE_URL": pg.DSN(), "KABINET_DATA": w.data, "KABINET_DRAIN": "500ms"}
	_, err = store.Migrate(ctx, pg.DSN())
	check(t, err)
	w.open(pg.DSN())
	b := &balancer{}
	for range 2 {
		s := w.addServer(env)
		s.bin = cmp.Or(os.Getenv("KABINET_TORTURE_FROM"), w.bin)
		s.start(t)
		b.add(t, s.addr)
	}
	processes := w.servers
	front := httptest.NewServer(b)
	t.Cleanup(front.Close)
	watched, leave := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() { b.watch(watched) })
	t.Cleanup(watching.Wait)
	t.Cleanup(leave)
	w.servers = []*server{{world: w, addr: front.Listener.Addr().String()}}
	b.await(t, 2)

	var steps []fault
	for i, s := range processes {
		steps = append(steps, fault{[]string{"the first one replaced", "the second one replaced"}[i], func(context.Context, *rand.Rand) {
			if s.bin != w.bin {
				b.takeOut(ctx, b.places[i]) // an older one may not know how to leave by itself
			}
			s.stop(t)
			b.places[i].out.Store(false)
			s.bin = w.bin
			s.start(t)
			b.await(t, 2)
		}})
	}
	w.torture(steps...)
	if n := b.failed.Load(); n > 0 || w.again > 0 {
		t.Errorf("%d requests failed at the balancer, %d were made again", n, w.again)
	}
	for i, s := range processes {
		if n := b.places[i].served.Load(); n < 20 {
			t.Errorf("%s served only %d requests", s.addr, n)
		}
	}
	for _, s := range processes {
		s.stop(t)
	}
	w.doctor(env)
}

// balancer hands requests to those processes in turn that say that they are ready. It never sends a request twice.
type balancer struct {
	places []*place
	turn   atomic.Int64
	failed atomic.Int64
}

type place struct {
	health string
	proxy  *httputil.ReverseProxy
	ready  atomic.Bool
	out    atomic.Bool // by hand
	served atomic.Int64
}

func (b *balancer) add(t *testing.T, addr string) {
	t.Helper()
	to, err := url.Parse("http://" + addr)
	check(t, err)
	p := &place{health: to.String() + "/readyz", proxy: httputil.NewSingleHostReverseProxy(to)}
	p.proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 100}
	p.proxy.FlushInterval = -1
	p.proxy.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
		if r.Context().Err() == nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%s %s: %v", addr, r.URL, err)
			b.failed.Add(1)
		}
		w.WriteHeader(http.StatusBadGateway)
	}
	b.places = append(b.places, p)
}

// ServeHTTP hands a request to the next place that is ready.
func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first := int(b.turn.Add(1))
	for i := range b.places {
		if p := b.places[(first+i)%len(b.places)]; p.ready.Load() {
			p.served.Add(1)
			p.proxy.ServeHTTP(w, r)
			return
		}
	}
	b.failed.Add(1)
	http.Error(w, "nobody is ready", http.StatusBadGateway)
}

// watch asks all places for their readiness until ctx ends.
func (b *balancer) watch(ctx context.Context) {
	for ctx.Err() == nil {
		for _, p := range b.places {
			p.ready.Store(!p.out.Load() && p.isReady(ctx))
		}
		pause(ctx, 50*time.Millisecond)
	}
}

// takeOut gives a place nothing more and leaves it time to answer what it has.
func (b *balancer) takeOut(ctx context.Context, p *place) {
	p.out.Store(true)
	for p.ready.Load() && ctx.Err() == nil {
		pause(ctx, 10*time.Millisecond)
	}
	pause(ctx, 500*time.Millisecond)
}

func (p *place) isReady(ctx context.Context) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.health, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(r)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// await waits until so many places are ready.
func (b *balancer) await(t *testing.T, n int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; pause(t.Context(), 20*time.Millisecond) {
		ready := 0
		for _, p := range b.places {
			if p.ready.Load() {
				ready++
			}
		}
		if ready == n {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d of %d are ready", ready, n)
		}
	}
}
