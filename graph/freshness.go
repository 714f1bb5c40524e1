package graph

import (
	"context"
	"sync"
	"time"
)

// ReadGate reads something that other processes change, fresh for everyone who asks: what a caller gets was read by a query that began after the
// caller arrived. So what is kept in memory and is compared with it is as true as what is read now, on every process. All who
// arrive while a query runs are served by the next one together: the database sees one query at a time per process, however many callers there are. This is
// the way etcd serves linearizable reads (ReadIndex).
type ReadGate[T any] struct {
	read    func(context.Context) (T, error)
	timeout time.Duration

	mu      sync.Mutex
	reading bool          // a goroutine is working off batches
	next    *readBatch[T] // who waits for the query after the running one; nil when nobody
}

type readBatch[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// NewReadGate makes a gate in front of read, which gets at most timeout for each query.
func NewReadGate[T any](read func(context.Context) (T, error), timeout time.Duration) *ReadGate[T] {
	return &ReadGate[T]{read: read, timeout: timeout}
}

// Read returns what was read after the call began, or the error of that read, or of ctx when it ends first.
func (g *ReadGate[T]) Read(ctx context.Context) (T, error) {
	batch := g.join()
	select {
	case <-batch.done:
		return batch.value, batch.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

func (g *ReadGate[T]) join() *readBatch[T] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.next == nil {
		g.next = &readBatch[T]{done: make(chan struct{})}
	}
	if !g.reading {
		g.reading = true
		go g.work()
	}
	return g.next
}

// work reads for one batch after the other until nobody waits. A batch is closed for newcomers before its query begins.
func (g *ReadGate[T]) work() {
	for {
		g.mu.Lock()
		batch := g.next
		g.next = nil
		if batch == nil {
			g.reading = false
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		g.serve(batch)
	}
}

func (g *ReadGate[T]) serve(batch *readBatch[T]) {
	defer close(batch.done)
	ctx, cancel := context.WithTimeout(context.Background(), g.timeout)
	defer cancel()
	batch.value, batch.err = g.read(ctx)
}
