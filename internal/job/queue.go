package job

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"kabinet/domain"
)

// Config says how a process works on jobs. Only DB is required.
type Config struct {
	// DB is the pool the queue takes its own connections from: one, and a second one for moments.
	DB *sql.DB
	// Workers is how many handlers run at once in this process. Default 20.
	Workers int
	// Poll is how often the queue looks by itself, and how late a delayed or retried job may start. Default 1 s.
	Poll time.Duration
	// Lease is how long a job stays with a process that gave no sign of life; it is renewed each third of it. Default 60 s.
	Lease time.Duration
	// Grace is how long running handlers may go on after Run's context ended. Default 10 s;
	// negative: none.
	Grace time.Duration
	// Wake makes the queue look at once for jobs that other processes committed. Its owner should not block on it. Default none.
	Wake <-chan struct{}
	// Name of this process in job.leased_by. Default host name and process id.
	Name string
	// Around is called in place of each handler and calls it, to measure it or to give it more context. Default: the handler alone.
	Around func(ctx context.Context, j Job, handler Handler) error
	// Log gets failures, never args. Default: nothing is logged.
	Log *slog.Logger
}

// Handler does one job. nil: the job is done and deleted. [RetryAfter], [Postpone] and [Dead] say what to do instead; any
// other error, and a panic, is retried with growing pauses until the attempts are used up, then the job is DEAD.
// ctx ends when the lease is lost, the kind's time limit is over, or the process stops; a handler must heed it.
type Handler func(ctx context.Context, j Job) error

// HandleOption changes how one kind is handled.
type HandleOption func(*kind)

// Limit lets at most n jobs, at least one, of the kind run at once in this process. Default: as many as there are workers.
func Limit(n int) HandleOption { return func(k *kind) { k.limit = n } }

// Timeout ends a handler's context after d; 0 means never. Default 10 minutes.
func Timeout(d time.Duration) HandleOption { return func(k *kind) { k.timeout = d } }

type kind struct {
	handler Handler
	limit   int
	timeout time.Duration
}

type period struct {
	name  string
	every time.Duration
	job   New
}

// Queue runs jobs. Make it with [NewQueue], tell it what to do with [Queue.Handle] and [Queue.Every], then call
// [Queue.Run] once.
type Queue struct {
	cfg     Config
	kinds   map[string]kind
	periods []period
	wake    chan struct{}
	started atomic.Bool
}

// NewQueue makes a queue that does nothing until Run.
func NewQueue(cfg Config) *Queue {
	cfg.Workers = cmp.Or(cfg.Workers, 20)
	cfg.Poll = cmp.Or(cfg.Poll, time.Second)
	cfg.Lease = cmp.Or(cfg.Lease, time.Minute)
	cfg.Grace = cmp.Or(cfg.Grace, 10*time.Second)
	if cfg.Name == "" {
		host, _ := os.Hostname() // a label for people: without the host the pid must do
		cfg.Name = fmt.Sprintf("%s:%d", host, os.Getpid())
	}
	if cfg.Around == nil {
		cfg.Around = func(ctx context.Context, j Job, handler Handler) error { return handler(ctx, j) }
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Queue{cfg: cfg, kinds: map[string]kind{}, wake: make(chan struct{}, 1)}
}

// Handle names the handler of a kind. Like http.ServeMux it panics on a programmer's error: a kind handled twice, or
// after Run began.
func (q *Queue) Handle(name string, h Handler, opts ...HandleOption) {
	if _, twice := q.kinds[name]; twice || name == "" || h == nil || q.started.Load() {
		panic(fmt.Sprintf("job: cannot handle kind %q: empty, handled twice or too late", name))
	}
	k := kind{handler: h, limit: q.cfg.Workers, timeout: 10 * time.Minute}
	for _, o := range opts {
		o(&k)
	}
	k.limit = min(max(k.limit, 1), q.cfg.Workers)
	q.kinds[name] = k
}

// Every inserts a job once per interval, by whichever process is first, and for the first time when the name is first
// seen. Periods missed while no process ran are not made up for. A run is skipped while the job of an earlier one is
// unfinished, unless n has a UniqueKey of its own. n.RunAt is ignored. It panics like [Queue.Handle].
func (q *Queue) Every(name string, interval time.Duration, n New) {
	n.UniqueKey = cmp.Or(n.UniqueKey, "every/"+name)
	n.RunAt = time.Time{}
	twice := slices.ContainsFunc(q.periods, func(p period) bool { return p.name == name })
	_, err := columns([]New{n}, domain.Origin{})
	if twice || err != nil || name == "" || interval < time.Millisecond || q.started.Load() {
		panic(fmt.Sprintf("job: cannot run %q every %v: empty, named twice, too often, too late or without a job (%v)", name, interval, err))
	}
	q.periods = append(q.periods, period{name: name, every: interval, job: n})
}

// Wake makes the queue look for due jobs now. Call it after the commit; it never blocks, and calls while the queue is
// busy count as one.
func (q *Queue) Wake() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, then stops gracefully: no job is begun, running handlers have [Config.Grace] to finish, then
// their contexts are cancelled and those that return within two more seconds are given back to READY. It returns nil, or
// an error that counts the handlers which did not heed their context; their jobs run again when the leases expire.
// Trouble with Postgres is logged and outlived.
func (q *Queue) Run(ctx context.Context) error {
	if q.cfg.DB == nil {
		return errors.New("job: Config.DB is missing")
	}
	if q.started.Swap(true) {
		return errors.New("job: Run was called before")
	}
	handlers, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	r := newRun(handlers, q)
	defer r.beatInBackground()()
	r.work(ctx)
	return r.drain(cancel)
}
