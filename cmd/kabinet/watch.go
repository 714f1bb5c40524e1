package main

import (
	"context"
	"errors"
	"time"

	"kabinet/internal/job"
	"kabinet/internal/live"
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
}

// aroundJob runs the handler of a job and counts it.
func (s *server) aroundJob(ctx context.Context, j job.Job, handler job.Handler) (err error) {
	began := time.Now()
	err = errors.New("the handler panicked") // unless it returns
	defer func() { s.metrics.ran(j.Kind, job.Ending(j, err), time.Since(began)) }()
	return handler(ctx, j)
}
