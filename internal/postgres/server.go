//go:build unix

package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Server is a running private PostgreSQL server. It is watched: when its process ends
// without [Server.Stop] it is started again on the same socket, so the connection
// strings stay good and a connection pool needs only to dial anew.
type Server struct {
	launcher *launcher
	lock     *os.File
	log      *slog.Logger

	stopping context.Context // ends when Stop is called
	stop     context.CancelFunc
	hurry    chan struct{} // closed when Stop may wait no longer
	hurryUp  sync.Once
	done     chan struct{}
	err      error // read after done
}

// Start makes the cluster on first use, starts its server and waits until the database
// can be used; ctx bounds that work and nothing after it. The data folder stays locked
// until the server ends: Start returns *[ErrInUse] when another process, or this one,
// serves it already. Every other error says in one line what an operator can do.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := openDir(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	lock, err := acquire(dir)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	s, err := startIn(ctx, cfg, dir, lock)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("postgres: %w", err), release(lock))
	}
	return s, nil
}

// DSN is the connection string of the application's database, in lib/pq's keyword form.
func (s *Server) DSN() string { return s.AdminDSN(Database) }

// AdminDSN is the connection string of the named database of the same server. Its role
// is the same superuser; the database postgres always exists.
func (s *Server) AdminDSN(dbname string) string { return dsn(s.launcher.socketDir, dbname) }

// Done closes when the server has ended for good: by Stop, or because it could not be
// started again, which Err tells.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err is nil until Done closes and after a clean Stop; else why the server is gone.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// Stop shuts the server down and frees the data folder. Open transactions are rolled
// back. When ctx ends first, the server is ended at once and recovers at its next
// start. Stop may be called again and then waits for the same end.
func (s *Server) Stop(ctx context.Context) error {
	s.stop()
	select {
	case <-s.done:
	case <-ctx.Done():
		s.hurryUp.Do(func() { close(s.hurry) })
		<-s.done
	}
	return s.err
}

// startIn starts the server of a data folder; the lock of the folder becomes the
// server's when that succeeds.
func startIn(ctx context.Context, cfg Config, dir string, lock *os.File) (*Server, error) {
	l, err := prepare(ctx, cfg, dir)
	if err != nil {
		return nil, err
	}
	p, err := l.launch(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{launcher: l, lock: lock, log: cfg.Log, hurry: make(chan struct{}), done: make(chan struct{})}
	if err := s.ensureDatabase(ctx); err != nil {
		return nil, errors.Join(err, p.shutdown(ctx.Done()))
	}
	s.stopping, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	go s.watch(p)
	return s, nil
}

// prepare settles who runs which binaries and makes the cluster when there is none.
func prepare(ctx context.Context, cfg Config, dir string) (*launcher, error) {
	cluster := filepath.Join(dir, "pg")
	major, err := clusterMajor(cluster)
	if err != nil {
		return nil, err
	}
	acct, err := chooseAccount(cluster)
	if err != nil {
		return nil, err
	}
	if err := acct.checkReach(ctx, dir); err != nil {
		return nil, err
	}
	if err := removeHalfMade(ctx, dir); err != nil {
		cfg.Log.WarnContext(ctx, "a half-made PostgreSQL cluster is left", "error", err)
	}
	in, err := locate(ctx, cfg, acct, filepath.Join(dir, "pgbin"), major, usualPlaces(ctx))
	if err != nil {
		return nil, err
	}
	if major == 0 {
		cfg.Log.InfoContext(ctx, "making the PostgreSQL cluster", "dir", cluster, "major", in.major)
		if err := makeCluster(ctx, in, acct, cluster); err != nil {
			return nil, err
		}
	}
	return &launcher{
		bin:       in.bin,
		acct:      acct,
		cluster:   cluster,
		socketDir: socketDirFor(cluster, acct),
		settings:  cfg.Settings,
		log:       cfg.Log,
	}, nil
}

// ensureDatabase makes the application's database at every start that finds none: the
// first one may have been killed between making the cluster and this.
func (s *Server) ensureDatabase(ctx context.Context) error {
	db, err := sql.Open("postgres", s.AdminDSN("postgres"))
	if err != nil {
		return fmt.Errorf("making the database: %w", err)
	}
	defer db.Close()
	var exists bool
	err = db.QueryRowContext(ctx, `select exists (select from pg_database where datname = $1)`, Database).Scan(&exists)
	if err != nil {
		return fmt.Errorf("looking for the database: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := db.ExecContext(ctx, "create database "+Database); err != nil {
		return fmt.Errorf("making the database: %w", err)
	}
	return nil
}

// watch keeps a server process running until Stop is called or none can be had.
func (s *Server) watch(p *process) {
	defer close(s.done)
	defer func() {
		s.err = errors.Join(s.err, endLeftovers(context.Background(), s.launcher.cluster))
		s.launcher.closeSocketDir()
		s.err = errors.Join(s.err, release(s.lock))
		p.log.settle()
	}()
	for {
		born := time.Now()
		select {
		case <-s.stopping.Done():
			s.err = p.shutdown(s.hurry)
			return
		case <-p.done:
		}
		s.log.Warn("PostgreSQL ended and is started again", "ended", p.err, "said", p.log.said())
		next, err := s.restart(time.Since(born))
		if err != nil {
			if s.stopping.Err() == nil {
				s.err = fmt.Errorf("postgres: %w", err)
			}
			return
		}
		p = next
		s.log.Info("PostgreSQL is back")
	}
}

// restart starts the server until it runs, at once if it had run for a while, and
// gives up after ten failures in a row, about half a minute, or when Stop is called.
func (s *Server) restart(lived time.Duration) (*process, error) {
	const attempts = 10
	delay := time.Duration(0)
	if lived < time.Second {
		delay = 100 * time.Millisecond
	}
	for attempt := 1; ; attempt++ {
		select {
		case <-time.After(delay):
		case <-s.stopping.Done():
			return nil, s.stopping.Err()
		}
		p, err := s.launcher.launch(s.stopping)
		if err == nil {
			return p, nil
		}
		if attempt == attempts || s.stopping.Err() != nil {
			return nil, fmt.Errorf("the server ended and could not be started again: %w", err)
		}
		s.log.Warn("PostgreSQL could not be started again", "attempt", attempt, "error", err)
		delay = min(max(2*delay, 100*time.Millisecond), 5*time.Second)
	}
}

// RunningDSN is the connection string of the database of a data folder that another
// process serves, see [ErrInUse]. It does not look whether the server answers.
func RunningDSN(dir string) (string, error) {
	dir, err := openDir(dir)
	if err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	cluster := filepath.Join(dir, "pg")
	acct, err := chooseAccount(cluster)
	if err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	return dsn(socketDirFor(cluster, acct), Database), nil
}
