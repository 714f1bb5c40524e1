package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrated is a migration that was just applied.
type Migrated struct {
	Name   string
	Millis int64
}

// A migration waits for a table at most so long, since everybody who comes later waits behind it. It then gives way for a moment and tries again.
const (
	migrationLockTimeout = "2000" // milliseconds
	migrationPause       = time.Second
	migrationAttempts    = 60
)

// Migrate brings the schema of the database up to date and returns what it applied, oldest first. Several processes may call it at once: one
// works, the others wait.
func Migrate(ctx context.Context, dsn string) ([]Migrated, error) {
	applied := []Migrated{}
	for attempt := 1; ; attempt++ {
		some, err := migrateOnce(ctx, dsn)
		applied = append(applied, some...)
		if pq.As(err, pqerror.LockNotAvailable) == nil || attempt == migrationAttempts {
			return applied, err
		}
		select {
		case <-time.After(migrationPause):
		case <-ctx.Done():
			return applied, err
		}
	}
}

// migrateOnce applies what is missing until it is done or something fails.
func migrateOnce(ctx context.Context, dsn string) ([]Migrated, error) {
	provider, closeAll, err := openMigrations(dsn)
	if err != nil {
		return nil, err
	}
	defer closeAll()
	results, err := provider.Up(ctx)
	var part *goose.PartialError
	if errors.As(err, &part) {
		results = part.Applied
	}
	applied := []Migrated{}
	for _, r := range results {
		applied = append(applied, Migrated{Name: r.Source.Path, Millis: r.Duration.Milliseconds()})
	}
	if err != nil {
		return applied, fmt.Errorf("migrate: %w", err)
	}
	return applied, nil
}

// SchemaVersion is the number of the last migration that the database has, 0 for an empty one, and that of the newest one that this program knows.
func SchemaVersion(ctx context.Context, dsn string) (has, newest int64, err error) {
	provider, closeAll, err := openMigrations(dsn)
	if err != nil {
		return 0, 0, err
	}
	defer closeAll()
	for _, s := range provider.ListSources() {
		newest = max(newest, s.Version)
	}
	db, err := openPlain(dsn)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = db.Close() }()
	var kept bool // asked first: the library would make its table to read it
	if err := db.QueryRowContext(ctx, `select to_regclass('goose_db_version') is not null`).Scan(&kept); err != nil || !kept {
		return 0, newest, err
	}
	has, err = provider.GetDBVersion(ctx)
	return has, newest, err
}

func openPlain(dsn string) (*sql.DB, error) {
	connector, err := newConnector(dsn, nil)
	if err != nil {
		return nil, err
	}
	connector.config.Runtime["lock_timeout"] = migrationLockTimeout
	return sql.OpenDB(connector), nil
}

func openMigrations(dsn string) (provider *goose.Provider, closeAll func(), err error) {
	db, err := openPlain(dsn)
	if err != nil {
		return nil, nil, err
	}
	closeAll = func() { _ = db.Close() }
	defer func() {
		if err != nil {
			closeAll()
		}
	}()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, nil, fmt.Errorf("migration lock: %w", err)
	}
	provider, err = goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return nil, nil, fmt.Errorf("read migrations: %w", err)
	}
	return provider, closeAll, nil
}
