//go:build unix

package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	_ "github.com/lib/pq" // the driver "postgres"
)

// launcher knows how to start the server process of one cluster, any number of times.
type launcher struct {
	bin       string
	acct      account
	cluster   string
	socketDir string
	settings  map[string]string
	log       *slog.Logger
}

// process is one running server process.
type process struct {
	handle *os.Process
	log    *serverLog
	done   chan struct{} // closed when it has ended
	err    error         // how it ended; read after done
}

// launch clears away what an earlier server left, starts one and waits until it
// answers, however long its crash recovery takes, or until ctx ends.
func (l *launcher) launch(ctx context.Context) (*process, error) {
	if err := l.openSocketDir(); err != nil {
		return nil, err
	}
	if err := endLeftovers(ctx, l.cluster); err != nil {
		return nil, err
	}
	if err := removeStaleLocks(l.cluster, l.socketDir); err != nil {
		return nil, err
	}
	p, err := l.fork()
	if err != nil {
		return nil, fmt.Errorf("starting the server: %w", err)
	}
	if err := l.waitReady(ctx, p); err != nil {
		hurry := make(chan struct{})
		close(hurry)
		return nil, errors.Join(err, p.shutdown(hurry))
	}
	return p, nil
}

// fork starts the server from a thread that lives as long as the server does: on
// Linux the end of that thread, and with it of this process, shuts the server down.
func (l *launcher) fork() (*process, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(l.bin, "postgres"), l.args()...) //nolint:noctx // it is stopped, not killed
	cmd.Dir = "/"
	cmd.Env = environment()
	cmd.Stdout, cmd.Stderr = w, w
	cmd.SysProcAttr = attrs(l.acct.cred, syscall.SIGINT)

	p := &process{done: make(chan struct{}), log: &serverLog{to: l.log, done: make(chan struct{})}}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	err = <-started
	_ = w.Close() // the server has its own; the log ends when it closes that
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	p.handle = cmd.Process
	go p.log.pump(r)
	return p, nil
}

// args are the server's settings in rising order of strength: good ones for an
// application server on a small machine, the operator's, those that keep it private.
func (l *launcher) args() []string {
	settings := map[string]string{
		"shared_buffers":          "128MB",
		"max_connections":         "100",
		"jit":                     "off", // short queries only
		"random_page_cost":        "1.1", // no spinning disks
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"log_error_verbosity":     "terse", // details quote customers' data
		"log_min_error_statement": "panic", // so do statements
	}
	maps.Copy(settings, l.settings)
	maps.Copy(settings, map[string]string{
		"listen_addresses":        "",
		"port":                    port,
		"unix_socket_directories": l.socketDir,
		"unix_socket_permissions": "0700",
		"logging_collector":       "off",
		"log_destination":         "stderr",
		"log_line_prefix":         logPrefix,
	})
	args := []string{"-D", l.cluster}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	return args
}

// waitReady tries to connect until the server lets it.
func (l *launcher) waitReady(ctx context.Context, p *process) error {
	db, err := sql.Open("postgres", dsn(l.socketDir, "postgres"))
	if err != nil {
		return fmt.Errorf("connecting to the server: %w", err)
	}
	defer db.Close()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			p.log.settle()
			return fmt.Errorf("the server ended while starting (%w): %s", p.err, p.log.said())
		case <-ctx.Done():
			return fmt.Errorf("waiting for the server: %w (last answer: %w)", ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// shutdown ends the process: in order at first, losing no more than open transactions
// as soon as hurry closes, by force when that does not help either.
func (p *process) shutdown(hurry <-chan struct{}) error {
	if err := p.signal(syscall.SIGINT); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-hurry:
	}
	if err := p.signal(syscall.SIGQUIT); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(6 * time.Second): // the server itself kills its children after 5
	}
	if err := p.signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.done
	return nil
}

func (p *process) signal(sig syscall.Signal) error {
	if err := p.handle.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signalling the server: %w", err)
	}
	return nil
}

// closeSocketDir removes the socket's folder when nothing is left in it.
func (l *launcher) closeSocketDir() {
	if err := os.Remove(l.socketDir); err != nil {
		l.log.Debug("the socket's folder is left", "error", err)
	}
}

// socketDirFor is a short path, the same at every start of the same cluster: a socket's
// path may have no more than about 100 bytes, which the cluster's own may exceed.
func socketDirFor(cluster string, acct account) string {
	h := fnv.New64a()
	h.Write([]byte(cluster))
	name := fmt.Sprintf("kabinet-%d-%x", acct.uid(), h.Sum64())
	tmp := os.TempDir()
	if len(tmp)+len(name) > 80 {
		tmp = "/tmp"
	}
	return filepath.Join(tmp, name)
}

// openSocketDir makes the socket's folder, or makes sure that the one that is there is
// private to the account and not somebody's trap in a shared folder.
func (l *launcher) openSocketDir() error {
	err := os.Mkdir(l.socketDir, 0o700)
	if err == nil {
		err = l.acct.give(l.socketDir)
	} else if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("making the socket's folder: %w", err)
	}
	info, err := os.Lstat(l.socketDir)
	if err != nil {
		return fmt.Errorf("looking at the socket's folder: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || info.Mode().Perm() != 0o700 || int(st.Uid) != l.acct.uid() {
		return fmt.Errorf("%s is not a private folder of uid %d: remove it, or set TMPDIR to another folder",
			l.socketDir, l.acct.uid())
	}
	return nil
}
