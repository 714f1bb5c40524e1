//go:build unix

package postgres

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"
)

func TestStart_MakesAClusterThatTheNextStartOpensAgain(t *testing.T) {
	t.Parallel()
	dir := newDir(t)

	first := start(t, Config{Dir: dir})
	fill(t, first.DSN())
	check(t, first.Stop(t.Context()))
	select {
	case <-first.Done():
	default:
		t.Error("Done is open after Stop")
	}
	check(t, first.Err())
	check(t, first.Stop(t.Context())) // again

	second := start(t, Config{Dir: dir})
	if got := rowCount(t, second.DSN()); got != 1000 {
		t.Errorf("%d rows after the second start, want 1000", got)
	}
	if first.DSN() != second.DSN() {
		t.Errorf("the connection string changed: %s, %s", first.DSN(), second.DSN())
	}
}

func TestStart_MakesAPrivateClusterThatKnowsRussian(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Dir: newDir(t), Settings: map[string]string{
		"max_connections": "17", "listen_addresses": "*", "port": "15432",
	}})
	db := open(t, s.DSN())
	for query, want := range map[string]string{
		"select current_database()":                "kabinet",
		"select lower('ЁЖ') || upper('щ')":         "ёжЩ",
		"select 'Иван' ilike 'иВАН'":               "true",
		"select to_tsvector('russian', 'Заказы')":  "'заказ':1",
		"show server_encoding":                     "UTF8",
		"show data_checksums":                      "on",
		"show timezone":                            "UTC",
		"show fsync":                               "on",
		"show idle_in_transaction_session_timeout": "0",
		"show max_connections":                     "17", // the operator's word
		"show listen_addresses":                    "",   // never the operator's
		"show port":                                "5432",
		"show unix_socket_permissions":             "0700",
		"select string_agg(type || auth_method, ',') from pg_hba_file_rules where auth_method = 'trust' and type <> 'local'": "",
	} {
		var got string
		check(t, db.QueryRow("select coalesce(("+asSubquery(query)+")::text, '')").Scan(&got))
		if got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	info, err := os.Stat(s.launcher.socketDir)
	check(t, err)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the socket's folder has mode %v", info.Mode())
	}
}

// asSubquery rewrites SHOW, which cannot stand inside a query.
func asSubquery(query string) string {
	const show = "show "
	if len(query) > len(show) && query[:len(show)] == show {
		return "select current_setting('" + query[len(show):] + "')"
	}
	return query
}

func TestStart_RefusesAFolderThatAnotherProcessServes(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	other := startChild(t, dir)
	fill(t, other.awaitDSN(t))

	_, err := Start(t.Context(), Config{Dir: dir})
	inUse := &ErrInUse{}
	if !errors.As(err, &inUse) {
		t.Fatalf("got %v, want *ErrInUse", err)
	}
	if inUse.PID != other.cmd.Process.Pid || inUse.Dir != dir {
		t.Errorf("got %+v, want process %d and %s", inUse, other.cmd.Process.Pid, dir)
	}
	mustContain(t, err, dir, "already served by process "+strconv.Itoa(other.cmd.Process.Pid))
}

func TestServer_ComesBackWithItsRowsWhenItsPostmasterIsKilled(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := start(t, Config{Dir: dir})
	fill(t, s.DSN())
	for range 3 {
		orphan := burn(t, s.DSN())
		killed := postmaster(t, dir)
		check(t, syscall.Kill(killed, syscall.SIGKILL))

		began := time.Now()
		db := open(t, s.DSN())
		check(t, waitFor(func() bool {
			var n int
			pid := lockPID(filepath.Join(dir, "pg", "postmaster.pid"))
			return pid != 0 && pid != killed && db.QueryRow("select count(*) from kept").Scan(&n) == nil && n == 1000
		}))
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("back after %v", took)
		}
		check(t, waitFor(func() bool { return !answers(orphan) || isZombie(orphan) }))
	}
	select {
	case <-s.Done():
		t.Error("Done closed although the server is back")
	default:
	}
	check(t, s.Stop(t.Context()))
	if left, err := processesIn(filepath.Join(dir, "pg")); err != nil || len(left) > 0 {
		t.Errorf("processes %v left after Stop (%v)", left, err)
	}
}

func isZombie(pid int) bool {
	_, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/exe")
	return err != nil
}

func TestStart_KeepsRowsAfterItsParentIsKilled(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	parent := startChild(t, dir)
	dsn := parent.awaitDSN(t)
	fill(t, dsn)
	parent.kill()

	s := start(t, Config{Dir: dir})
	if got := rowCount(t, s.DSN()); got != 1000 {
		t.Errorf("%d rows, want 1000", got)
	}
}

func TestServer_EndsWithItsKilledParent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a program of its parent's end")
	}
	dir := newDir(t)
	parent := startChild(t, dir)
	parent.awaitDSN(t)
	parent.kill()
	check(t, waitFor(func() bool {
		left, err := processesIn(filepath.Join(dir, "pg"))
		return err == nil && len(left) == 0
	}))
}

func TestServer_IsDoneWhenItCannotBeStartedAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes the half minute that a server is given")
	}
	dir := newDir(t)
	s, err := Start(t.Context(), Config{Dir: dir})
	check(t, err)
	pid := postmaster(t, dir)
	away := filepath.Join(dir, "away")
	check(t, os.Rename(filepath.Join(dir, "pg"), away))
	check(t, syscall.Kill(pid, syscall.SIGKILL))
	select {
	case <-s.Done():
	case <-time.After(2 * time.Minute):
		t.Fatal("still trying")
	}
	mustContain(t, s.Err(), "could not be started again")
	check(t, os.Rename(away, filepath.Join(dir, "pg")))
	start(t, Config{Dir: dir}) // the folder is free again
}

func TestStart_KeepsRowsAfterParentAndPostmasterAreKilledWithABackendAtWork(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	for round := range 3 {
		parent := startChild(t, dir)
		dsn := parent.awaitDSN(t)
		if round == 0 {
			fill(t, dsn)
		}
		burn(t, dsn)
		pid := postmaster(t, dir)
		// The parent first stands still, or it would see the server's end and start it again.
		check(t, parent.cmd.Process.Signal(syscall.SIGSTOP))
		check(t, syscall.Kill(pid, syscall.SIGKILL))
		parent.kill()

		s := start(t, Config{Dir: dir})
		if got := rowCount(t, s.DSN()); got != 1000 {
			t.Errorf("%d rows, want 1000", got)
		}
		check(t, s.Stop(t.Context()))
	}
}

func TestStart_MakesTheClusterAfterAKillInTheMiddleOfMakingIt(t *testing.T) {
	t.Parallel()
	for _, stage := range []string{"", "postgresql.conf", "base/1", "base/4", "base/5"} {
		t.Run("at "+stage, func(t *testing.T) {
			dir := newDir(t)
			parent := startChild(t, dir)
			reached := filepath.Join(dir, halfMade+"*", stage)
			check(t, waitFor(func() bool {
				found, err := filepath.Glob(reached)
				return err == nil && len(found) > 0
			}))
			parent.kill()
			if _, err := os.Stat(filepath.Join(dir, "pg")); err == nil {
				t.Fatal("the cluster was complete before the kill")
			}

			s := start(t, Config{Dir: dir})
			fill(t, s.DSN())
			if left, err := filepath.Glob(filepath.Join(dir, halfMade+"*")); err != nil || len(left) > 0 {
				t.Errorf("half-made clusters left: %v (%v)", left, err)
			}
		})
	}
}

func TestStart_LetsAStrangerLiveWhoGotADeadServersPid(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := start(t, Config{Dir: dir})
	fill(t, s.DSN())
	check(t, s.Stop(t.Context()))

	stranger := exec.Command("sleep", "600")
	stranger.Dir = filepath.Join(dir, "pg")
	stranger.SysProcAttr = &syscall.SysProcAttr{Credential: testAccount(t).cred} // PostgreSQL disbelieves only its own user's
	check(t, stranger.Start())
	t.Cleanup(func() { _ = stranger.Process.Kill(); _ = stranger.Wait() })
	pid := strconv.Itoa(stranger.Process.Pid) + "\n"
	check(t, s.launcher.openSocketDir())
	for _, file := range []string{
		filepath.Join(dir, "pg", "postmaster.pid"),
		filepath.Join(s.launcher.socketDir, ".s.PGSQL.5432.lock"),
	} {
		check(t, os.WriteFile(file, []byte(pid), 0o600))
		check(t, testAccount(t).give(file))
	}

	again := start(t, Config{Dir: dir})
	if got := rowCount(t, again.DSN()); got != 1000 {
		t.Errorf("%d rows, want 1000", got)
	}
	if isZombie(stranger.Process.Pid) {
		t.Error("the stranger was killed")
	}
}

func TestLaunch_TellsWhyTheServerEndedThoughAnOrphanKeepsItsLogOpen(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	acct := testAccount(t)
	cluster := filepath.Join(dir, "pg")
	check(t, os.MkdirAll(cluster, 0o755))
	check(t, acct.give(cluster))
	script := "#!/bin/sh\nsleep 600 &\necho $! > \"$2/orphan\"\necho 'startup|FATAL:  no room' >&2\nexit 1\n"
	check(t, os.WriteFile(filepath.Join(dir, "postgres"), []byte(script), 0o755))
	l := &launcher{bin: dir, acct: acct, cluster: cluster, socketDir: socketDirFor(cluster, acct), log: slog.New(slog.DiscardHandler)}

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	failed := make(chan error, 1)
	go func() {
		_, err := l.launch(ctx)
		failed <- err
	}()
	select {
	case err := <-failed:
		mustContain(t, err, "ended while starting", "no room")
	case <-ctx.Done():
		t.Error("launch waits for the orphan")
	}
	check(t, syscall.Kill(lockPID(filepath.Join(cluster, "orphan")), syscall.SIGKILL))
}

func TestStop_EndsRestartsThatKeepFailing(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := start(t, Config{Dir: dir})
	pid := postmaster(t, dir)
	away := filepath.Join(dir, "away")
	check(t, os.Rename(filepath.Join(dir, "pg"), away))
	check(t, syscall.Kill(pid, syscall.SIGKILL))
	check(t, waitFor(func() bool { return isZombie(pid) }))

	check(t, s.Stop(t.Context()))
	check(t, os.Rename(away, filepath.Join(dir, "pg")))
	start(t, Config{Dir: dir}) // the folder is free again
}

func TestStop_EndsTheServerAtOnceWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := start(t, Config{Dir: dir})
	fill(t, s.DSN())
	stuck := postmaster(t, dir)
	check(t, syscall.Kill(stuck, syscall.SIGSTOP))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	check(t, s.Stop(ctx))

	again := start(t, Config{Dir: dir})
	if got := rowCount(t, again.DSN()); got != 1000 {
		t.Errorf("%d rows, want 1000", got)
	}
}

func TestStart_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Start(ctx, Config{Dir: dir})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}

	ctx, cancel = context.WithCancel(t.Context())
	stopped := make(chan error)
	go func() {
		_, err := Start(ctx, Config{Dir: dir})
		stopped <- err
	}()
	halfMadeClusters := func() []string {
		found, err := filepath.Glob(filepath.Join(dir, halfMade+"*"))
		check(t, err)
		return found
	}
	check(t, waitFor(func() bool { return len(halfMadeClusters()) > 0 }))
	cancel()
	if err := <-stopped; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if left := halfMadeClusters(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	start(t, Config{Dir: dir}) // nothing was left that blocks
}

func TestStart_NamesTheFolderThatIsClosedToTheServersUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root runs the server as another user")
	}
	home, err := os.MkdirTemp("/tmp", "kabinet-test-") //nolint:usetesting // its parent must be open to others
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(home)) })
	_, err = Start(t.Context(), Config{Dir: filepath.Join(home, "data")})
	mustContain(t, err, "may not enter "+home, "/var/lib/kabinet")
}

func TestStart_RefusesAndKeepsAClusterItCannotOpen(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		file, content string
		says          []string
	}{
		"of a version without binaries": {"PG_VERSION", "9\n", []string{"no PostgreSQL 9 server", "left untouched", "DATABASE_URL"}},
		"that is no cluster":            {"photo.jpg", "x", []string{"neither empty nor a PostgreSQL cluster"}},
		"with a damaged version":        {"PG_VERSION", "?", []string{"reading the version of the cluster"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newDir(t)
			cluster := filepath.Join(dir, "pg")
			check(t, os.MkdirAll(cluster, 0o755))
			check(t, os.WriteFile(filepath.Join(cluster, tc.file), []byte(tc.content), 0o600))
			check(t, testAccount(t).give(cluster))
			before := tree(t, cluster)

			_, err := Start(t.Context(), Config{Dir: dir, Fetch: true})
			mustContain(t, err, tc.says...)
			if after := tree(t, cluster); after != before {
				t.Errorf("the folder changed from\n%sto\n%s", before, after)
			}
		})
	}
}

func TestStart_RefusesASocketFolderThatOthersCanEnter(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	trap := socketDirFor(filepath.Join(dir, "pg"), testAccount(t))
	check(t, os.Mkdir(trap, 0o700))
	check(t, os.Chmod(trap, 0o777))
	check(t, testAccount(t).give(trap))
	_, err := Start(t.Context(), Config{Dir: dir})
	mustContain(t, err, trap, "is not a private folder")
}
