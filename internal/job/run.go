package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// statementTimeout bounds each statement of the queue's own. They do not end with Run's context: a lease that was
// granted while the client stopped listening would be nobody's until it expires.
const statementTimeout = 5 * time.Second

// returnTime is how long handlers have to return after their contexts were cancelled at a stop.
const returnTime = 2 * time.Second

// lease is this process's hold on one running job.
type lease struct {
	leaseKey
	cancel context.CancelCauseFunc
	doneIn atomic.Bool // Job.DoneIn was called and its statement succeeded
}

// leaseKey names one lease for ever: a process that stalled may hold a lost lease and a new one on the same job.
type leaseKey struct{ id, no int64 }

// result is what one handler left behind.
type result struct {
	job     Job
	verdict verdict
}

// run is the life of one Queue.Run. One goroutine, work and then drain, owns everything but held, which it shares with
// the heartbeat.
type run struct {
	q          *Queue
	log        *slog.Logger
	handlers   context.Context // parent of all handlers' contexts; outlives Run's by the grace
	results    chan result     // as deep as there are workers: a handler never waits to report
	unsaved    []result        // verdicts not yet written; their leases are still renewed
	running    int
	busy       map[string]int // running handlers by kind
	turn       int            // which kind is asked first next time
	registered bool           // the periods are in job_period

	mu   sync.Mutex
	held map[leaseKey]*lease
}

func newRun(handlers context.Context, q *Queue) *run {
	return &run{
		q:        q,
		log:      q.cfg.Log,
		handlers: handlers,
		results:  make(chan result, q.cfg.Workers),
		busy:     map[string]int{},
		held:     map[leaseKey]*lease{},
	}
}

// work leases and starts jobs until ctx ends. Each turn writes the verdicts that came in and fetches what the free
// workers can take, so that under load both are done in sets, and idle costs one look per poll.
func (r *run) work(ctx context.Context) {
	tick := time.NewTicker(r.q.cfg.Poll)
	defer tick.Stop()
	others := r.q.cfg.Wake
	keep, look := true, true // whether to do the housekeeping; whether due jobs may be waiting
	for ctx.Err() == nil {
		r.save()
		if keep {
			r.housekeep()
			keep = false
		}
		if look && r.running < r.q.cfg.Workers {
			look = r.startDue()
		}
		select {
		case <-ctx.Done():
		case res := <-r.results:
			r.collect(res)
		case <-r.q.wake:
			look = true
		case _, open := <-others:
			look = true
			if !open {
				others = nil
			}
		case <-tick.C:
			keep, look = true, true
		}
	}
}

// drain sees the running handlers out.
func (r *run) drain(cancel context.CancelCauseFunc) error {
	patience := time.NewTimer(max(r.q.cfg.Grace, 0))
	defer patience.Stop()
	for r.running > 0 {
		r.save()
		select {
		case res := <-r.results:
			r.collect(res)
			continue
		case <-patience.C:
		}
		if r.handlers.Err() != nil {
			break
		}
		cancel(ErrStopping)
		patience.Reset(returnTime)
	}
	r.save()
	if r.running > 0 || len(r.unsaved) > 0 {
		return fmt.Errorf("job: stopped with %d handlers still running and %d results not saved", r.running, len(r.unsaved))
	}
	return nil
}

// housekeep frees expired leases and inserts the jobs of due periods.
func (r *run) housekeep() {
	if err := r.q.expireLeases(r.log); err != nil {
		r.log.Error("jobs with expired leases were not freed", "err", err)
	}
	if len(r.q.periods) == 0 {
		return
	}
	if !r.registered {
		if err := r.q.registerPeriods(); err != nil {
			r.log.Error("periods were not registered", "err", err)
			return
		}
		r.registered = true
	}
	if err := r.q.insertPeriodic(); err != nil {
		r.log.Error("periodic jobs were not inserted", "err", err)
	}
}

// startDue leases due jobs for the free workers and starts them. It reports whether more may be waiting.
func (r *run) startDue() bool {
	names, room := r.room()
	if len(names) == 0 {
		return true
	}
	free := r.q.cfg.Workers - r.running
	jobs, err := r.q.leaseDue(names, room, free)
	if err != nil {
		r.log.Error("due jobs were not fetched", "err", err)
		return true
	}
	for _, j := range jobs {
		r.start(j)
	}
	_, roomNow := r.room()
	return len(jobs) == free || len(roomNow) < len(r.q.kinds)
}

// room lists the kinds that may start jobs now, and how many of each. A different kind comes first each time, because
// the first ones get the workers.
func (r *run) room() (names []string, room []int64) {
	for name, k := range r.q.kinds {
		if k.limit-r.busy[name] > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if len(names) > 0 {
		r.turn = (r.turn + 1) % len(names)
		names = slices.Concat(names[r.turn:], names[:r.turn])
	}
	for _, name := range names {
		room = append(room, int64(r.q.kinds[name].limit-r.busy[name]))
	}
	return names, room
}

// start runs the handler of a leased job in its own goroutine, which always reports exactly one result.
func (r *run) start(j Job) {
	k := r.q.kinds[j.Kind]
	ctx, cancel := context.WithCancelCause(r.handlers)
	j.lease.cancel = cancel
	r.hold(j.lease)
	r.running++
	r.busy[j.Kind]++
	go func() {
		defer cancel(nil)
		err := errors.New("handler ended its goroutine") // unless it returns: runtime.Goexit passes the assignment by
		defer func() {
			v := judge(err, j.Attempt, j.MaxAttempts, rand.Float64())
			if err != nil && errors.Is(context.Cause(r.handlers), ErrStopping) {
				v = released()
			}
			r.results <- result{job: j, verdict: v}
		}()
		err = r.call(ctx, k, j)
	}()
}

// call is the handler with its time limit, a panic turned into an error.
func (r *run) call(ctx context.Context, k kind, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("job handler panicked", "kind", j.Kind, "job", j.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if k.timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, k.timeout)
		defer stop()
	}
	return r.q.cfg.Around(ctx, j, k.handler)
}

// collect takes a result and all others that have arrived, and frees their workers.
func (r *run) collect(res result) {
	for {
		r.running--
		r.busy[res.job.Kind]--
		if res.verdict.done && res.job.lease.doneIn.Load() {
			r.letGo(res.job.lease)
		} else {
			r.unsaved = append(r.unsaved, res)
		}
		select {
		case res = <-r.results:
		default:
			return
		}
	}
}

// save writes the verdicts that came in. What cannot be written now is kept and tried again on the next turn.
func (r *run) save() {
	var done, rest []result
	for _, res := range r.unsaved {
		if res.verdict.done {
			done = append(done, res)
		} else {
			rest = append(rest, res)
		}
	}
	r.unsaved = append(r.saveWith(r.q.deleteDone, done), r.saveWith(r.q.writeVerdicts, rest)...)
}

// saveWith writes results with one statement and returns those to be tried again: all or none.
func (r *run) saveWith(write func([]result) (map[leaseKey]bool, error), results []result) []result {
	if len(results) == 0 {
		return nil
	}
	saved, err := write(results)
	if err != nil {
		r.log.Error("job results were not saved", "results", len(results), "err", err)
		return results
	}
	for _, res := range results {
		r.letGo(res.job.lease)
		r.report(res, saved[res.job.lease.leaseKey])
	}
	return nil
}

func (r *run) report(res result, saved bool) {
	log := r.log.With("kind", res.job.Kind, "job", res.job.ID, "attempt", res.job.Attempt)
	switch v := res.verdict; {
	case !saved && res.job.lease.doneIn.Load():
		log.Warn("job failed after it was completed", "reason", v.reason)
	case !saved:
		log.Warn("job result dropped, the lease was lost")
	case v.dead:
		log.Error("job is dead", "reason", v.reason)
	case !v.done && v.counted:
		log.Warn("job failed", "reason", v.reason, "againIn", v.delay)
	case !v.done:
		log.Info("job put off", "reason", v.reason, "againIn", v.delay)
	}
}

// beatInBackground renews the leases of all held jobs each third of a lease, until the returned function is called.
func (r *run) beatInBackground() (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(r.q.cfg.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				r.beat()
			}
		}
	}()
	return func() {
		close(quit)
		<-ended
	}
}

// beat renews all leases in one statement and cancels the handlers whose jobs are no longer theirs.
func (r *run) beat() {
	held := r.snapshot()
	if len(held) == 0 {
		return
	}
	alive, err := r.q.renewLeases(held)
	if err != nil {
		r.log.Error("job leases were not renewed", "jobs", len(held), "err", err)
		return
	}
	for key, l := range held {
		// A job that is gone because its own handler completed it may still have something to do after the commit.
		if !alive[key] && !l.doneIn.Load() {
			l.cancel(ErrLeaseLost)
		}
	}
}

func (r *run) hold(l *lease) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[l.leaseKey] = l
}

func (r *run) letGo(l *lease) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.held, l.leaseKey)
}

func (r *run) snapshot() map[leaseKey]*lease {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.held)
}
