package job

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// started is a queue under test that runs.
type started struct {
	*Queue
	log    *logBuffer
	cancel context.CancelFunc // of Run's context
	stop   func() error       // cancels and returns what Run returned; called at the test's end when not before
}

// start runs a queue until the test ends. Unless cfg says otherwise it polls often and gives up at once when stopped.
func start(t testing.TB, db *sql.DB, cfg Config, setup func(*Queue)) *started {
	t.Helper()
	s := &started{log: &logBuffer{}}
	cfg.DB = db
	cfg.Log = slog.New(slog.NewTextHandler(s.log, nil))
	if cfg.Poll == 0 {
		cfg.Poll = 20 * time.Millisecond
	}
	if cfg.Grace == 0 {
		cfg.Grace = -1
	}
	s.Queue = NewQueue(cfg)
	setup(s.Queue)
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	s.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { _ = s.stop() })
	return s
}

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) has(s string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.buf.String(), s)
}

func handle(kind string, h Handler, opts ...HandleOption) func(*Queue) {
	return func(q *Queue) { q.Handle(kind, h, opts...) }
}

func count(t testing.TB, db *sql.DB) int {
	t.Helper()
	return one[int](t, db, `select count(*) from job`)
}

// row is the one job of a test as state, counted attempts and last error; "" when it is gone.
func row(t testing.TB, db *sql.DB) string {
	t.Helper()
	return one[string](t, db, `select coalesce(min(concat_ws(' ', state, attempt, last_error)), '') from job`)
}

// pause is how many seconds the one job of a test waits until its next try.
func pause(t testing.TB, db *sql.DB) float64 {
	t.Helper()
	return one[float64](t, db, `select extract(epoch from run_at - now())::float8 from job`)
}

func TestRun_GivesTheHandlerItsJobAndDeletesIt(t *testing.T) {
	t.Parallel()
	for _, binaryParameters := range []bool{true, false} {
		db := newDBWith(t, binaryParameters)
		jobs := make(chan Job, 1)
		start(t, db, Config{}, handle("push", func(_ context.Context, j Job) error {
			jobs <- j
			return nil
		}))
		enqueue(t, db, New{Kind: "push", Args: map[string]int{"order": 7}, MaxAttempts: 4})
		j := receive(t, "the job runs", jobs)
		var args struct{ Order int }
		if err := j.Decode(&args); err != nil || args.Order != 7 || j.Kind != "push" || j.Attempt != 1 || j.MaxAttempts != 4 || j.CreatedAt.IsZero() {
			t.Errorf("%+v, args %+v, %v", j, args, err)
		}
		eventually(t, "the job is deleted", func() bool { return count(t, db) == 0 })
	}
}

func TestRun_RetriesWithGrowingPauses(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	s := start(t, db, Config{}, handle("k", func(_ context.Context, j Job) error {
		if j.Attempt < 3 {
			return errors.New("boom \x00")
		}
		return nil
	}))
	enqueue(t, db, New{Kind: "k"})
	eventually(t, "the first try fails", func() bool { return row(t, db) == "READY 1 boom " })
	if got := pause(t, db); got > 1 {
		t.Errorf("second try after %.1f s, want at most 1", got)
	}
	eventually(t, "the second try fails", func() bool { return row(t, db) == "READY 2 boom " })
	if got := pause(t, db); got < 10 || got > 16 {
		t.Errorf("third try after %.1f s, want about 13 to 16", got)
	}
	change(t, db, `update job set run_at = now()`)
	s.Wake()
	eventually(t, "the third try succeeds", func() bool { return count(t, db) == 0 })
}

func TestRun_BuriesAJobWhoseAttemptsAreUsedUpOrThatSaysSo(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"attempts used up": {RetryAfter(0, boom), "DEAD 3 boom"},
		"handler says so":  {Dead(boom), "DEAD 1 boom"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := newDB(t)
			s := start(t, db, Config{}, handle("k", func(context.Context, Job) error { return c.err }))
			enqueue(t, db, New{Kind: "k", MaxAttempts: 3})
			eventually(t, "the job is dead", func() bool { return row(t, db) == c.want })
			eventually(t, "its death is logged", func() bool { return s.log.has("job is dead") })
		})
	}
}

func TestRun_ArgsThatDoNotDecodeAreNotRetried(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	start(t, db, Config{}, handle("k", func(_ context.Context, j Job) error {
		var n int
		return j.Decode(&n)
	}))
	enqueue(t, db, New{Kind: "k", Args: "seven"})
	eventually(t, "the job is dead", func() bool { return strings.HasPrefix(row(t, db), "DEAD 1 args of k job") })
}

func TestRun_PostponedTriesAreNotCounted(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	var tries atomic.Int64
	start(t, db, Config{}, handle("k", func(context.Context, Job) error {
		if tries.Add(1) < 5 {
			return Postpone(0, errors.New("quiet hours"))
		}
		return Postpone(time.Hour, errors.New("quiet hours"))
	}))
	enqueue(t, db, New{Kind: "k", MaxAttempts: 1})
	eventually(t, "the fifth try postpones for an hour", func() bool { return pause(t, db) > 3500 })
	if got := row(t, db); got != "READY 0 quiet hours" {
		t.Errorf("job is %s", got)
	}
}

func TestRun_OutlivesPanicsAndGoexit(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	s := start(t, db, Config{Workers: 1}, func(q *Queue) {
		q.Handle("panic", func(context.Context, Job) error { panic("oh no") })
		q.Handle("exit", func(context.Context, Job) error { runtime.Goexit(); return nil })
		q.Handle("good", func(context.Context, Job) error { return nil })
	})
	enqueue(t, db, New{Kind: "panic", MaxAttempts: 1}, New{Kind: "exit", MaxAttempts: 1})
	eventually(t, "both are dead", func() bool { return one[int](t, db, `select count(*) from job where state = 'DEAD'`) == 2 })
	if got := one[string](t, db, `select string_agg(last_error, ', ' order by kind) from job`); got != "handler ended its goroutine, panic: oh no" {
		t.Errorf("last errors: %s", got)
	}
	if !s.log.has("run_test.go") {
		t.Error("the stack of the panic is not in the log")
	}
	enqueue(t, db, New{Kind: "good"})
	eventually(t, "the only worker goes on", func() bool { return count(t, db) == 2 })
}

func TestRun_LeavesUnknownKindsToProcessesThatKnowThem(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	old := start(t, db, Config{}, handle("old", func(context.Context, Job) error { return nil }))
	enqueue(t, db, New{Kind: "new"})
	enqueue(t, db, New{Kind: "old"})
	old.Wake()
	eventually(t, "the known job is done", func() bool { return count(t, db) == 1 })
	if got := row(t, db); got != "READY 0" {
		t.Errorf("unknown job is %s, want it untouched", got)
	}
	start(t, db, Config{}, handle("new", func(context.Context, Job) error { return nil }))
	eventually(t, "the newer process does it", func() bool { return count(t, db) == 0 })
}

func TestRun_LimitsAKindWithoutHoldingUpTheOthers(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	var now, most atomic.Int64
	release := make(chan struct{})
	slow := func(context.Context, Job) error {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		<-release
		return nil
	}
	for range 20 {
		enqueue(t, db, New{Kind: "slow"})
	}
	enqueue(t, db, New{Kind: "quick"}, New{Kind: "quick"})
	start(t, db, Config{Workers: 5, Poll: time.Hour}, func(q *Queue) {
		q.Handle("slow", slow, Limit(2))
		q.Handle("quick", func(context.Context, Job) error { return nil })
	})
	eventually(t, "quick jobs pass by", func() bool { return one[int](t, db, `select count(*) from job where kind = 'quick'`) == 0 })
	close(release)
	eventually(t, "all are done", func() bool { return count(t, db) == 0 })
	if got := most.Load(); got != 2 {
		t.Errorf("%d slow jobs at once, want 2", got)
	}
}

func TestRun_KindsTakeTurns(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	change(t, db, `insert into job (kind, run_at) select 'campaign', now() - interval '1 day' from generate_series(1, 500)`)
	enqueue(t, db, New{Kind: "urgent"})
	left := make(chan int, 1)
	start(t, db, Config{Workers: 1, Poll: time.Hour}, func(q *Queue) {
		q.Handle("campaign", func(context.Context, Job) error { return nil })
		q.Handle("urgent", func(context.Context, Job) error {
			left <- one[int](t, db, `select count(*) from job where kind = 'campaign'`)
			return nil
		})
	})
	if got := receive(t, "the urgent job runs", left); got < 490 {
		t.Errorf("the urgent job waited for %d campaign jobs", 500-got)
	}
}

func TestRun_EndsAHandlerThatTakesTooLong(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	start(t, db, Config{}, handle("k", func(ctx context.Context, _ Job) error {
		<-ctx.Done()
		return Dead(ctx.Err())
	}, Timeout(10*time.Millisecond)))
	enqueue(t, db, New{Kind: "k"})
	eventually(t, "the handler is ended", func() bool { return row(t, db) == "DEAD 1 context deadline exceeded" })
}

func TestWake_StartsJobsWithoutWaitingForThePoll(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	others := make(chan struct{})
	done := make(chan struct{}, 3)
	s := start(t, db, Config{Poll: time.Hour, Wake: others}, handle("k", func(context.Context, Job) error {
		done <- struct{}{}
		return nil
	}))
	wakes := func(what string, wake func()) {
		for range 3 { // the queue may find the first by itself, when it begins
			enqueue(t, db, New{Kind: "k"})
			wake()
			receive(t, what, done)
		}
	}
	wakes("this process wakes it", s.Wake)
	wakes("another process wakes it", func() { others <- struct{}{} })
	close(others)
	wakes("this process still wakes it", s.Wake)
}

func TestRun_TwoQueuesDoEachJobOnce(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	const jobs = 4000
	var mu sync.Mutex
	runs := map[int64]int{}
	var byQueue [2]atomic.Int64
	change(t, db, `insert into job (kind) select 'k' from generate_series(1, $1::int)`, jobs)
	for i := range byQueue {
		start(t, db, Config{Workers: 10}, handle("k", func(_ context.Context, j Job) error {
			byQueue[i].Add(1)
			mu.Lock()
			defer mu.Unlock()
			runs[j.ID]++
			return nil
		}))
	}
	eventually(t, "all are done", func() bool { return count(t, db) == 0 })
	mu.Lock()
	defer mu.Unlock()
	if len(runs) != jobs || byQueue[0].Load()+byQueue[1].Load() != jobs {
		t.Errorf("%d of %d jobs ran, %d times", len(runs), jobs, byQueue[0].Load()+byQueue[1].Load())
	}
	if byQueue[0].Load() == 0 || byQueue[1].Load() == 0 {
		t.Errorf("one queue did it all: %d and %d", byQueue[0].Load(), byQueue[1].Load())
	}
}

func TestRun_OutlivesLostConnections(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	const jobs = 600
	var mu sync.Mutex
	runs := map[int64]bool{}
	start(t, db, Config{Lease: time.Second}, handle("k", func(_ context.Context, j Job) error {
		mu.Lock()
		defer mu.Unlock()
		runs[j.ID] = true
		if len(runs)%100 == 0 {
			_, _ = db.Exec(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()`)
		}
		return nil
	}))
	change(t, db, `insert into job (kind) select 'k' from generate_series(1, $1::int)`, jobs)
	eventually(t, "all are done", func() bool {
		var n int
		err := db.QueryRow(`select count(*) from job`).Scan(&n) // may fail: its connection was cut
		return err == nil && n == 0
	})
	mu.Lock()
	defer mu.Unlock()
	if len(runs) != jobs {
		t.Errorf("%d of %d jobs ran", len(runs), jobs)
	}
}

func TestRun_KeepsResultsItCouldNotSave(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	change(t, db, `
		create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$;
		create trigger refuse before delete on job execute function refuse()`)
	var runs atomic.Int64
	s := start(t, db, Config{}, handle("k", func(context.Context, Job) error {
		runs.Add(1)
		return nil
	}))
	enqueue(t, db, New{Kind: "k"})
	eventually(t, "saving fails", func() bool { return s.log.has("job results were not saved") })
	change(t, db, `drop trigger refuse on job`)
	eventually(t, "the job is deleted", func() bool { return count(t, db) == 0 })
	if got := runs.Load(); got != 1 {
		t.Errorf("the job ran %d times", got)
	}
}

func TestLeaseDue_ReadsOnlyWhatItIsAskedFor(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	change(t, db, `insert into job (kind, run_at) select kind, now() - n * interval '1 second' from generate_series(1, 30000) as n, unnest(array['a', 'b', 'unknown']) as kind`)
	change(t, db, `analyze job`)
	rows, err := db.Query(`explain (analyze, costs off) `+leaseDueSQL, `{a,b}`, `{20,20}`, 20, 60_000_000, "me")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"using job_due", "using job_pkey"} {
		if !strings.Contains(plan.String(), want) {
			t.Errorf("%q is not in the plan", want)
		}
	}
	if strings.Contains(plan.String(), "Seq Scan") || strings.Contains(plan.String(), "Sort") || strings.Contains(plan.String(), "rows=30000") {
		t.Error("the plan reads the backlog")
	}
	if t.Failed() {
		t.Log(plan.String())
	}
}

func TestQueue_PanicsOnProgrammersErrors(t *testing.T) {
	t.Parallel()
	h := func(context.Context, Job) error { return nil }
	for name, mistake := range map[string]func(*Queue){
		"kind handled twice": func(q *Queue) { q.Handle("k", h); q.Handle("k", h) },
		"empty kind":         func(q *Queue) { q.Handle("", h) },
		"no handler":         func(q *Queue) { q.Handle("k", nil) },
		"period named twice": func(q *Queue) { q.Every("p", time.Hour, New{Kind: "k"}); q.Every("p", time.Hour, New{Kind: "k"}) },
		"no period":          func(q *Queue) { q.Every("p", 0, New{Kind: "k"}) },
		"period without job": func(q *Queue) { q.Every("p", time.Hour, New{}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			mistake(NewQueue(Config{}))
		}()
	}
	if err := NewQueue(Config{}).Run(t.Context()); err == nil {
		t.Error("ran without a database")
	}
}
