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
	connector, err := newConnector(dsn, nil)
	if err != nil {
		return nil, err
	}
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
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	applied := []Migrated{}
	for _, r := range results {
		applied = append(applied, Migrated{Name: r.Source.Path, Millis: r.Duration.Milliseconds()})
	}
	return applied, nil
}
