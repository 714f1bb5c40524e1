package graph

import (
	"context"
	"sync"
	"time"
)

// VersionGate tells the version of something that other processes change, fresh for everyone who asks: the version was read by a query that
// began after the caller arrived. So an answer kept in memory under the same version is as true as one read now, on every process. All who
// arrive while a query runs are served by the next one together: the database sees one query at a time per process, however many callers there are. This is
// the way etcd serves linearizable reads (ReadIndex).
type VersionGate struct {
	read    func(context.Context) (int64, error)
	timeout time.Duration

	mu      sync.Mutex
	reading bool          // a goroutine is working off batches
	next    *versionBatch // who waits for the query after the running one; nil when nobody
}

type versionBatch struct {
	done    chan struct{}
	version int64
	err     error
}

// NewVersionGate makes a gate in front of read, which gets at most timeout for each query.
func NewVersionGate(read func(context.Context) (int64, error), timeout time.Duration) *VersionGate {
	return &VersionGate{read: read, timeout: timeout}
}

// Version returns a version that was read after the call began, or the error of that read, or of ctx when it ends first.
func (g *VersionGate) Version(ctx context.Context) (int64, error) {
	batch := g.join()
	select {
	case <-batch.done:
		return batch.version, batch.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (g *VersionGate) join() *versionBatch {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.next == nil {
		g.next = &versionBatch{done: make(chan struct{})}
	}
	if !g.reading {
		g.reading = true
		go g.work()
	}
	return g.next
}

// work reads for one batch after the other until nobody waits. A batch is closed for newcomers before its query begins.
func (g *VersionGate) work() {
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

func (g *VersionGate) serve(batch *versionBatch) {
	defer close(batch.done)
	ctx, cancel := context.WithTimeout(context.Background(), g.timeout)
	defer cancel()
	batch.version, batch.err = g.read(ctx)
}
