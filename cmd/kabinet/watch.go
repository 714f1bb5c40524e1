package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"kabinet/graph"
	"kabinet/internal/job"
	"kabinet/internal/live"
	"kabinet/internal/origin"
	"kabinet/internal/tracing"
)

// This file tells those who watch the program what its parts do.

// watchParts registers what the parts say of themselves when somebody looks.
func (s *server) watchParts(hub *live.Hub) {
	m := s.metrics
	m.watch("live_subscribers", "Subscribers of live events.", func() float64 {
		n, _ := hub.Stats()
		return float64(n)
	})
	m.watchTotal("live_dropped_total", "Subscribers dropped because they did not keep up.", func() float64 {
		_, n := hub.Stats()
		return float64(n)
	})
	m.watch("sockets", "Websockets that are open.", func() float64 { return float64(s.graph.Stats().Sockets) })
	m.watch("cache_answers", "Answers in memory.", func() float64 { return float64(s.graph.Stats().Answers) })
	m.watch("cache_bytes", "What the answers in memory take.", func() float64 { return float64(s.graph.Stats().AnswerBytes) })
	m.watch("requests_running", "Queries and mutations that are worked on.", func() float64 { return float64(s.graph.Load().Running) })
	m.watch("requests_waiting", "Queries and mutations that wait for others to end.", func() float64 { return float64(s.graph.Load().Waiting) })
	m.watchTotal("requests_refused_total", "Queries and mutations refused because the server was busy.", func() float64 { return float64(s.graph.Load().Refused) })
}

// aroundJob runs the handler of a job and counts it.
func (s *server) aroundJob(ctx context.Context, j job.Job, handler job.Handler) (err error) {
	began := time.Now()
	err = errors.New("the handler panicked") // unless it returns
	defer func() { s.metrics.ran(j.Kind, job.Ending(j, err), time.Since(began)) }()
	from := j.Origin()
	return s.traces.Job(origin.With(ctx, from.Request), j.Kind, j.Attempt, from, func(ctx context.Context) error { return handler(ctx, j) })
}

// closeTraces sends the spans that wait.
func closeTraces(t *tracing.Tracer) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	_ = t.Close(ctx) // who cannot be told of them has said so in the log already
}

// watched counts and traces the requests of a route.
func (s *server) watched(route string, next http.Handler) http.Handler {
	return s.traces.HTTP(route, s.metrics.count(route, next))
}

// identified gives each request the id that it has in answers, logs, traces and what comes of it, and writes a line of it when the log is to have it.
func (s *server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := graph.RequestID(r)
		r.Header["X-Request-Id"] = []string{id}
		w.Header()["X-Request-Id"] = []string{id}
		r = r.WithContext(origin.With(r.Context(), id))
		if !s.log.Enabled(r.Context(), slog.LevelDebug) {
			next.ServeHTTP(w, r)
			return
		}
		began := time.Now()
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		s.log.DebugContext(r.Context(), "request", "method", r.Method, "route", strings.TrimPrefix(r.Pattern, r.Method+" "), "status", rec.status, "took", time.Since(began))
	})
}
