// Package api_test proves the contract from outside: it starts the real program on a database of its own for each test, signs people in with the
// codes that reach their mailbox, and speaks HTTP, WebSocket and server-sent events with it.
package api_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/push/fcmtest"
	"kabinet/push/mailtest"
	"kabinet/store"
	"kabinet/store/storetest"
)

// patience bounds every wait: what takes longer does not happen.
const patience = 90 * time.Second

// binaryVariable names the program under test. When it is empty, it is built for this run.
const binaryVariable = "KABINET_API_BINARY"

func TestMain(m *testing.M) {
	if os.Getenv(binaryVariable) == "" {
		os.Exit(buildThenTest())
	}
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f != nil && os.Getenv("GOMAXPROCS") == "" {
		_ = f.Value.Set("6") // a scenario waits for servers more than it computes
	}
	storetest.Main(m)
}

// buildThenTest builds the program, with the race detector when the tests have it, and runs this test binary anew with it.
func buildThenTest() (code int) {
	dir, err := os.MkdirTemp("", "kabinet-api-")
	if err != nil {
		return complain(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "kabinet")
	args := []string{"build", "-o", path}
	if withRace {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, "kabinet/cmd/kabinet")...).CombinedOutput(); err != nil {
		return complain(fmt.Errorf("build kabinet: %w\n%s", err, out))
	}
	tests := exec.Command(os.Args[0], os.Args[1:]...)
	tests.Env = append(os.Environ(), binaryVariable+"="+path)
	tests.Stdout, tests.Stderr = os.Stdout, os.Stderr
	err = tests.Run()
	var failed *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &failed):
		return max(failed.ExitCode(), 1)
	}
	return complain(err)
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// world is a business of its own: a database, a mailbox for codes, a stand-in for Firebase, and the servers that a test starts on them.
type world struct {
	dsn   string
	st    *store.Store // for what has no request of its own
	mail  *mailtest.Server
	fcm   *fcmtest.Server
	goods domain.GID // honey: 350.50, 10 in stock, ready in 2 hours
	tea   domain.GID // goods: 120.00, 100 in stock
	spa   domain.GID // a service: 2,000.00

	mu     sync.Mutex
	tokens map[string]string
	read   int // how many letters were looked at
}

// The people of every world.
const (
	anna     = "anna@example.com"
	boris    = "boris@example.com"
	operator = "operator@example.org"
	manager  = "manager@example.org"
	admin    = "admin@example.org"
	nobody   = "" // has not signed in
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{dsn: storetest.DSN(t), mail: mailtest.New(t), fcm: fcmtest.New(t), tokens: map[string]string{nobody: ""}}
	w.st = storetest.OpenAt(t, w.dsn)
	ctx := t.Context()
	for email, role := range map[string]domain.StaffRole{operator: domain.Operator, manager: domain.Manager, admin: domain.Admin} {
		locale := domain.RU
		if email == operator {
			locale = domain.EN
		}
		_, err := w.st.InviteStaff(ctx, domain.Viewer{}, domain.StaffDraft{Email: email, Name: "Staff " + string(role), Role: role, Locale: locale})
		must(t, err)
	}
	category, err := w.st.UpsertCategory(ctx, domain.Viewer{}, "spa", domain.Text{RU: "Спа", EN: "Spa"}, nil)
	must(t, err)
	shop, err := w.st.UpsertCategory(ctx, domain.Viewer{}, "shop", domain.Text{RU: "Лавка", EN: "Shop"}, nil)
	must(t, err)
	w.goods = w.product(t, shop.ID, "honey", domain.Text{RU: "Мёд липовый", EN: "Linden honey"}, domain.Goods, 350_50, 10)
	w.tea = w.product(t, shop.ID, "tea", domain.Text{RU: "Иван-чай", EN: "Fireweed tea"}, domain.Goods, 120_00, 100)
	w.spa = w.product(t, category.ID, "massage", domain.Text{RU: "Массаж спины", EN: "Back massage"}, domain.Service, 2000_00, 0)
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// product adds a product with one variant and returns the variant's id.
func (w *world) product(t *testing.T, category int64, slug string, name domain.Text, kind domain.ProductKind, price, stock int64) domain.GID {
	t.Helper()
	draft := domain.VariantDraft{SKU: slug, PriceMinor: price, Active: true}
	if kind == domain.Goods {
		draft.Stock = &stock
	}
	p, err := w.st.CreateProduct(t.Context(), domain.Viewer{}, "seed-"+slug, domain.ProductDraft{Slug: &slug, Kind: &kind, CategoryID: &category,
		Name: &name, Expect: &domain.Expectation{LeadTimeMinutes: 120}}, []domain.VariantDraft{draft})
	must(t, err)
	variants, err := w.st.VariantsByProduct(t.Context(), []int64{p.ID})
	must(t, err)
	return variants[p.ID][0].GID()
}

// sql changes the database behind the program's back, with triggers off.
func (w *world) sql(t *testing.T, statements ...string) {
	t.Helper()
	tx, err := w.st.DB().BeginTx(t.Context(), nil)
	must(t, err)
	defer func() { _ = tx.Rollback() }()
	for _, s := range append([]string{"set local session_replication_role = replica"}, statements...) {
		if _, err := tx.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	must(t, tx.Commit())
}

// count is the number that a query answers.
func (w *world) count(t *testing.T, query string) (n int) {
	t.Helper()
	must(t, w.st.DB().GetContext(t.Context(), &n, query))
	return n
}

// eventually waits until something holds that the test has no signal of.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for deadline := time.After(patience); !holds(); {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("never: %s", what)
		}
	}
}
