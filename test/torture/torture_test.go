//go:build unix

// Package torture kills the program and its database at random while clients order, cancel, advance, refund and follow live, and
// then checks that everything that was acknowledged is there, once.
//
// KABINET_TORTURE is how long each of the two ways of serving is tortured (default 6s), KABINET_TORTURE_SEED what is drawn (default: the
// clock; it is printed), KABINET_TORTURE_BIN a program to torture instead of one that is built from this tree.
package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/internal/postgres"
	"kabinet/push/fcmtest"
	"kabinet/store"
)

// backWithin is how long after a kill the service may be away.
const backWithin = 10 * time.Second

func TestTorture_OneProcessWithItsOwnPostgres(t *testing.T) {
	w := newWorld(t)
	s := w.addServer(map[string]string{"KABINET_DATA": w.data})
	s.start(t)
	dsn, err := postgres.RunningDSN(w.data)
	check(t, err)
	w.open(dsn)
	w.torture(func(r *rand.Rand) string {
		kind := r.IntN(3)
		if kind != 1 {
			s.kill()
		}
		if kind != 0 {
			w.killPostmaster()
		}
		if kind != 1 {
			s.start(t)
		}
		return [...]string{"kabinet", "postgres", "both"}[kind]
	})
	s.stop(t)
	w.doctor(map[string]string{"KABINET_DATA": w.data})
}

func TestTorture_TwoProcessesOnOneDatabase(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pg, err := postgres.Start(ctx, postgres.Config{Dir: w.data})
	check(t, err)
	t.Cleanup(func() { check(t, pg.Stop(context.Background())) })
	env := map[string]string{"DATABASE_URL": pg.DSN(), "KABINET_DATA": w.data}
	for range 2 {
		w.addServer(env).start(t)
	}
	w.open(pg.DSN())
	w.torture(func(r *rand.Rand) string {
		i := r.IntN(2)
		w.servers[i].kill()
		w.servers[i].start(t)
		return "kabinet " + strconv.Itoa(i+1)
	})
	for _, s := range w.servers {
		s.stop(t)
	}
	w.doctor(env)
}

// world is a business under torture.
type world struct {
	t       *testing.T
	seed    uint64
	span    time.Duration
	dir     string // of everything; the server's user can reach it
	data    string // KABINET_DATA
	bin     string
	fcm     *fcmtest.Server
	dsn     string
	st      *store.Store // the harness's own way to the database
	servers []*server
	people  []*person
	staff   *person
	goods   []domain.Variant
	kills   int

	mu     sync.Mutex
	orders []*order
	byKey  map[string]string // idempotency key of an acknowledged orderPlace to the order's id
	steps  map[string]int    // "order event" to how often it was acknowledged
	given  map[string]int64  // idempotency key of an acknowledged walletAdjust to its points
	asked  int               // requests that were answered
	again  int               // attempts that were not, and were made again
}

const firstStock = 5_000

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, seed: uint64(time.Now().UnixNano()), span: 6 * time.Second, fcm: fcmtest.New(t),
		byKey: map[string]string{}, steps: map[string]int{}, given: map[string]int64{}}
	var err error
	if text := os.Getenv("KABINET_TORTURE_SEED"); text != "" {
		w.seed, err = strconv.ParseUint(text, 10, 64)
		check(t, err)
	}
	if text := os.Getenv("KABINET_TORTURE"); text != "" {
		w.span, err = time.ParseDuration(text)
		check(t, err)
	}
	t.Logf("KABINET_TORTURE_SEED=%d", w.seed)
	w.dir, err = os.MkdirTemp("/tmp", "kabinet-torture-") //nolint:usetesting // t.TempDir is closed to the server's user when root runs the tests
	check(t, err)
	check(t, os.Chmod(w.dir, 0o755))
	w.data = filepath.Join(w.dir, "data")
	t.Cleanup(func() {
		err := os.RemoveAll(w.dir)
		if socket := regexp.MustCompile(`host='([^']+)'`).FindStringSubmatch(w.dsn); socket != nil {
			err = errors.Join(err, os.RemoveAll(socket[1]))
		}
		if err != nil && !t.Failed() { // after a failure a database may still be ending
			t.Error(err)
		}
	})
	w.build()
	return w
}

func (w *world) build() {
	w.t.Helper()
	if w.bin = os.Getenv("KABINET_TORTURE_BIN"); w.bin != "" {
		return
	}
	w.bin = filepath.Join(w.dir, "kabinet")
	build := exec.CommandContext(w.t.Context(), "go", "build", "-trimpath", "-o", w.bin, "kabinet/cmd/kabinet")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		w.t.Fatalf("build the program: %v\n%s", err, out)
	}
}

// open connects the harness and makes the business: people with devices and points, goods that can run out, a service.
func (w *world) open(dsn string) {
	w.t.Helper()
	ctx := w.t.Context()
	st, err := store.Open(ctx, store.Config{DSN: dsn, Secret: []byte(secret)})
	check(w.t, err)
	w.t.Cleanup(func() { _ = st.Close() })
	w.dsn, w.st = dsn, st
	m, err := st.InviteStaff(ctx, domain.Viewer{}, domain.StaffDraft{Email: "boss@example.org", Name: "Olga", Role: domain.Admin})
	check(w.t, err)
	viewer := domain.Viewer{StaffID: m.ID, Role: m.Role}
	w.staff = w.person("--staff", m.Email, viewer)
	for i := range 6 {
		email := fmt.Sprintf("customer%d@example.com", i)
		id, err := st.AddCustomer(ctx, domain.NewCustomer{Name: "Anna", Email: email, Locale: domain.EN})
		check(w.t, err)
		w.people = append(w.people, w.person("--customer", email, domain.Viewer{CustomerID: id}))
	}
	for _, kind := range []domain.ProductKind{domain.Goods, domain.Goods, domain.Service} {
		slug := fmt.Sprintf("product-%d", len(w.goods))
		draft := domain.VariantDraft{SKU: slug, PriceMinor: 35_050, Active: true}
		if kind == domain.Goods {
			draft.Stock = new(int64(firstStock))
		}
		p, err := st.CreateProduct(ctx, viewer, slug, domain.ProductDraft{Slug: &slug, Kind: &kind, Name: &domain.Text{EN: slug}}, []domain.VariantDraft{draft})
		check(w.t, err)
		variants, err := st.VariantsByProduct(ctx, []int64{p.ID})
		check(w.t, err)
		w.goods = append(w.goods, variants[p.ID]...)
	}
}

// person makes a person known to the harness: an access token and a device.
func (w *world) person(flag, email string, v domain.Viewer) *person {
	w.t.Helper()
	p := &person{world: w, viewer: v, device: "device-of-" + email, token: w.command(w.servers[0].env, "token", flag, email)}
	_, err := w.st.RegisterDevice(w.t.Context(), v, domain.DeviceDraft{Token: p.device, Platform: domain.Android})
	check(w.t, err)
	return p
}

// torture lets everybody work while kill kills, then lets them finish, and gives the verdict.
func (w *world) torture(kill func(*rand.Rand) string) {
	w.t.Helper()
	work, rest := context.WithCancel(w.t.Context())
	defer rest()
	follow, leave := context.WithCancel(w.t.Context())
	defer leave()
	var workers, followers sync.WaitGroup
	tails := []*tail{w.staff.follow(follow, &followers, w.rand(100), "deskEvents")}
	for i, p := range w.people {
		tails = append(tails, p.follow(follow, &followers, w.rand(200+i), "customerEvents"))
		workers.Go(func() { p.shop(work, w.rand(300+i)) })
	}
	for i := range 3 {
		workers.Go(func() { w.staff.serve(work, w.rand(400+i)) })
	}
	r := w.rand(0)
	for end := time.Now().Add(w.span); (time.Now().Before(end) || w.kills < 3) && !w.t.Failed(); {
		pause(work, time.Duration(500+r.IntN(1_500))*time.Millisecond)
		began := time.Now()
		what := kill(r)
		w.kills++
		w.awaitService(what, began)
	}
	rest()
	workers.Wait()
	w.judge(tails)
	leave()
	followers.Wait()
	w.t.Logf("%d kills; %d requests answered, %d attempts made again; %d orders, %d pushes", w.kills, w.asked, w.again, len(w.byKey), len(w.fcm.Messages()))
}

// rand is the luck of one actor.
func (w *world) rand(actor int) *rand.Rand { return rand.New(rand.NewPCG(w.seed, uint64(actor))) }

// awaitService waits until every server answers from its database again.
func (w *world) awaitService(what string, killed time.Time) {
	w.t.Helper()
	for _, s := range w.servers {
		for {
			_, err := w.post(w.t.Context(), s, w.people[0].token, `{viewer{customer{wallet{active}}}}`, nil)
			if err == nil {
				break
			}
			if time.Since(killed) > backWithin {
				w.t.Errorf("%v after a kill of %s the service is not back: %v", backWithin, what, err)
				return
			}
			pause(w.t.Context(), 20*time.Millisecond)
		}
	}
	w.t.Logf("killed %s, back after %v", what, time.Since(killed).Round(10*time.Millisecond))
}

// killPostmaster kills the private server's first process; the others end themselves.
func (w *world) killPostmaster() {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.data, "pg", "postmaster.pid"))
	var pid int
	if err == nil {
		_, err = fmt.Sscan(string(text), &pid)
	}
	if err != nil {
		w.t.Logf("no postmaster to kill: %v", err) // it ended with the program that was killed before it
		return
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// pause waits a while or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
