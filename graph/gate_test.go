package graph_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/graph"
)

// Two run, one waits, the others are refused at once; who waited is served when a place is free.
func TestGate_RefusesWhatIsBeyondTheLineAndServesTheRest(t *testing.T) {
	t.Parallel()
	free := make(chan struct{})
	w := serve(t, func(o *graph.Options) { o.Gate = graph.Gate{Running: 2, Waiting: 1, Patience: time.Minute} })
	w.slow = func(context.Context) { <-free }
	const query = `{products(first:1,search:"slow"){nodes{name}}}`
	var group sync.WaitGroup
	answers := make(chan reply, 3)
	for range 3 {
		group.Go(func() { answers <- w.ask(t, query) })
	}
	eventually(t, "two run and one waits", func() bool { return w.handler.Load() == graph.Load{Running: 2, Waiting: 1} })
	for range 3 {
		got := w.ask(t, query)
		if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" || got.code() != "RATE_LIMITED" || !strings.Contains(got.body, `"retryable":true`) {
			t.Errorf("beyond the line: %d, Retry-After %q, %s", got.status, got.header.Get("Retry-After"), got.body)
		}
	}
	close(free)
	group.Wait()
	for range 3 {
		if got := <-answers; got.status != http.StatusOK || got.code() != "" {
			t.Errorf("one of those who were let in was answered with %d %s", got.status, got.body)
		}
	}
	if load := w.handler.Load(); load != (graph.Load{Refused: 3}) {
		t.Errorf("in the end the load is %+v", load)
	}
}
