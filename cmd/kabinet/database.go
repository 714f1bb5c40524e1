package main

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"time"

	"kabinet/internal/postgres"
	"kabinet/store"
)

// database is where the business is: the server of DATABASE_URL, or a private one that lives as long as the program.
type database struct {
	dsn     string
	private *postgres.Server // nil with DATABASE_URL
}

// openDatabase finds or starts the database.
func openDatabase(ctx context.Context, c config, log *slog.Logger) (*database, error) {
	if c.DatabaseURL != "" {
		return &database{dsn: c.DatabaseURL}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute) // initdb and, the first time on a bare machine, fetching the server
	defer cancel()
	server, err := postgres.Start(ctx, postgres.Config{Dir: c.Data, BinDir: c.PGBin, Fetch: c.FetchDB, Log: log.With("part", "postgres")})
	if err != nil {
		return nil, err
	}
	return &database{dsn: server.DSN(), private: server}, nil
}

// ended closes when a private server is gone for good; it never does with DATABASE_URL.
func (d *database) ended() <-chan struct{} {
	if d.private == nil {
		return nil
	}
	return d.private.Done()
}

func (d *database) close() error {
	if d.private == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return d.private.Stop(ctx)
}

// joinTimeout is how long a command waits for a private server that is neither free nor answering: one that is starting or stopping.
const joinTimeout = 20 * time.Second

// joinDatabase is openDatabase for commands beside "kabinet serve": when that serves the data folder, they work in its database.
func joinDatabase(ctx context.Context, c config, log *slog.Logger) (*database, error) {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	for {
		db, err := openDatabase(context.WithoutCancel(ctx), c, log)
		var busy *postgres.ErrInUse
		if !errors.As(err, &busy) {
			return db, err
		}
		dsn, err := postgres.RunningDSN(c.Data)
		if err != nil {
			return nil, err
		}
		if err = ping(ctx, dsn); err == nil {
			return &database{dsn: dsn}, nil
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return nil, errors.Join(busy, err)
		}
	}
}

func ping(ctx context.Context, dsn string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return db.PingContext(ctx)
}

// openStore opens the configured business for a command, with its schema up to date. closeAll frees everything.
func openStore(ctx context.Context) (st *store.Store, closeAll func(), err error) {
	return openStoreAt(ctx, time.Now)
}

// openStoreAt is openStore with another clock.
func openStoreAt(ctx context.Context, now func() time.Time) (*store.Store, func(), error) {
	c, err := loadConfig()
	if err != nil {
		return nil, nil, err
	}
	log := c.logger(os.Stderr)
	secrets, err := c.secrets()
	if err != nil {
		return nil, nil, err
	}
	db, err := joinDatabase(ctx, c, log)
	if err != nil {
		return nil, nil, err
	}
	st, err := db.open(ctx, store.Config{Secret: secrets[0], OldSecrets: secrets[1:], MaxConns: c.Conns, Now: now})
	if err != nil {
		return nil, nil, errors.Join(err, db.close())
	}
	return st, func() {
		if err := errors.Join(st.Close(), db.close()); err != nil {
			log.Warn("close the database", "error", err)
		}
	}, nil
}

// open brings the schema up to date and opens the store.
func (d *database) open(ctx context.Context, cfg store.Config) (*store.Store, error) {
	if _, err := store.Migrate(ctx, d.dsn); err != nil {
		return nil, err
	}
	cfg.DSN = d.dsn
	return store.Open(ctx, cfg)
}
