package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
	"kabinet/internal/origin"
)

// New is a job to be inserted by [Enqueue].
type New struct {
	// Kind names the handler. Required.
	Kind string
	// Args is what the handler gets, as JSON; prefer ids to copies of rows. Default {}.
	Args any
	// UniqueKey, when set, makes the insert a no-op while another job with the same key is READY or RUNNING. A running job
	// may have read its data already: work that must see the newest change needs the change in its key. Default none.
	UniqueKey string
	// RunAt is the moment before which the job does not start. Default now.
	RunAt time.Time
	// MaxAttempts is the number of tries after which a failing job is DEAD. Default 12, which is about five hours.
	MaxAttempts int
}

// Execer is what writing needs: a *sql.Tx or *sqlx.Tx, also a *sql.DB where no transaction is at hand.
type Execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Jobs with keys are inserted in the order of their keys, so that two transactions with the same keys wait for each
// other instead of deadlocking.
const enqueueSQL = `
insert into job (kind, args, run_at, unique_key, max_attempts)
select kind, args::jsonb, coalesce(nullif(run_at, '')::timestamptz, now()), nullif(unique_key, ''), coalesce(nullif(max_attempts, 0), 12)
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[]) with ordinality
	as new (kind, args, run_at, unique_key, max_attempts, ordinality)
order by nullif(unique_key, '') nulls first, ordinality
on conflict do nothing`

// Enqueue inserts jobs in one statement. They are seen by workers when tx commits; call [Queue.Wake] then to save them
// the wait for the next poll. A job whose UniqueKey is held by an unfinished job, or stands twice in jobs, is skipped
// without an error. Args that JSON or jsonb cannot hold, an empty Kind and a negative MaxAttempts are errors.
func Enqueue(ctx context.Context, tx Execer, jobs ...New) error {
	if len(jobs) == 0 {
		return nil
	}
	params, err := columns(jobs, origin.From(ctx))
	if err != nil {
		return fmt.Errorf("enqueue: %w", err)
	}
	if _, err = tx.ExecContext(ctx, enqueueSQL, params...); err != nil {
		return fmt.Errorf("enqueue %d jobs, the first of kind %q: %w", len(jobs), jobs[0].Kind, err)
	}
	return nil
}

// columns makes the first five parameters of enqueueSQL: new jobs column by column, zero values for the defaults.
// Times and args travel as text, which lib/pq sends alike with and without binary_parameters.
func columns(jobs []New, from domain.Origin) ([]any, error) {
	var kinds, args, runAts, uniqueKeys []string
	var maxAttempts []int64
	for _, n := range jobs {
		if n.Kind == "" {
			return nil, errors.New("a job without a kind")
		}
		text := []byte("{}")
		if n.Args != nil {
			var err error
			if text, err = json.Marshal(n.Args); err != nil {
				return nil, fmt.Errorf("args of %q: %w", n.Kind, err)
			}
		}
		text = withOrigin(text, from)
		runAt := ""
		if !n.RunAt.IsZero() {
			runAt = n.RunAt.UTC().Format(time.RFC3339Nano)
		}
		kinds = append(kinds, n.Kind)
		args = append(args, string(text))
		runAts = append(runAts, runAt)
		uniqueKeys = append(uniqueKeys, n.UniqueKey)
		maxAttempts = append(maxAttempts, int64(n.MaxAttempts))
	}
	return []any{pq.Array(kinds), pq.Array(args), pq.Array(runAts), pq.Array(uniqueKeys), pq.Array(maxAttempts)}, nil
}

// originKey is where args say which request asked for the job.
const originKey = `"origin":`

// withOrigin adds to args which request asked for the job. Args that are no object stay as they are.
func withOrigin(args []byte, from domain.Origin) []byte {
	said, err := json.Marshal(from)
	if err != nil || from == (domain.Origin{}) || len(args) < 2 || args[0] != '{' {
		return args
	}
	rest := args[1:]
	if len(rest) > 1 {
		rest = append([]byte{','}, rest...)
	}
	return slices.Concat([]byte("{"+originKey), said, rest)
}

// Job is one try of a job, as its handler sees it.
type Job struct {
	ID          int64
	Kind        string
	Args        json.RawMessage
	Attempt     int // this try, from 1
	MaxAttempts int
	CreatedAt   time.Time

	lease *lease
}

// Origin is the request that asked for the job; the zero one when none did, or when it is not known.
func (j Job) Origin() domain.Origin {
	var args struct {
		Origin domain.Origin `json:"origin"`
	}
	if json.Unmarshal(j.Args, &args) != nil {
		return domain.Origin{} // args that are no object
	}
	return args.Origin
}

// Decode reads Args into the value v points to. Its error is a [Dead] one: args do not get better by waiting.
func (j Job) Decode(v any) error {
	if err := json.Unmarshal(j.Args, v); err != nil {
		return Dead(fmt.Errorf("args of %s job %d: %w", j.Kind, j.ID, err))
	}
	return nil
}

// DoneIn completes the job inside tx, the transaction of its effect: both commit or neither does. It fails with
// [ErrLeaseLost] when the job is no longer this worker's, and tx must then be rolled back. Call it once per transaction,
// best as the last statement. A handler that returns nil after DoneIn must have committed; had it not, the job would
// run again when its lease expires. A handler that returns an error after a rollback is retried as usual.
func (j Job) DoneIn(ctx context.Context, tx Execer) error {
	res, err := tx.ExecContext(ctx, `delete from job where id = $1 and lease_no = $2 and state = 'RUNNING'`, j.ID, j.lease.no)
	if err != nil {
		return fmt.Errorf("complete %s job %d: %w", j.Kind, j.ID, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("complete %s job %d: %w", j.Kind, j.ID, err)
	}
	if n == 0 {
		return fmt.Errorf("complete %s job %d: %w", j.Kind, j.ID, ErrLeaseLost)
	}
	j.lease.doneIn.Store(true)
	return nil
}

var (
	// ErrLeaseLost says that the job is no longer this worker's: it went to another one, or was completed already. It is
	// also the [context.Cause] of a handler's context that was cancelled for that reason.
	ErrLeaseLost = errors.New("job: lease lost")
	// ErrStopping is the [context.Cause] of a handler's context when the process stops and the grace is over. Whatever
	// error the handler returns then, the job goes back to READY at once and the try is not counted.
	ErrStopping = errors.New("job: queue is stopping")
)
