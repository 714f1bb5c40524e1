package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// State is where a job stands; see the package comment.
type State string

// The states of a job. A finished job is deleted and has none.
const (
	StateReady   State = "READY"
	StateRunning State = "RUNNING"
	StateDead    State = "DEAD"
)

// Queryer is what reading needs: a *sql.DB, *sql.Tx, *sqlx.DB or *sqlx.Tx.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// DeadJob is a job that was given up, for a person to look at.
type DeadJob struct {
	ID          int64
	Kind        string
	Args        json.RawMessage
	UniqueKey   string // empty: none
	Attempt     int    // counted tries
	MaxAttempts int
	LastError   string // why the last try failed, at most about 2,000 bytes
	CreatedAt   time.Time
	DeadAt      time.Time
}

// ListDead returns the dead jobs, the latest death first, at most limit of them. None: an empty list.
func ListDead(ctx context.Context, db Queryer, limit int) ([]DeadJob, error) {
	rows, err := db.QueryContext(ctx, `
		select id, kind, args, coalesce(unique_key, ''), attempt, max_attempts, last_error, created_at, dead_at
		from job
		where state = 'DEAD'
		order by dead_at desc, id desc
		limit $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list dead jobs: %w", err)
	}
	defer rows.Close()
	var dead []DeadJob
	for rows.Next() {
		var d DeadJob
		if err := rows.Scan(&d.ID, &d.Kind, (*[]byte)(&d.Args), &d.UniqueKey, &d.Attempt, &d.MaxAttempts,
			&d.LastError, &d.CreatedAt, &d.DeadAt); err != nil {
			return nil, fmt.Errorf("list dead jobs: %w", err)
		}
		dead = append(dead, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list dead jobs: %w", err)
	}
	return dead, nil
}

var (
	// ErrNotDead says that there is no dead job with the id.
	ErrNotDead = errors.New("job: no such dead job")
	// ErrKeyTaken says that an unfinished job has the dead job's unique key, so that the same work is under way.
	ErrKeyTaken = errors.New("job: an unfinished job has the same unique key")
)

// Retry gives a dead job all its attempts again, beginning now. Errors: [ErrNotDead], [ErrKeyTaken]. Call [Queue.Wake]
// after the commit.
func Retry(ctx context.Context, db Execer, id int64) error {
	res, err := db.ExecContext(ctx, `
		update job set state = 'READY', attempt = 0, run_at = now(), dead_at = null
		where id = $1 and state = 'DEAD'`, id)
	if e := pq.As(err, pqerror.UniqueViolation); e != nil && e.Constraint == "job_unique_key" {
		return fmt.Errorf("retry job %d: %w", id, ErrKeyTaken)
	}
	if err != nil {
		return fmt.Errorf("retry job %d: %w", id, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("retry job %d: %w", id, err)
	}
	if n == 0 {
		return fmt.Errorf("retry job %d: %w", id, ErrNotDead)
	}
	return nil
}

// Count says how many jobs of a kind are in a state.
type Count struct {
	Kind  string
	State State
	Jobs  int64
	// Late is how long the oldest READY job has been due: the lag of the workers. 0 when none is due, and in other states.
	Late time.Duration
}

// Stats counts all jobs by kind and state, for metrics. It reads the whole table, which holds unfinished and dead jobs only.
func Stats(ctx context.Context, db Queryer) ([]Count, error) {
	rows, err := db.QueryContext(ctx, `
		select kind, state, count(*),
			coalesce(greatest(extract(epoch from now() - min(run_at) filter (where state = 'READY')), 0), 0)::float8
		from job
		group by kind, state
		order by kind, state`)
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	defer rows.Close()
	var counts []Count
	for rows.Next() {
		var c Count
		var late float64
		if err := rows.Scan(&c.Kind, &c.State, &c.Jobs, &late); err != nil {
			return nil, fmt.Errorf("count jobs: %w", err)
		}
		c.Late = time.Duration(late * float64(time.Second))
		counts = append(counts, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return counts, nil
}
