package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kabinet/internal/postgres"
	"kabinet/store"
)

// secret is Kabinet's secret during a run, so that the benchmark can sign its own tokens.
const secret = "a secret for benchmarks, known to all"

// bench is one run: a Postgres server, a built Kabinet and this program for the other roles.
type bench struct {
	options
	dir  string
	self string
	bin  string
	pg   *postgres.Server
	// verdicts are the lines of the closing table so far.
	verdicts []verdict
}

func newBench(ctx context.Context, o options) (b *bench, err error) {
	b = &bench{options: o}
	if b.self, err = os.Executable(); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "kabinet-bench-"); err != nil {
		return nil, err
	}
	if err := os.Chmod(b.dir, 0o755); err != nil { // the server may run as somebody else
		return nil, err
	}
	if b.bin = o.kabinet; b.bin == "" {
		b.bin = filepath.Join(b.dir, "kabinet")
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.bin, "./cmd/kabinet")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return nil, errors.Join(fmt.Errorf("build kabinet (run this from the root of the module): %w\n%s", err, out), os.RemoveAll(b.dir))
		}
	}
	settings := map[string]string{"fsync": "on", "synchronous_commit": "on", "max_wal_size": "8GB", "checkpoint_timeout": "1h", "max_connections": "200"}
	if b.statements {
		settings["shared_preload_libraries"], settings["pg_stat_statements.track_planning"] = "pg_stat_statements", "on"
	}
	b.pg, err = postgres.Start(ctx, postgres.Config{Dir: filepath.Join(b.dir, "data"), Fetch: true, Settings: settings})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.dir))
	}
	return b, nil
}

func (b *bench) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return errors.Join(b.pg.Stop(ctx), os.RemoveAll(b.dir))
}

// describe prints the machine and the versions.
func (b *bench) describe(ctx context.Context) {
	var version string
	if db, err := sql.Open("postgres", b.pg.DSN()); err == nil {
		_ = db.QueryRowContext(ctx, "show server_version").Scan(&version)
		_ = db.Close()
	}
	cpu, load := "unknown processor", "?"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, found := strings.CutPrefix(line, "model name"); found {
				cpu = strings.Trim(name, "\t :\n")
			}
		}
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(text), " ")
	}
	fmt.Printf("%s, %d cores, load %s before the run; %s; PostgreSQL %s, fsync and synchronous_commit on, unix socket\n",
		cpu, runtime.NumCPU(), load, runtime.Version(), version)
	fmt.Printf("%d rounds of %s, sides alternating; best (median); CPU is of the server's processes\n", b.rounds, b.length)
}

// database makes a migrated database, or a copy of another one, and returns its address.
func (b *bench) database(ctx context.Context, name, template string) (dsn string, err error) {
	admin, err := sql.Open("postgres", b.pg.AdminDSN("postgres"))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, admin.Close()) }()
	statement := "create database " + name
	if template != "" {
		statement += " template " + template
	}
	if _, err := admin.ExecContext(ctx, statement); err != nil {
		return "", err
	}
	dsn = b.pg.AdminDSN(name)
	if template == "" {
		_, err = store.Migrate(ctx, dsn)
	}
	return dsn, err
}

// kabinet is a running server.
type kabinet struct {
	cmd   *exec.Cmd
	addr  string
	admin string
	log   *os.File
}

// start runs Kabinet on a database and waits until it is ready. more is added to its environment.
func (b *bench) start(ctx context.Context, dsn string, more ...string) (*kabinet, error) {
	k := &kabinet{}
	for _, addr := range []*string{&k.addr, &k.admin} {
		free, err := freeAddress(ctx)
		if err != nil {
			return nil, err
		}
		*addr = free
	}
	var err error
	if k.log, err = os.CreateTemp(b.dir, "log-"); err != nil {
		return nil, err
	}
	k.cmd = exec.Command(b.bin, "serve")
	k.cmd.Env = append(os.Environ(), "DATABASE_URL="+dsn, "KABINET_ENV=prod", "KABINET_SECRET="+secret, "KABINET_ADDR="+k.addr,
		"KABINET_ADMIN_ADDR="+k.admin, "KABINET_RATE=0", "KABINET_SOCKETS_PER_ADDRESS=100000", "KABINET_SOCKETS_PER_PERSON=100000",
		"KABINET_LOG_LEVEL=warn", "KABINET_SMTP_URL=smtp://127.0.0.1:9?from=bench@example.org")
	k.cmd.Env = append(k.cmd.Env, more...)
	k.cmd.Stdout, k.cmd.Stderr = k.log, k.log
	if err := k.cmd.Start(); err != nil {
		return nil, err
	}
	if err := waitHTTP(ctx, "http://"+k.addr+"/readyz"); err != nil {
		return nil, errors.Join(fmt.Errorf("kabinet did not get ready, see its log: %w\n%s", err, k.tail()), k.stop())
	}
	return k, nil
}

func (k *kabinet) tail() string {
	text, _ := os.ReadFile(k.log.Name())
	return string(text[max(0, len(text)-2000):])
}

func (k *kabinet) stop() error {
	err := k.cmd.Process.Signal(syscall.SIGTERM)
	return errors.Join(err, k.cmd.Wait(), k.log.Close())
}

// residentKB is the memory that the process holds now: its own, and the pages of its file that the system has mapped around those that were used.
func (k *kabinet) residentKB() int64 { return k.memoryKB("VmRSS:") }

// ownKB is the memory that the process holds now and that is nobody else's.
func (k *kabinet) ownKB() int64 { return k.memoryKB("RssAnon:") }

func (k *kabinet) memoryKB(of string) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", k.cmd.Process.Pid))
	for line := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(line, of); found {
			n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n
		}
	}
	return 0
}

// startProfile begins a CPU profile of Kabinet when one was asked for; the returned function waits for its end.
func (b *bench) startProfile(ctx context.Context, k *kabinet, name string) (wait func() error) {
	if b.profile == "" {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() {
		done <- download(ctx, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%.0f", k.admin, max(1, b.length.Seconds())), filepath.Join(b.profile, name+".pprof"))
	}()
	return func() error { return <-done }
}

func download(ctx context.Context, url, path string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return os.WriteFile(path, body, 0o600)
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// waitHTTP asks until the answer is 200.
func waitHTTP(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(r); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", url, ctx.Err())
		}
	}
}

// token signs an access token as Kabinet does. role is empty for customers.
func token(customerID, staffID int64, role string) string {
	now := time.Now()
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": "kabinet", "aud": []string{"kabinet"}, "sub": "1", "iat": now.Unix(), "exp": now.Add(3 * time.Hour).Unix(),
		"cid": customerID, "stf": staffID, "rol": role,
	}).SignedString([]byte(secret))
	if err != nil {
		panic(err) // HMAC cannot fail
	}
	return text
}

// ask sends one GraphQL request and decodes what stands under data into dest.
func (k *kabinet) ask(ctx context.Context, token, query string, variables map[string]any, dest any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+k.addr+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Errors != nil {
		return fmt.Errorf("answer %s", text)
	}
	return json.Unmarshal(answer.Data, dest)
}

// openFiles is how many files this process, and those that it starts, may have open.
func openFiles() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	return limit.Cur
}
