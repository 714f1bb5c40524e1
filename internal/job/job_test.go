package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
)

var (
	_ Execer  = (*sqlx.Tx)(nil)
	_ Queryer = (*sqlx.DB)(nil)
)

func enqueue(t testing.TB, db *sql.DB, jobs ...New) {
	t.Helper()
	if err := Enqueue(context.Background(), db, jobs...); err != nil {
		t.Fatal(err)
	}
}

func TestEnqueue_LivesAndDiesWithTheTransaction(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	for want, end := range []func(*sql.Tx) error{(*sql.Tx).Rollback, (*sql.Tx).Commit} {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if err := Enqueue(t.Context(), tx, New{Kind: "push"}); err != nil {
			t.Fatal(err)
		}
		if err := end(tx); err != nil {
			t.Fatal(err)
		}
		if got := one[int](t, db, `select count(*) from job`); got != want {
			t.Errorf("%d jobs, want %d", got, want)
		}
	}
}

func TestEnqueue_StoresWhatWasAskedAndDefaults(t *testing.T) {
	t.Parallel()
	for _, binaryParameters := range []bool{true, false} {
		db := newDBWith(t, binaryParameters)
		at := time.Date(2031, 5, 9, 12, 0, 0, 123456000, time.FixedZone("MSK", 3*60*60))
		enqueue(t, db,
			New{Kind: "plain"},
			New{Kind: "full", Args: map[string]any{"order": 7, "note": `quote " comma , brace { Привет`}, UniqueKey: "full/7", RunAt: at, MaxAttempts: 3})
		plain := one[string](t, db, `select concat_ws('|', args, state, attempt, max_attempts, unique_key is null, run_at = created_at) from job where kind = 'plain'`)
		if want := "{}|READY|0|12|t|t"; plain != want {
			t.Errorf("binary %v: plain job is %s, want %s", binaryParameters, plain, want)
		}
		full := one[string](t, db, `select concat_ws('|', args ->> 'order', args ->> 'note', max_attempts, unique_key) from job where kind = 'full'`)
		if want := `7|quote " comma , brace { Привет|3|full/7`; full != want {
			t.Errorf("binary %v: full job is %s, want %s", binaryParameters, full, want)
		}
		if got := one[time.Time](t, db, `select run_at from job where kind = 'full'`); !got.Equal(at) {
			t.Errorf("binary %v: runs at %v, want %v", binaryParameters, got, at)
		}
	}
}

func TestEnqueue_RefusesWhatCannotBeAJob(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	for name, n := range map[string]New{
		"no kind":           {Args: 1},
		"args not JSON":     {Kind: "k", Args: func() {}},
		"args not jsonb":    {Kind: "k", Args: "\x00"},
		"negative attempts": {Kind: "k", MaxAttempts: -1},
	} {
		if err := Enqueue(t.Context(), db, New{Kind: "good"}, n); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := Enqueue(t.Context(), db); err != nil {
		t.Errorf("no jobs: %v", err)
	}
	if got := one[int](t, db, `select count(*) from job`); got != 0 {
		t.Errorf("%d jobs were inserted beside bad ones", got)
	}
}

func TestEnqueue_SkipsAKeyUntilItsJobIsDoneOrDead(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	keyed := New{Kind: "k", UniqueKey: "a"}
	left := func() int { return one[int](t, db, `select count(*) from job where state <> 'DEAD'`) }

	enqueue(t, db, keyed, keyed, New{Kind: "k"}, New{Kind: "k"})
	enqueue(t, db, New{Kind: "other", UniqueKey: "a"}, New{Kind: "k", UniqueKey: "b"})
	if got := left(); got != 4 {
		t.Fatalf("%d jobs, want one of key a, one of key b and two without", got)
	}
	change(t, db, `update job set state = 'RUNNING', attempt = 1, lease_until = now(), leased_by = 'x' where unique_key = 'a'`)
	enqueue(t, db, keyed)
	if got := left(); got != 4 {
		t.Errorf("%d jobs, want 4: a running job holds its key", got)
	}
	change(t, db, `update job set state = 'DEAD', lease_until = null, leased_by = null, dead_at = now(), last_error = 'x' where unique_key = 'a'`)
	enqueue(t, db, keyed)
	if got := left(); got != 4 {
		t.Errorf("%d unfinished jobs, want 4: a dead job's key is free", got)
	}
	change(t, db, `delete from job where unique_key = 'b'`)
	enqueue(t, db, New{Kind: "k", UniqueKey: "b"})
	if got := left(); got != 4 {
		t.Errorf("%d unfinished jobs, want 4: a done job's key is free", got)
	}
}

func TestEnqueue_SameKeysInOppositeOrderDoNotDeadlock(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	var up, down []New
	for i := range 200 {
		up = append(up, New{Kind: "k", UniqueKey: fmt.Sprintf("key %d", i)})
	}
	down = slices.Clone(up)
	slices.Reverse(down)
	for range 10 {
		errs := make(chan error, 2)
		go func() { errs <- Enqueue(context.Background(), db, up...) }()
		go func() { errs <- Enqueue(context.Background(), db, down...) }()
		if err := errors.Join(<-errs, <-errs); err != nil {
			t.Fatal(err)
		}
		if got := one[int](t, db, `select count(*) from job`); got != len(up) {
			t.Fatalf("%d jobs, want %d", got, len(up))
		}
		change(t, db, `delete from job`)
	}
}

func TestTable_RefusesStatesThatContradictTheirColumns(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	enqueue(t, db, New{Kind: "k"})
	for constraint, set := range map[string]string{
		"job_state_known":           `state = 'DONE'`,
		"job_running_is_leased":     `state = 'RUNNING', attempt = 1`,
		"job_dead_has_reason":       `state = 'DEAD', dead_at = now()`,
		"job_max_attempts_positive": `max_attempts = 0`,
		"job_kind_named":            `kind = ''`,
	} {
		_, err := db.Exec(`update job set ` + set)
		if err == nil || !strings.Contains(err.Error(), constraint) {
			t.Errorf("%s: %v, want %s violated", set, err, constraint)
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	wrapped := func(err error) error { return fmt.Errorf("send: %w", err) }
	for name, c := range map[string]struct {
		err     error
		attempt int
		want    verdict
	}{
		"done":                       {nil, 3, verdict{done: true}},
		"first failure":              {boom, 1, verdict{counted: true, delay: time.Second, reason: "boom"}},
		"third failure":              {boom, 3, verdict{counted: true, delay: 81 * time.Second, reason: "boom"}},
		"long back-off is capped":    {boom, 9, verdict{counted: true, delay: time.Hour, reason: "boom"}},
		"last failure":               {boom, 12, verdict{counted: true, dead: true, delay: time.Hour, reason: "boom"}},
		"retry after":                {wrapped(RetryAfter(time.Minute, boom)), 2, verdict{counted: true, delay: time.Minute, reason: "send: boom"}},
		"retry after, last":          {RetryAfter(time.Minute, boom), 12, verdict{counted: true, dead: true, delay: time.Minute, reason: "boom"}},
		"retry after a negative":     {RetryAfter(-time.Minute, boom), 2, verdict{counted: true, reason: "boom"}},
		"postponed":                  {Postpone(time.Minute, boom), 2, verdict{delay: time.Minute, reason: "boom"}},
		"postponed at the last try":  {Postpone(time.Minute, boom), 12, verdict{delay: time.Minute, reason: "boom"}},
		"postponed without a reason": {Postpone(time.Minute, nil), 2, verdict{delay: time.Minute, reason: "no reason given"}},
		"dead":                       {wrapped(Dead(boom)), 1, verdict{counted: true, dead: true, reason: "send: boom"}},
	} {
		if got := judge(c.err, c.attempt, 12, 0); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestBackoff_StaysBetweenFourFifthsAndTheWhole(t *testing.T) {
	t.Parallel()
	for _, attempt := range []int{1, 5, 8, 1000, math.MaxInt32} {
		whole := backoff(attempt, 0)
		least := backoff(attempt, math.Nextafter(1, 0))
		if whole > maxBackoff || whole <= 0 || least < whole*4/5 || least >= whole {
			t.Errorf("attempt %d: from %v to %v", attempt, least, whole)
		}
	}
}

func TestStorable_IsTextForPostgresAndPeople(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":     "plain",
		"a\x00b":    "ab",
		"a\xffb":    "a�b",
		"":          "error without a text",
		"ошибка 12": "ошибка 12",
	} {
		if got := storable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	long := storable("x" + strings.Repeat("ы", maxReason))
	if len(long) > maxReason+len("…") || !utf8.ValidString(long) || !strings.HasSuffix(long, "ы…") {
		t.Errorf("%d bytes ending %q", len(long), long[len(long)-8:])
	}
}

func TestDeadList(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	ctx := t.Context()
	change(t, db, `
		insert into job (kind, args, state, attempt, unique_key, last_error, dead_at)
		select 'k', jsonb_build_object('n', n), 'DEAD', 12, 'key', 'gone', now() - n * interval '1 day'
		from generate_series(1, 3) as n`)

	dead, err := ListDead(ctx, db, 2)
	if err != nil || len(dead) != 2 {
		t.Fatalf("%d dead jobs, %v, want 2", len(dead), err)
	}
	first := dead[0]
	if string(first.Args) != `{"n": 1}` || first.LastError != "gone" || first.UniqueKey != "key" || first.Attempt != 12 {
		t.Errorf("the latest death is listed as %+v", first)
	}
	if err := Retry(ctx, db, first.ID); err != nil {
		t.Fatal(err)
	}
	if got := one[string](t, db, `select concat_ws('|', state, attempt, run_at <= now()) from job where id = $1`, first.ID); got != "READY|0|t" {
		t.Errorf("retried job is %s", got)
	}
	if err := Retry(ctx, db, first.ID); !errors.Is(err, ErrNotDead) {
		t.Errorf("retry of a job that is not dead: %v", err)
	}
	if err := Retry(ctx, db, dead[1].ID); !errors.Is(err, ErrKeyTaken) {
		t.Errorf("retry beside an unfinished job of the same key: %v", err)
	}
}

func TestStats_CountsByKindAndState(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	enqueue(t, db, New{Kind: "a", RunAt: time.Now().Add(-time.Hour)}, New{Kind: "a", RunAt: time.Now().Add(time.Hour)}, New{Kind: "b", RunAt: time.Now().Add(time.Hour)})
	change(t, db, `insert into job (kind, state, last_error, dead_at) values ('a', 'DEAD', 'x', now())`)
	counts, err := Stats(t.Context(), db)
	if err != nil || len(counts) != 3 {
		t.Fatalf("%+v, %v", counts, err)
	}
	late := counts[1].Late
	if late < time.Hour || late > time.Hour+time.Minute {
		t.Errorf("the oldest job is late by %v, want an hour", late)
	}
	counts[1].Late = 0
	want := []Count{{Kind: "a", State: StateDead, Jobs: 1}, {Kind: "a", State: StateReady, Jobs: 2}, {Kind: "b", State: StateReady, Jobs: 1}}
	if !slices.Equal(counts, want) {
		t.Errorf("%+v, want %+v", counts, want)
	}
}
