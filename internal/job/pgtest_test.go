package job

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"
	"go.uber.org/goleak"
)

// testServer is the Postgres of this package's tests; databases counts the ones made in it.
var (
	testServer pq.Config
	databases  atomic.Int64
)

const templateDatabase = "job_template"

func TestMain(m *testing.M) {
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "job tests:", err)
		code = 1
	}
	os.Exit(code)
}

func runTests(m *testing.M) (code int, err error) {
	stop, err := startServer()
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := makeTemplate(); err != nil {
		return 1, err
	}
	if code = m.Run(); code == 0 {
		err = goleak.Find()
	}
	return code, err
}

// startServer fills testServer: from KABINET_TEST_DATABASE_URL, else with a throwaway server.
func startServer() (stop func() error, err error) {
	if dsn := os.Getenv("KABINET_TEST_DATABASE_URL"); dsn != "" {
		testServer, err = pq.NewConfig(dsn)
		return func() error { return nil }, err
	}
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(bins) == 0 {
		return nil, errors.New("no Postgres server binaries; set KABINET_TEST_DATABASE_URL")
	}
	bin := bins[len(bins)-1]
	dir, err := os.MkdirTemp("", "jobtest")
	if err != nil {
		return nil, err
	}
	attrs := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 {
		if attrs.Credential, err = postgresUser(dir); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", data)
	initdb.Dir, initdb.SysProcAttr = dir, attrs
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	server := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=300")
	withDeathSignal := *attrs
	withDeathSignal.Pdeathsig = syscall.SIGQUIT
	server.Dir, server.SysProcAttr = dir, &withDeathSignal
	runtime.LockOSThread() // the death signal comes when the starting thread ends; TestMain's lasts as long as the tests
	if err := server.Start(); err != nil {
		return nil, err
	}
	testServer = pq.Config{Host: dir, Port: 5432, User: "postgres", Database: "postgres", SSLMode: pq.SSLModeDisable}
	stop = func() error {
		return errors.Join(server.Process.Signal(syscall.SIGINT), server.Wait(), os.RemoveAll(dir))
	}
	if err := waitReady(); err != nil {
		return nil, errors.Join(err, stop())
	}
	return stop, nil
}

// postgresUser is whom to be instead of root; dir becomes theirs.
func postgresUser(dir string) (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2, os.Chown(dir, uid, gid)); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func waitReady() error {
	db := openDatabase("postgres", true)
	defer db.Close()
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := db.PingContext(context.Background())
		if err == nil || time.Now().After(deadline) {
			return err
		}
		<-time.After(20 * time.Millisecond)
	}
}

// makeTemplate makes the database that each test clones: empty but for the migration of this package's tables.
func makeTemplate() error {
	migration, err := os.ReadFile("../../store/migrations/00002_job.sql")
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(migration, []byte("-- +goose Up\n")) {
		return errors.New("00002_job.sql is not a goose migration")
	}
	admin := openDatabase("postgres", true)
	defer admin.Close()
	for _, statement := range []string{"drop database if exists " + templateDatabase, "create database " + templateDatabase} {
		if _, err := admin.Exec(statement); err != nil {
			return err
		}
	}
	db := openDatabase(templateDatabase, true)
	defer db.Close()
	_, err = db.Exec(string(migration))
	return err
}

// newDB clones the template for one test and drops the clone after it.
func newDB(t testing.TB) *sql.DB {
	t.Helper()
	return newDBWith(t, true)
}

func newDBWith(t testing.TB, binaryParameters bool) *sql.DB {
	t.Helper()
	admin := openDatabase("postgres", true)
	name := fmt.Sprintf("job_test_%d_%d", os.Getpid(), databases.Add(1))
	if _, err := admin.Exec("create database " + name + " template " + templateDatabase); err != nil {
		t.Fatal(err)
	}
	db := openDatabase(name, binaryParameters)
	db.SetMaxIdleConns(30)
	t.Cleanup(func() {
		_ = db.Close()
		if _, err := admin.Exec("drop database " + name + " with (force)"); err != nil {
			t.Error(err)
		}
		_ = admin.Close()
	})
	return db
}

func openDatabase(name string, binaryParameters bool) *sql.DB {
	cfg := testServer.Clone()
	cfg.Database, cfg.BinaryParameters = name, binaryParameters
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		panic(err)
	}
	return sql.OpenDB(connector)
}

// eventually waits until ok says true, and fails the test when it has not within half a minute.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("never happened: %s", what)
		}
	}
}

// receive waits for a value and fails the test when none comes within half a minute.
func receive[T any](t testing.TB, what string, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(30 * time.Second):
		t.Fatalf("never happened: %s", what)
		panic("unreachable")
	}
}

// one reads a single value.
func one[T any](t testing.TB, db *sql.DB, query string, args ...any) (v T) {
	t.Helper()
	if err := db.QueryRow(query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// change writes to the database behind the queue's back.
func change(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
