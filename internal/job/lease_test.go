package job

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

func TestLease_ExpiredGoesToAnotherWorkerAndTheOldOneCannotComplete(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]error{"done": nil, "failed": errors.New("boom"), "dead": Dead(errors.New("boom"))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := newDB(t)
			stalled, taken := make(chan Job, 1), make(chan Job, 1)
			freeOld, freeNew, next := make(chan struct{}), make(chan struct{}), make(chan struct{})
			old := start(t, db, Config{Workers: 1, Name: "old"}, func(q *Queue) {
				q.Handle("k", func(ctx context.Context, j Job) error {
					stalled <- j
					<-freeOld
					if err := j.DoneIn(ctx, db); !errors.Is(err, ErrLeaseLost) {
						t.Errorf("the old worker completed the job: %v", err)
					}
					return answer
				})
				q.Handle("next", func(context.Context, Job) error { close(next); return nil })
			})
			enqueue(t, db, New{Kind: "k"})
			first := receive(t, "the job is leased", stalled)

			change(t, db, `update job set lease_until = now() - interval '1 second'`)
			start(t, db, Config{Name: "new"}, handle("k", func(_ context.Context, j Job) error {
				taken <- j
				<-freeNew
				return nil
			}))
			second := receive(t, "another worker takes it", taken)
			if second.ID != first.ID || second.Attempt != 2 {
				t.Errorf("taken over: job %d attempt %d, want job %d attempt 2", second.ID, second.Attempt, first.ID)
			}

			close(freeOld)
			enqueue(t, db, New{Kind: "next"})
			old.Wake()
			receive(t, "the old worker is free for the next job", next)
			if got := one[string](t, db, `select concat_ws(' ', state, attempt, leased_by) from job where kind = 'k'`); got != "RUNNING 2 new" {
				t.Errorf("after the old worker ended the job is %s", got)
			}
			if !old.log.has("the lease was lost") {
				t.Error("the old worker did not log its loss")
			}
			close(freeNew)
			eventually(t, "the new worker completes it", func() bool { return count(t, db) == 0 })
		})
	}
}

func TestLease_ExpiredOnTheLastAttemptIsDead(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	change(t, db, `insert into job (kind, state, attempt, max_attempts, lease_until, leased_by) values ('k', 'RUNNING', 3, 3, now(), 'ghost')`)
	start(t, db, Config{}, func(*Queue) {})
	eventually(t, "the job is dead", func() bool { return row(t, db) == "DEAD 3 lease of ghost expired" })
}

func TestLease_IsRenewedWhileTheHandlerRunsAndItsTransactionIsOpen(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	inTx, release := make(chan struct{}), make(chan struct{})
	start(t, db, Config{Lease: 3 * time.Second}, func(q *Queue) {
		q.Handle("slow", func(ctx context.Context, _ Job) error {
			select {
			case <-release:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
		q.Handle("inTx", func(ctx context.Context, j Job) error {
			tx, err := db.Begin()
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := j.DoneIn(ctx, tx); err != nil {
				return err
			}
			close(inTx)
			<-release
			if ctx.Err() != nil {
				t.Errorf("the handler was cancelled between DoneIn and commit: %v", context.Cause(ctx))
			}
			return tx.Commit()
		})
	})
	enqueue(t, db, New{Kind: "slow"}, New{Kind: "inTx"})
	receive(t, "DoneIn holds its row locked", inTx)
	eventually(t, "slow is leased", func() bool { return one[int](t, db, `select count(lease_until) from job where kind = 'slow'`) == 1 })
	first := one[time.Time](t, db, `select lease_until from job where kind = 'slow'`)
	eventually(t, "the first leases would be over", func() bool { return one[bool](t, db, `select now() > $1`, first) })
	if got := one[string](t, db, `select concat_ws(' ', state, attempt, lease_until > now()) from job where kind = 'slow'`); got != "RUNNING 1 t" {
		t.Errorf("slow job is %s", got)
	}
	close(release)
	eventually(t, "both are done", func() bool { return count(t, db) == 0 })
}

func TestLease_LostOneCancelsTheHandler(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	running, cause := make(chan struct{}), make(chan error, 1)
	start(t, db, Config{Lease: 3 * time.Second}, handle("k", func(ctx context.Context, _ Job) error {
		close(running)
		<-ctx.Done()
		cause <- context.Cause(ctx)
		return ctx.Err()
	}))
	enqueue(t, db, New{Kind: "k"})
	receive(t, "the job runs", running)
	change(t, db, `update job set lease_no = lease_no + 1, lease_until = now() + interval '1 hour', leased_by = 'thief'`)
	if err := receive(t, "the handler is cancelled", cause); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("cause is %v", err)
	}
}

func TestDoneIn_CommitsOrRollsBackWithTheEffect(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	change(t, db, `create table effect (attempt int)`)
	start(t, db, Config{}, handle("k", func(ctx context.Context, j Job) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.ExecContext(ctx, `insert into effect values ($1)`, j.Attempt); err != nil {
			return err
		}
		if err := j.DoneIn(ctx, tx); err != nil {
			return err
		}
		if j.Attempt == 1 {
			return RetryAfter(time.Hour, errors.New("rolled back"))
		}
		return tx.Commit()
	}))
	enqueue(t, db, New{Kind: "k"})
	eventually(t, "the try that rolled back is retried", func() bool { return row(t, db) == "READY 1 rolled back" })
	if got := one[int](t, db, `select count(*) from effect`); got != 0 {
		t.Fatalf("%d effects of a rolled-back try", got)
	}
	change(t, db, `update job set run_at = now()`)
	eventually(t, "the second try commits", func() bool { return count(t, db) == 0 })
	if got := one[string](t, db, `select string_agg(attempt::text, ',') from effect`); got != "2" {
		t.Errorf("effects of attempts %s, want of 2 alone", got)
	}
}

func TestDoneIn_LeavesTheJobToTheLeaseWhenItsTransactionNeverCommitted(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	ended := make(chan struct{})
	s := start(t, db, Config{}, handle("k", func(ctx context.Context, j Job) error {
		defer close(ended)
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		return errors.Join(j.DoneIn(ctx, tx), tx.Rollback())
	}))
	enqueue(t, db, New{Kind: "k"})
	receive(t, "the handler returns nil", ended)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if got := row(t, db); got != "RUNNING 1" {
		t.Errorf("job is %q, want it to wait for its lease to expire", got)
	}
}

func TestStop_LetsRunningHandlersFinishAndBeginsNoOthers(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	begun, release := make(chan struct{}, 6), make(chan struct{})
	s := start(t, db, Config{Workers: 3, Grace: time.Minute}, handle("k", func(ctx context.Context, _ Job) error {
		begun <- struct{}{}
		<-release
		return ctx.Err()
	}))
	change(t, db, `insert into job (kind) select 'k' from generate_series(1, 6)`)
	for range 3 {
		receive(t, "all workers are busy", begun)
	}
	s.cancel()
	for range 3 {
		release <- struct{}{}
	}
	close(release)
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if got := len(begun); got != 0 {
		t.Errorf("%d jobs were begun after the stop", got)
	}
	if got := one[string](t, db, `select concat_ws(' ', count(*), min(state), max(attempt)) from job`); got != "3 READY 0" {
		t.Errorf("left: %s, want the 3 jobs that were not begun", got)
	}
}

func TestStop_GivesBackUnfinishedJobsUncounted(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	running := make(chan struct{})
	s := start(t, db, Config{Grace: time.Millisecond}, handle("k", func(ctx context.Context, _ Job) error {
		close(running)
		<-ctx.Done()
		if !errors.Is(context.Cause(ctx), ErrStopping) {
			t.Errorf("cause is %v", context.Cause(ctx))
		}
		return errors.New("cut short")
	}))
	enqueue(t, db, New{Kind: "k", MaxAttempts: 1})
	receive(t, "the job runs", running)
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if got := row(t, db); got != "READY 0 job: queue is stopping" {
		t.Errorf("job is %s", got)
	}
	if got := pause(t, db); got > 0 {
		t.Errorf("job waits %.1f s, want to be due at once", got)
	}
}

func TestStop_DoesNotGiveAwayAJobThatStillRuns(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	running, release, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	s := start(t, db, Config{}, handle("k", func(context.Context, Job) error {
		defer close(ended)
		close(running)
		<-release
		return nil
	}))
	enqueue(t, db, New{Kind: "k"})
	receive(t, "the job runs", running)
	if err := s.stop(); err == nil {
		t.Error("stopped without a word about the handler that does not end")
	}
	if got := row(t, db); got != "RUNNING 1" {
		t.Errorf("job is %s", got)
	}
	close(release)
	<-ended
}

func TestEvery_RunsOncePerPeriodOverAllProcesses(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	var runs atomic.Int64
	for range 3 {
		start(t, db, Config{Poll: 5 * time.Millisecond}, func(q *Queue) {
			q.Every("nightly", time.Hour, New{Kind: "k", Args: 1})
			q.Handle("k", func(context.Context, Job) error { runs.Add(1); return nil })
		})
	}
	idle := func() bool { return one[bool](t, db, `select count(*) = 0 from job`) }
	for period := range int64(5) {
		eventually(t, "the period's run ends", func() bool { return runs.Load() > period && idle() })
		if got := one[bool](t, db, `select next_at > now() and next_at <= now() + every and every = '1 hour' from job_period`); !got {
			t.Error("the next run is not within the next period")
		}
		if got := runs.Load(); got != period+1 {
			t.Fatalf("%d runs in %d periods", got, period+1)
		}
		change(t, db, `update job_period set next_at = now() - interval '150 minutes'`)
	}
}

// The unique key of a periodic job would hide a period that was taken twice, so this test does without it.
func TestEvery_ADuePeriodIsTakenByOneProcess(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	var queues []*Queue
	for range 3 {
		q := NewQueue(Config{DB: db})
		q.Every("a", time.Hour, New{Kind: "a"})
		q.Every("b", time.Minute, New{Kind: "b"})
		q.periods[0].job.UniqueKey, q.periods[1].job.UniqueKey = "", ""
		queues = append(queues, q)
		if err := q.registerPeriods(); err != nil {
			t.Fatal(err)
		}
	}
	const rounds = 50
	for range rounds {
		change(t, db, `update job_period set next_at = now() - interval '90 seconds'`)
		errs := make(chan error, len(queues))
		for _, q := range queues {
			go func() { errs <- q.insertPeriodic() }()
		}
		for range queues {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, kind := range []string{"a", "b"} {
		if got := one[int](t, db, `select count(*) from job where kind = $1`, kind); got != rounds {
			t.Errorf("%s ran %d times in %d periods", kind, got, rounds)
		}
	}
	if got := one[float64](t, db, `select extract(epoch from next_at - now())::float8 from job_period where name = 'b'`); got <= 0 || got > 30 {
		t.Errorf("b runs again in %.1f s, want the rest of its minute, at most 30", got)
	}
}

func TestEvery_ANewIntervalReplacesTheOld(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	register := func(every time.Duration) {
		q := NewQueue(Config{DB: db})
		q.Every("p", every, New{Kind: "k"})
		if err := q.registerPeriods(); err != nil {
			t.Fatal(err)
		}
	}
	register(24 * time.Hour)
	change(t, db, `update job_period set next_at = now() + interval '20 hours'`)
	register(24 * time.Hour)
	if got := one[bool](t, db, `select next_at > now() + interval '19 hours' from job_period`); !got {
		t.Error("the same interval moved the next run")
	}
	register(time.Hour)
	if got := one[bool](t, db, `select every = '1 hour' and next_at <= now() + interval '1 hour' from job_period`); !got {
		t.Error("the shorter interval does not hold yet")
	}
}

func TestEvery_GoesOnAfterTheClockWasFarAhead(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	q := NewQueue(Config{DB: db})
	q.Every("p", time.Hour, New{Kind: "k"})
	if err := q.registerPeriods(); err != nil {
		t.Fatal(err)
	}
	change(t, db, `update job_period set next_at = now() + interval '1 year'`)
	for range 2 {
		if err := q.insertPeriodic(); err != nil {
			t.Fatal(err)
		}
	}
	if got := one[int](t, db, `select count(*) from job where kind = 'k'`); got != 1 {
		t.Errorf("%d runs after the clock was set back, want 1", got)
	}
	if got := one[bool](t, db, `select next_at > now() and next_at <= now() + every from job_period`); !got {
		t.Error("the next run is not within the next period")
	}
}
