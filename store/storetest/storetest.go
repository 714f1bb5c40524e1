// Package storetest gives every test a database of its own on a real Postgres: a clone of a migrated template.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver of admin statements

	"kabinet/internal/postgres"
	"kabinet/store"
)

// Secret is the secret of the stores of tests.
var Secret = []byte("a secret for tests only")

// server is the Postgres of one test binary.
type server struct {
	once     sync.Once
	err      error
	stop     func() error
	dsn      func(database string) string
	template string
	clones   atomic.Int64
}

// Main runs the tests of a package and stops the server that they started. Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if shared.stop != nil {
		if err := shared.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop the test server:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

var shared server

// start connects to KABINET_TEST_DATABASE_URL when that is set, else starts a throwaway server that does not wait for disks.
func (s *server) start(ctx context.Context) error {
	if base := os.Getenv("KABINET_TEST_DATABASE_URL"); base != "" {
		s.dsn = func(database string) string { return withDatabase(base, database) }
	} else {
		dir, err := os.MkdirTemp("", "kabinet-test-")
		if err != nil {
			return err
		}
		if err := os.Chmod(dir, 0o755); err != nil {
			return err
		}
		pg, err := postgres.Start(ctx, postgres.Config{Dir: filepath.Join(dir, "data"), Settings: map[string]string{
			"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "300", "shared_buffers": "64MB",
		}})
		if err != nil {
			return errors.Join(err, os.RemoveAll(dir))
		}
		s.dsn = pg.AdminDSN
		s.stop = func() error {
			return errors.Join(pg.Stop(context.WithoutCancel(ctx)), os.RemoveAll(dir))
		}
	}
	s.template = "kabinet_template_" + strings.ToLower(rand.Text()[:8])
	if err := s.admin(ctx, "create database "+s.template); err != nil {
		return err
	}
	_, err := store.Migrate(ctx, s.dsn(s.template))
	return err
}

func withDatabase(base, database string) string {
	u, err := url.Parse(base)
	if err != nil || u.Scheme == "" {
		return base + " dbname=" + database
	}
	u.Path = "/" + database
	return u.String()
}

// admin runs a statement that stands outside transactions.
func (s *server) admin(ctx context.Context, statement string) error {
	db, err := sql.Open("postgres", s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// DSN makes a database for the test and returns its address. It is dropped with the test.
func DSN(tb testing.TB) string {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	shared.once.Do(func() { shared.err = shared.start(ctx) })
	if shared.err != nil {
		tb.Fatalf("test server: %v", shared.err)
	}
	name := fmt.Sprintf("%s_%d", strings.Replace(shared.template, "template", "test", 1), shared.clones.Add(1))
	if err := shared.admin(ctx, "create database "+name+" template "+shared.template); err != nil {
		tb.Fatalf("clone the template: %v", err)
	}
	tb.Cleanup(func() {
		if err := shared.admin(context.Background(), "drop database "+name+" with (force)"); err != nil {
			tb.Errorf("drop the test database: %v", err)
		}
	})
	return shared.dsn(name)
}

// Open makes a database for the test and opens a store on it; adjust may change the configuration.
func Open(tb testing.TB, adjust ...func(*store.Config)) *store.Store {
	tb.Helper()
	return OpenAt(tb, DSN(tb), adjust...)
}

// OpenAt opens a store on a database of this test.
func OpenAt(tb testing.TB, dsn string, adjust ...func(*store.Config)) *store.Store {
	tb.Helper()
	cfg := store.Config{DSN: dsn, Secret: Secret}
	for _, a := range adjust {
		a(&cfg)
	}
	st, err := store.Open(context.Background(), cfg)
	if err != nil {
		tb.Fatalf("open the store: %v", err)
	}
	tb.Cleanup(func() { _ = st.Close() })
	return st
}

// Clock is a clock that stands until it is moved.
type Clock struct{ at atomic.Int64 }

// NewClock is a clock that stands at the present moment.
func NewClock() *Clock {
	c := &Clock{}
	c.at.Store(time.Now().UnixMicro())
	return c
}

// Now is where the clock stands.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.at.Load()).UTC() }

// Add moves the clock.
func (c *Clock) Add(d time.Duration) { c.at.Add(int64(d / time.Microsecond)) }
