//go:build unix

package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/internal/postgres"
)

// What the service can do is known here: each order takes orderTime in the database, and there are so many connections.
const (
	orderTime   = 40 * time.Millisecond
	connections = 4
	canDo       = float64(connections) * float64(time.Second) / float64(orderTime) // orders a second
)

// burden is what came of orders that were sent at a rate, whether or not the earlier ones were answered.
type burden struct {
	mu      sync.Mutex
	made    map[string]string // key to order
	took    []time.Duration
	refused []time.Duration
	wrong   []string
}

// Three times as many orders come as can be served. Those that are let in are served, the others are told so at once; health is told all the time, memory
// stays bounded, and afterwards all is as before. KABINET_OVERLOAD is how long it lasts (default 2s).
func TestOverload_TheRestIsRefusedAtOnceAndNothingElseSuffers(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pg, err := postgres.Start(ctx, postgres.Config{Dir: w.data})
	check(t, err)
	t.Cleanup(func() { check(t, pg.Stop(context.Background())) })
	s := w.addServer(map[string]string{"DATABASE_URL": pg.DSN(), "KABINET_DATA": w.data, "KABINET_DB_CONNS": strconv.Itoa(connections), "KABINET_WORKERS": "1",
		"KABINET_RUNNING": strconv.Itoa(2 * connections), "KABINET_WAITING": "40"})
	s.start(t)
	w.open(pg.DSN())
	for n := range 10 * connections { // who order at once wait for their own wallets
		email := fmt.Sprintf("crowd%d@example.com", n)
		id, err := w.st.AddCustomer(ctx, domain.NewCustomer{Name: "Vera", Email: email, Locale: domain.EN})
		check(t, err)
		w.guests = append(w.guests, &person{world: w, token: tokenOf(t, domain.Viewer{CustomerID: id})})
	}
	_, err = w.st.DB().ExecContext(ctx, `
create function take_time() returns trigger language plpgsql as $$ begin perform pg_sleep(`+fmt.Sprint(orderTime.Seconds())+`); return new; end $$;
create trigger take_time before insert on orders for each row execute function take_time()`)
	check(t, err)
	span := 2 * time.Second
	if text := os.Getenv("KABINET_OVERLOAD"); text != "" {
		span, err = time.ParseDuration(text)
		check(t, err)
	}
	w.bear(s, 0.2, time.Second, 0) // what is made once is made
	before := s.gauge(t, "process_resident_memory_bytes")
	b := w.bear(s, 3, span, 1)
	after := s.gauge(t, "process_resident_memory_bytes")

	sent := len(b.made) + len(b.refused) + len(b.wrong)
	slices.Sort(b.took)
	slices.Sort(b.refused)
	t.Logf("%.0f orders a second can be served, %d came in %v: %d served (%.0f a second), %d refused; served after %v, refused after %v (p99), half of them after %v; memory %.0f to %.0f MB",
		canDo, sent, span, len(b.made), float64(len(b.made))/span.Seconds(), len(b.refused), late(b.took), late(b.refused), middle(b.refused), before/1e6, after/1e6)
	if len(b.wrong) > 0 {
		t.Errorf("%d answers are neither, such as %s", len(b.wrong), b.wrong[0])
	}
	if least := int(canDo * span.Seconds() / 3); len(b.made) < least {
		t.Errorf("%d orders were served, %d should have been", len(b.made), least)
	}
	if len(b.refused) < sent/4 {
		t.Errorf("of %d orders only %d were refused", sent, len(b.refused))
	}
	if grown := after - before; grown > 64e6 {
		t.Errorf("memory grew by %.0f MB", grown/1e6)
	}
	var there []string
	w.list(&there, `select key from idempotency_key where operation = 'orderPlace'`)
	for key := range b.made {
		if !slices.Contains(there, key) {
			t.Errorf("the order with the key %s was acknowledged and is not there", key)
		}
	}
	for n := range 5 {
		calm := w.bear(s, 0.2, 200*time.Millisecond, 10+n)
		if len(calm.refused)+len(calm.wrong) > 0 {
			t.Errorf("after the overload %d of %d orders were refused: %v", len(calm.refused), len(calm.made), calm.wrong)
		}
	}
	s.stop(t)
	w.doctor(map[string]string{"DATABASE_URL": pg.DSN(), "KABINET_DATA": w.data})
}

func late(sorted []time.Duration) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)*99/100].Round(time.Millisecond)
}

func middle(sorted []time.Duration) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2].Round(100 * time.Microsecond)
}

// bear sends orders at so many times the rate that can be served, and looks after the health of the server meanwhile.
func (w *world) bear(s *server, times float64, span time.Duration, run int) *burden {
	b := &burden{made: map[string]string{}}
	pool := &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1_000}}
	defer pool.CloseIdleConnections()
	var group sync.WaitGroup
	tick := time.NewTicker(time.Duration(float64(time.Second) / (times * canDo)))
	defer tick.Stop()
	end := time.After(span)
	for n := 0; ; n++ {
		select {
		case <-end:
			group.Wait()
			return b
		case <-tick.C:
		}
		group.Go(func() { b.order(w, pool, s, w.guests[n%len(w.guests)], fmt.Sprintf("run%d.%d", run, n)) })
		if n%50 == 0 {
			group.Go(func() {
				if response, err := pool.Get("http://" + s.addr + "/healthz"); err != nil || response.StatusCode != http.StatusOK {
					w.t.Errorf("the health is %+v, %v", response, err)
				} else {
					_ = response.Body.Close()
				}
			})
		}
	}
}

func (b *burden) order(w *world, pool *http.Client, s *server, p *person, key string) {
	began := time.Now()
	response, err := w.send(w.t.Context(), pool, s, p, "application/json", placeOrder, map[string]any{
		"key": key, "lines": []any{map[string]any{"variantId": w.goods[2].GID().String(), "quantity": 1}}})
	var answer struct {
		Data   map[string]payload
		Errors []struct {
			Extensions struct {
				Code       string
				RetryAfter float64
			}
		}
	}
	var text []byte
	if err == nil {
		text, err = io.ReadAll(response.Body)
		_ = response.Body.Close()
	}
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	took := time.Since(began)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch made := answer.Data["orderPlace"].Order; {
	case err != nil:
		b.wrong = append(b.wrong, err.Error())
	case made != nil:
		b.made[key] = made.ID
		b.took = append(b.took, took)
	case response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") == "1" && len(answer.Errors) == 1 &&
		answer.Errors[0].Extensions.Code == "RATE_LIMITED" && answer.Errors[0].Extensions.RetryAfter == 1:
		b.refused = append(b.refused, took)
	default:
		b.wrong = append(b.wrong, response.Status+" "+string(text))
	}
}

// gauge reads one of the server's metrics.
func (s *server) gauge(t *testing.T, name string) float64 {
	t.Helper()
	response, err := client.Get("http://" + s.env["KABINET_ADMIN_ADDR"] + "/metrics")
	check(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(t, err)
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("there is no metric %s", name)
	}
	value, err := strconv.ParseFloat(string(found[1]), 64)
	check(t, err)
	return value
}
