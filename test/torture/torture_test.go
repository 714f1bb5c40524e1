//go:build unix

// Package torture breaks what Kabinet stands on at random, and Kabinet itself, while clients order, cancel, advance, refund, claim invitations, ask for codes,
// send pictures and follow live, and then checks that everything that was acknowledged is there, once.
//
// KABINET_TORTURE is how long each way of serving is tortured (default: each fault once), KABINET_TORTURE_SEED what is drawn (default: the
// clock; it is printed), KABINET_TORTURE_BIN a program to torture instead of one that is built from this tree, KABINET_TORTURE_FAULTS the faults to
// draw from, as a regular expression (default: all), KABINET_TORTURE_FROM an older program that the rolling upgrade replaces.
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
	"kabinet/internal/storage/s3test"
	"kabinet/push/fcmtest"
	"kabinet/push/mailtest"
	"kabinet/store"
	"kabinet/store/storetest"
)

// backWithin is how long the service may be away after a fault.
const backWithin = 10 * time.Second

func TestTorture_OneProcessWithItsOwnPostgres(t *testing.T) {
	w := newWorld(t)
	s := w.addServer(map[string]string{"KABINET_DATA": w.data})
	s.start(t)
	dsn, err := postgres.RunningDSN(w.data)
	check(t, err)
	w.open(dsn)
	kill := func() { s.kill(); s.start(t) }
	w.torture(
		fault{"kabinet", func(context.Context, *rand.Rand) { kill() }},
		fault{"postgres", func(context.Context, *rand.Rand) { w.killPostmaster() }},
		fault{"both", func(context.Context, *rand.Rand) { s.kill(); w.killPostmaster(); s.start(t) }},
	)
	s.stop(t)
	w.doctor(map[string]string{"KABINET_DATA": w.data})
}

func TestTorture_TwoProcessesOnOneDatabase(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pg, err := postgres.Start(ctx, postgres.Config{Dir: w.data, Settings: map[string]string{"max_connections": "80"}})
	check(t, err)
	t.Cleanup(func() { check(t, pg.Stop(context.Background())) })
	w.mail, w.bucket = mailtest.New(t), s3test.New(t)
	env := map[string]string{"KABINET_DATA": w.data, "KABINET_SMTP_URL": w.mail.URL(), "KABINET_STORAGE": w.bucket.Address(), "KABINET_TRUST_PROXY": "true"}
	for range 2 {
		link := storetest.NewLink(t, pg.DSN())
		env["DATABASE_URL"] = link.DSN
		s := w.addServer(env)
		s.link = link
		s.start(t)
	}
	w.open(pg.DSN())
	w.torture(w.faults()...)
	for _, s := range w.servers {
		s.stop(t)
	}
	env["DATABASE_URL"] = pg.DSN()
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
	guests  []*person // who came by an invitation
	staff   *person
	goods   []domain.Variant
	tails   []*tail
	mail    *mailtest.Server // nil when no codes are asked for
	bucket  *s3test.Bucket   // nil when no pictures are sent
	broken  int              // faults so far
	spare   int              // alerts that may have come again
	back    map[string]time.Duration

	mu       sync.Mutex
	orders   []*order
	byKey    map[string]string // idempotency key of an acknowledged orderPlace to the order's id
	steps    map[string]int    // "order event" to how often it was acknowledged
	given    map[string]int64  // idempotency key of an acknowledged walletAdjust to its points
	claims   map[int64]int64   // who acknowledged whose invitation
	codes    []string          // addresses that acknowledged codes are on their way to
	pictures []string          // acknowledged pictures
	full     int               // pictures refused for want of room
	asked    int               // requests that were answered
	again    int               // attempts that were not, and were made again
}

const firstStock = 5_000

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, seed: uint64(time.Now().UnixNano()), fcm: fcmtest.New(t),
		byKey: map[string]string{}, steps: map[string]int{}, given: map[string]int64{},
		claims: map[int64]int64{}, back: map[string]time.Duration{}}
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
	_ = os.Getenv("KABINET_TEST_RUN") // the cache of tests does not see the program; it sees that this differs from run to run
	build := exec.CommandContext(w.t.Context(), "go", "build", "-trimpath", "-tags", "settable_clock", "-o", w.bin, "kabinet/cmd/kabinet")
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
	w.staff = w.person(m.Email, viewer)
	for i := range 6 {
		email := fmt.Sprintf("customer%d@example.com", i)
		id, err := st.AddCustomer(ctx, domain.NewCustomer{Name: "Anna", Email: email, Locale: domain.EN})
		check(w.t, err)
		w.people = append(w.people, w.person(email, domain.Viewer{CustomerID: id}))
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
func (w *world) person(email string, v domain.Viewer) *person {
	w.t.Helper()
	p := &person{world: w, viewer: v, device: "device-of-" + email, token: tokenOf(w.t, v)}
	_, err := w.st.RegisterDevice(w.t.Context(), v, domain.DeviceDraft{Token: p.device, Platform: domain.Android})
	check(w.t, err)
	return p
}

// torture lets everybody work while the faults fall, then lets them finish, and gives the verdict.
func (w *world) torture(faults ...fault) {
	w.t.Helper()
	work, rest := context.WithCancel(w.t.Context())
	defer rest()
	follow, leave := context.WithCancel(w.t.Context())
	defer leave()
	var workers, followers sync.WaitGroup
	for i, transport := range []transport{bySocket, byEvents} {
		w.tails = append(w.tails, w.staff.follow(follow, &followers, w.rand(100+i), "deskEvents", transport))
	}
	for i, p := range w.people {
		w.tails = append(w.tails, p.follow(follow, &followers, w.rand(200+i), "customerEvents", []transport{bySocket, byEvents}[i%2]))
		workers.Go(func() { p.shop(work, w.rand(300+i)) })
	}
	for i := range 3 {
		workers.Go(func() { w.staff.serve(work, w.rand(400+i)) })
	}
	workers.Go(func() { w.befriend(work, w.rand(500)) })
	if w.mail != nil {
		workers.Go(func() { w.askForCodes(work, w.rand(600)) })
		workers.Go(func() { w.staff.sendPictures(work, w.rand(700)) })
	}
	w.breakThings(work, faults)
	rest()
	workers.Wait()
	w.judge()
	leave()
	followers.Wait()
	w.t.Logf("%d faults; %d requests answered, %d attempts made again; %d orders, %d claims, %d codes, %d pictures, %d pushes",
		w.broken, w.asked, w.again, len(w.byKey), len(w.claims), len(w.codes), len(w.pictures), len(w.fcm.Messages()))
	w.report()
}

// rand is the luck of one actor.
func (w *world) rand(actor int) *rand.Rand { return rand.New(rand.NewPCG(w.seed, uint64(actor))) }

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
