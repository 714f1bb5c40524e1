// Package postgres runs the private PostgreSQL server of an installation that
// names no DATABASE_URL of its own.
//
// The server belongs to one data folder. Below it live the cluster (pg), the
// server binaries when they had to be fetched (pgbin) and the lock of the
// process that serves the folder (kabinet.lock). Clients reach the server
// through a unix socket in a private temporary folder, never over TCP, so the
// socket's permissions are the password.
//
// Any process may be killed at any instant. What holds then:
//   - This process: the kernel drops the folder lock. On Linux it also tells
//     the server to shut down; elsewhere the next [Start] does that.
//   - The server: it is started again after crash recovery, on the same socket.
//   - Both, and the machine may still list their dead pids or have given them
//     to strangers: the next Start asks which processes live in the cluster
//     folder, ends those and removes the lock files that no longer mean anything.
//   - In the middle of making the cluster: it is made in a folder beside and
//     renamed when complete, so a half-made one is never taken for a whole one.
//
// No cluster is ever deleted or upgraded by this package.
package postgres

import (
	"fmt"
	"log/slog"
	"strings"
)

// Database is the name of the database that [Server.DSN] leads to, and of the
// role that owns it.
const Database = "kabinet"

// Config says where the private server lives and how it may be had.
type Config struct {
	// Dir is the data folder of the installation; it is made when missing. The
	// cluster is its subfolder pg. Required.
	Dir string
	// BinDir is the folder of the programs postgres and initdb. Default: the
	// environment variable KABINET_PGBIN, else the newest found on the machine.
	BinDir string
	// Settings are server settings (postgresql.conf names) added to the
	// built-in ones and stronger than them, except those that make the server
	// private: its socket, its port and that it does not listen on TCP.
	Settings map[string]string
	// Log gets the server's own log and what happens to it. Default: nowhere.
	Log *slog.Logger
	// Fetch permits fetching the server binaries with the npm client when the
	// machine has none that fit. Default: false.
	Fetch bool
}

// ErrInUse is returned by [Start] when another process serves the data folder.
type ErrInUse struct {
	Dir string // the data folder
	PID int    // the process that holds it; 0 when it has not said yet
}

// Error names the folder and the process that holds it.
func (e *ErrInUse) Error() string {
	who := "another process"
	if e.PID > 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("%s is already served by %s: stop it first or choose another data folder", e.Dir, who)
}

// dsn writes a keyword connection string for a database behind a unix socket.
func dsn(socketDir, dbname string) string {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	return fmt.Sprintf("host='%s' port=%s user=%s dbname='%s' sslmode=disable",
		quote.Replace(socketDir), port, Database, quote.Replace(dbname))
}

// port is the number in the socket's file name; nothing listens on it.
const port = "5432"
