//go:build unix

package torture

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"

	"kabinet/domain"
	"kabinet/push/fcmtest"
	"kabinet/push/mailtest"
)

// fault is a way to break something. do returns when it has repaired it, unless it is for Kabinet to do that.
type fault struct {
	name string
	do   func(ctx context.Context, r *rand.Rand)
}

// breakThings lets the faults fall in any order, each once and as often as the time allows, and looks after each whether the service is back.
func (w *world) breakThings(ctx context.Context, faults []fault) {
	w.t.Helper()
	if only := os.Getenv("KABINET_TORTURE_FAULTS"); only != "" {
		faults = slices.DeleteFunc(slices.Clone(faults), func(f fault) bool { return !regexp.MustCompile(only).MatchString(f.name) })
	}
	r := w.rand(0)
	var deck []fault
	for end := time.Now().Add(w.span); (time.Now().Before(end) || w.broken < len(faults)) && !w.t.Failed(); w.broken++ {
		if len(deck) == 0 {
			deck = slices.Clone(faults)
			r.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
		}
		next := deck[0]
		deck = deck[1:]
		pause(ctx, time.Duration(200+r.IntN(800))*time.Millisecond)
		w.spare += alertsAtOnce
		next.do(ctx, r)
		w.awaitService(next.name, time.Now())
		w.judgeAtOnce(next.name)
	}
}

// some is a time that a fault lasts.
func (w *world) some(r *rand.Rand) time.Duration {
	if w.span > time.Minute && r.IntN(8) == 0 {
		return time.Duration(5_000+r.IntN(10_000)) * time.Millisecond
	}
	return time.Duration(200+r.IntN(1_300)) * time.Millisecond
}

// faults are those of processes whose way to the database can be broken.
func (w *world) faults() []fault {
	one := func(r *rand.Rand) *server { return w.servers[r.IntN(len(w.servers))] }
	db := func() *sqlx.DB { return w.st.DB() }
	return slices.Concat([]fault{
		{"kabinet killed", func(_ context.Context, r *rand.Rand) {
			s := one(r)
			s.kill()
			s.start(w.t)
		}},
		{"kabinet restarted", func(_ context.Context, r *rand.Rand) {
			s := one(r)
			s.stop(w.t)
			s.start(w.t)
		}},
		{"kabinet frozen", func(ctx context.Context, r *rand.Rand) {
			s := one(r)
			_ = s.cmd.Process.Signal(syscall.SIGSTOP)
			pause(ctx, w.some(r))
			_ = s.cmd.Process.Signal(syscall.SIGCONT)
		}},
		{"postgres killed", func(context.Context, *rand.Rand) { w.killPostmaster() }},
		{"connections cut", func(_ context.Context, r *rand.Rand) { one(r).link.Cut() }},
		{"connections swallowed", func(_ context.Context, r *rand.Rand) { one(r).link.Swallow() }},
		{"database out of reach", func(ctx context.Context, r *rand.Rand) {
			l := one(r).link
			l.Refuse()
			pause(ctx, w.some(r))
			l.Accept()
		}},
		{"database frozen", func(ctx context.Context, r *rand.Rand) {
			for _, s := range w.servers {
				s.link.Freeze()
			}
			pause(ctx, w.some(r))
			for _, s := range w.servers {
				s.link.Thaw()
			}
		}},
		{"way to the database frozen", func(ctx context.Context, r *rand.Rand) {
			l := one(r).link
			l.Freeze()
			pause(ctx, w.some(r))
			l.Thaw()
		}},
		{"backends ended", func(ctx context.Context, _ *rand.Rand) {
			_, _ = db().ExecContext(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where client_addr is not null`)
		}},
		{"backends frozen", func(ctx context.Context, r *rand.Rand) {
			var pids []int
			_ = db().SelectContext(ctx, &pids, `select pid from pg_stat_activity where client_addr is not null and random() < 0.5`)
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGSTOP)
			}
			pause(ctx, w.some(r))
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGCONT)
			}
		}},
		{"tables locked", func(ctx context.Context, r *rand.Rand) {
			tx, err := db().BeginTx(ctx, nil)
			if err != nil {
				return
			}
			defer func() { _ = tx.Rollback() }()
			_, _ = tx.ExecContext(ctx, []string{`lock table wallet`, `lock table orders`, `lock table event`, `lock table job`}[r.IntN(4)])
			pause(ctx, w.some(r))
		}},
		{"no connection left", w.takeAllConnections},
		{"clock jumps", func(_ context.Context, r *rand.Rand) {
			s := one(r)
			wrong := time.Duration(r.IntN(600)-300) * time.Second
			if r.IntN(4) == 0 {
				wrong = 0
			}
			check(w.t, os.WriteFile(s.clock+".new", []byte(wrong.String()), 0o600))
			check(w.t, os.Rename(s.clock+".new", s.clock))
		}},
	}, w.faultsOfOthers())
}

// faultsOfOthers are those of the services that Kabinet talks to.
func (w *world) faultsOfOthers() []fault {
	w.fcm.SetSlow(time.Second)
	return []fault{
		{"pushes fail", func(_ context.Context, r *rand.Rand) {
			how := []fcmtest.Failure{fcmtest.Unavailable, fcmtest.Internal, fcmtest.Quota, fcmtest.APNSAuth, fcmtest.Hang, fcmtest.Slow, fcmtest.Drop}[r.IntN(7)]
			n := 1 + r.IntN(30)
			w.fcm.FailNext(n, how)
			w.spare += n
		}},
		{"letters fail", func(_ context.Context, r *rand.Rand) {
			w.mail.FailNext(1+r.IntN(5), []mailtest.Failure{mailtest.Busy, mailtest.Full, mailtest.Hang}[r.IntN(3)])
		}},
		{"no room for pictures", func(ctx context.Context, r *rand.Rand) {
			w.bucket.Fill(true)
			pause(ctx, w.some(r))
			w.bucket.Fill(false)
		}},
	}
}

// takeAllConnections ends Kabinet's connections and takes all that the database gives, for a while.
func (w *world) takeAllConnections(ctx context.Context, r *rand.Rand) {
	pool, err := sql.Open("postgres", w.dsn)
	check(w.t, err)
	defer func() { _ = pool.Close() }()
	for end := time.Now().Add(w.some(r)); time.Now().Before(end); {
		if conn, err := pool.Conn(ctx); err == nil {
			_, _ = conn.ExecContext(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where client_addr is not null`)
			continue // it is kept until the pool closes
		}
		pause(ctx, 20*time.Millisecond)
	}
}

// awaitService waits until every server answers from its database and takes orders again, and the subscribers have caught up.
func (w *world) awaitService(what string, since time.Time) {
	w.t.Helper()
	for w.t.Context().Err() == nil {
		missing := w.missing()
		if missing == "" {
			break
		}
		if time.Since(since) > backWithin {
			w.t.Errorf("%v after the fault %q the service is not back: %s", backWithin, what, missing)
			for _, s := range w.servers {
				w.t.Logf("%s does\n%s", s.addr, s.doing())
			}
			return
		}
		pause(w.t.Context(), 20*time.Millisecond)
	}
	took := time.Since(since).Round(10 * time.Millisecond)
	w.back[what] = max(w.back[what], took)
	w.t.Logf("%s: back after %v", what, took)
}

const registerDevice = `mutation($token:String!){deviceRegister(input:{token:$token,platform:ANDROID}){userErrors{code}}}`

// missing says what of the service is not there; empty when all of it is.
func (w *world) missing() string {
	for _, s := range w.servers {
		ctx, cancel := context.WithTimeout(w.t.Context(), backWithin)
		_, err := w.post(ctx, s, w.people[0], `{viewer{customer{wallet{active}}}}`, nil)
		if err == nil {
			_, err = w.post(ctx, s, w.people[0], registerDevice, map[string]any{"token": w.people[0].device})
		}
		cancel()
		if err != nil {
			return fmt.Sprintf("%s: %v", s.addr, err)
		}
	}
	var head int64
	if err := w.st.DB().GetContext(w.t.Context(), &head, `select coalesce(max(seq), 0) from event where desk and at < now() - interval '1 second'`); err != nil {
		return err.Error()
	}
	for _, s := range w.tails {
		if s.owner == 0 {
			if at, ok := domain.ParseCursor(s.last()); !ok || at.Seq < head {
				return fmt.Sprintf("a subscriber saw %v, the head is %d", at, head)
			}
		}
	}
	return ""
}

// judgeAtOnce checks while everybody works on what must hold at every moment.
func (w *world) judgeAtOnce(what string) {
	w.t.Helper()
	w.mu.Lock()
	acknowledged := len(w.orders)
	w.mu.Unlock()
	var now struct {
		Orders int   `db:"orders"`
		Sum    int64 `db:"sum"`
		Wrong  int   `db:"wrong"`
	}
	err := w.st.DB().GetContext(w.t.Context(), &now, `
select (select count(*) from orders) as orders,
       (select coalesce(sum(points), 0) from entry) as sum,
       (select count(*)
          from wallet w
          join (select customer_id, sum(points) filter (where account = 'ACTIVE') as active from entry group by customer_id) e using (customer_id)
         where w.active <> e.active) as wrong`)
	switch {
	case err != nil:
		w.t.Logf("after %q: %v", what, err) // the harness's own connection was one of those that were cut
	case now.Orders < acknowledged || now.Sum != 0 || now.Wrong > 0:
		w.t.Errorf("after %q there are %d orders of %d acknowledged, the ledger sums to %d, %d wallets differ from it", what, now.Orders, acknowledged, now.Sum, now.Wrong)
	}
}

// report prints how long the service was away at worst.
func (w *world) report() {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(w.back)) {
		lines = append(lines, fmt.Sprintf("  %-28s %6.2f s", name, w.back[name].Seconds()))
	}
	w.t.Logf("at worst the service was back after\n%s", strings.Join(lines, "\n"))
}
