package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

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

// Migrate brings the schema of the database up to date and returns what it applied, oldest first. Several processes may call it at once: one
// works, the others wait.
func Migrate(ctx context.Context, dsn string) ([]Migrated, error) {
	provider, closeAll, err := openMigrations(dsn)
	if err != nil {
		return nil, err
	}
	defer closeAll()
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	applied := []Migrated{}
	for _, r := range results {
		applied = append(applied, Migrated{Name: r.Source.Path, Millis: r.Duration.Milliseconds()})
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
	connector, err := newConnector(dsn)
	if err != nil {
		return nil, err
	}
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
