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
	connector, err := newConnector(dsn, nil)
	if err != nil {
		return nil, err
	}
	connector.config.Runtime["lock_timeout"] = migrationLockTimeout
	applied := []Migrated{}
	for attempt := 1; ; attempt++ {
		some, err := migrateOnce(ctx, connector)
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
func migrateOnce(ctx context.Context, connector *connector) ([]Migrated, error) {
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
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
