package graph_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/graph"
)

// A read takes the number of reads begun so far when it begins, and lets others run before it ends. Whoever arrives while it runs has
// already seen that number, so an answer with it would have been read before they arrived.
func TestReadGate_NeverServesAReadThatBeganBeforeTheCaller(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pauses := rapid.IntRange(0, 20).Draw(t, "pauses in a read")
		callers := rapid.IntRange(1, 30).Draw(t, "callers")
		calls := rapid.IntRange(1, 20).Draw(t, "calls each")
		var begun atomic.Int64
		gate := graph.NewReadGate(func(context.Context) (int64, error) {
			mine := begun.Add(1)
			for range pauses {
				runtime.Gosched()
			}
			return mine, nil
		}, time.Second)
		var stale atomic.Int64
		var all sync.WaitGroup
		for range callers {
			all.Go(func() {
				for range calls {
					before := begun.Load()
					if version, err := gate.Read(context.Background()); err != nil || version <= before {
						stale.Add(1)
					}
				}
			})
		}
		all.Wait()
		if stale.Load() > 0 {
			t.Fatalf("%d answers were read before their caller arrived", stale.Load())
		}
		if most := int64(callers * calls); begun.Load() > most {
			t.Fatalf("%d reads for %d calls", begun.Load(), most)
		}
	})
}

func TestReadGate_OneReadServesAllWhoCameDuringTheOneBefore(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}, 10), make(chan struct{})
	var reads atomic.Int64
	gate := graph.NewReadGate(func(context.Context) (int64, error) {
		n := reads.Add(1)
		entered <- struct{}{}
		<-release
		return n, nil
	}, time.Second)
	first := make(chan int64, 1)
	go func() { v, _ := gate.Read(context.Background()); first <- v }()
	<-entered
	const late = 50
	var joined sync.WaitGroup
	versions := make(chan int64, late)
	arrived := make(chan struct{}, late)
	for range late {
		joined.Go(func() {
			arrived <- struct{}{}
			v, _ := gate.Read(context.Background())
			versions <- v
		})
	}
	for range late {
		<-arrived
	}
	close(release)
	joined.Wait()
	close(versions)
	if v := <-first; v != 1 {
		t.Errorf("the first caller got version %d, want 1", v)
	}
	for v := range versions {
		if v < 2 {
			t.Errorf("a late caller got version %d of the read that ran before it came", v)
		}
	}
	if n := reads.Load(); n > 4 {
		t.Errorf("%d reads for %d callers who came together", n, late)
	}
}

func TestReadGate_ReportsTheErrorOfItsReadAndWorksAgain(t *testing.T) {
	t.Parallel()
	broken := errors.New("no database")
	var fail atomic.Bool
	fail.Store(true)
	gate := graph.NewReadGate(func(context.Context) (int64, error) {
		if fail.Load() {
			return 0, broken
		}
		return 7, nil
	}, time.Second)
	if _, err := gate.Read(context.Background()); !errors.Is(err, broken) {
		t.Fatalf("got error %v", err)
	}
	fail.Store(false)
	if v, err := gate.Read(context.Background()); v != 7 || err != nil {
		t.Fatalf("got %d, %v", v, err)
	}
}

func TestReadGate_CallerMayLeaveAndAReadIsBounded(t *testing.T) {
	t.Parallel()
	gate := graph.NewReadGate(func(ctx context.Context) (int64, error) {
		<-ctx.Done() // a database that does not answer
		return 0, ctx.Err()
	}, 50*time.Millisecond)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := gate.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("a caller who left got %v", err)
	}
	if _, err := gate.Read(context.Background()); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a read without end gave %v", err)
	}
}
