//go:build unix

package postgres

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// childDir makes the test binary a process that serves a folder until it is killed.
const childDir = "KABINET_POSTGRES_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(serve(dir))
	}
	goleak.VerifyTestMain(m)
}

// serve prints the connection string once the server is up and then lives until killed.
func serve(dir string) int {
	s, err := Start(context.Background(), Config{Dir: dir, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(s.DSN())
	<-s.Done()
	return 1
}

// child is a process that serves a folder and that a test may kill.
type child struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

func startChild(t *testing.T, dir string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	c := &child{cmd: cmd, out: bufio.NewReader(out)}
	t.Cleanup(c.kill)
	return c
}

// awaitDSN waits until the child's server is up.
func (c *child) awaitDSN(t *testing.T) string {
	t.Helper()
	line, err := c.out.ReadString('\n')
	check(t, err)
	return strings.TrimSpace(line)
}

// kill is kill -9; it returns when the process is gone.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// newDir is a data folder that the server's user can reach even when the tests run as
// root, whose own temporary folders are closed to others.
func newDir(t *testing.T) string {
	t.Helper()
	parent, err := os.MkdirTemp("/tmp", "kabinet-test-") //nolint:usetesting // see above
	check(t, err)
	check(t, os.Chmod(parent, 0o755))
	parent, err = filepath.EvalSymlinks(parent)
	check(t, err)
	dir := filepath.Join(parent, "data")
	t.Cleanup(func() {
		check(t, endLeftovers(context.Background(), filepath.Join(dir, "pg")))
		check(t, os.RemoveAll(parent))
		check(t, os.RemoveAll(socketDirFor(filepath.Join(dir, "pg"), testAccount(t))))
	})
	return dir
}

// testAccount is the user that runs the servers of these tests.
func testAccount(t *testing.T) account {
	t.Helper()
	acct, err := chooseAccount("/nonexistent")
	check(t, err)
	return acct
}

func start(t *testing.T, cfg Config) *Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := Start(ctx, cfg)
	check(t, err)
	t.Cleanup(func() { check(t, s.Stop(context.Background())) })
	return s
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	check(t, err)
	t.Cleanup(func() { _ = db.Close() }) // fails when its server was killed
	return db
}

// fill writes rows that a later rowCount must find.
func fill(t *testing.T, dsn string) {
	t.Helper()
	_, err := open(t, dsn).Exec("create table kept as select generate_series(1, 1000) as n")
	check(t, err)
}

func rowCount(t *testing.T, dsn string) (n int) {
	t.Helper()
	check(t, open(t, dsn).QueryRow("select count(n) from kept").Scan(&n))
	return n
}

// burn keeps a backend busy with work that does not notice the end of its postmaster,
// and returns its pid.
func burn(t *testing.T, dsn string) int {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	check(t, err)
	conn, err := db.Conn(t.Context())
	check(t, err)
	var pid int
	check(t, conn.QueryRowContext(t.Context(), "select pg_backend_pid()").Scan(&pid))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = conn.ExecContext(context.Background(), "do $$ begin loop end loop; end $$")
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(pid, syscall.SIGKILL)
		<-ended
		_ = conn.Close()
		_ = db.Close()
	})
	check(t, waitFor(func() bool {
		var busy bool
		err := db.QueryRow("select state = 'active' from pg_stat_activity where pid = $1", pid).Scan(&busy)
		return err == nil && busy
	}))
	return pid
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	pid := lockPID(filepath.Join(dir, "pg", "postmaster.pid"))
	if pid == 0 {
		t.Fatal("no server runs in", dir)
	}
	return pid
}

// waitFor waits until a condition holds, at most half a minute.
func waitFor(condition func() bool) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); <-tick.C {
		if condition() {
			return nil
		}
	}
	return fmt.Errorf("waited too long")
}

// tree lists a folder with the size of each file, to see whether anything changed.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	check(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		fmt.Fprintln(&b, path, info.Mode(), info.Size())
		return err
	}))
	return b.String()
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustContain(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("not one line: %q", err)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("%q does not say %q", err, p)
		}
	}
}
