package job

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkThroughput drains a backlog of jobs that do nothing with 20 workers.
func BenchmarkThroughput(b *testing.B) {
	db := newDB(b)
	change(b, db, `insert into job (kind, args) select 'k', '{"order": 1}' from generate_series(1, $1::int)`, b.N)
	var left atomic.Int64
	left.Store(int64(b.N))
	done := make(chan struct{})
	b.ResetTimer()
	start(b, db, Config{Workers: 20}, handle("k", func(context.Context, Job) error {
		if left.Add(-1) == 0 {
			close(done)
		}
		return nil
	}))
	<-done
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
}

// BenchmarkPickUp measures from before the insert until the handler begins, one job at a time on an idle queue.
func BenchmarkPickUp(b *testing.B) {
	db := newDB(b)
	began := make(chan time.Time, 1)
	s := start(b, db, Config{Poll: time.Second}, handle("k", func(context.Context, Job) error {
		began <- time.Now()
		return nil
	}))
	var waits []time.Duration
	for b.Loop() {
		t0 := time.Now()
		enqueue(b, db, New{Kind: "k"})
		s.Wake()
		waits = append(waits, (<-began).Sub(t0))
	}
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(waits[len(waits)*9/10].Microseconds()), "p90-us")
}
