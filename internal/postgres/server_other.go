//go:build !unix

package postgres

import (
	"context"
	"errors"
)

// Server is a private PostgreSQL server; this system cannot run one.
type Server struct{}

// Start always fails here: a private server needs a unix system.
func Start(context.Context, Config) (*Server, error) {
	return nil, errors.New("postgres: this system cannot run a private PostgreSQL server: " +
		"install PostgreSQL 14 or newer and set DATABASE_URL")
}

// DSN is the connection string of the application's database.
func (*Server) DSN() string { return dsn("", Database) }

// AdminDSN is the connection string of the named database.
func (*Server) AdminDSN(dbname string) string { return dsn("", dbname) }

// Stop does nothing: no server was started.
func (*Server) Stop(context.Context) error { return nil }

// Done never closes: no server was started.
func (*Server) Done() <-chan struct{} { return nil }

// Err is nil: no server was started.
func (*Server) Err() error { return nil }

// RunningDSN always fails here: there is no private server.
func RunningDSN(string) (string, error) {
	return "", errors.New("postgres: this system has no private PostgreSQL server: set DATABASE_URL")
}
