//go:build unix

package postgres

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

// standIn makes a folder with programs that say they are of a version.
func standIn(t *testing.T, parent, version string) string {
	t.Helper()
	dir := filepath.Join(parent, version, "bin")
	check(t, os.MkdirAll(dir, 0o755))
	for _, program := range []string{"postgres", "initdb"} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s'\n", program, version)
		check(t, os.WriteFile(filepath.Join(dir, program), []byte(script), 0o755))
	}
	return dir
}

func TestLocate_TakesTheNewestUnlessTheClusterAsksForAnother(t *testing.T) {
	t.Setenv("KABINET_PGBIN", "")
	dir := newDir(t)
	var places []string
	for _, version := range []string{"13.9", "16.2", "17.11 (Debian 17.11-1)", "17.4", "9.6.24", "18beta1"} {
		places = append(places, standIn(t, dir, version))
	}
	places = append(places, "/nonexistent", t.TempDir())
	cfg := Config{Log: slog.New(slog.DiscardHandler)}
	for want, version := range map[int]string{0: "18beta1", 16: "16.2", 17: "17.11 (Debian 17.11-1)"} {
		in, err := locate(t.Context(), cfg, testAccount(t), filepath.Join(dir, "pgbin"), want, places)
		check(t, err)
		if in.bin != filepath.Join(dir, version, "bin") {
			t.Errorf("for a cluster of %d: %s, want version %s", want, in.bin, version)
		}
	}
	_, err := locate(t.Context(), cfg, testAccount(t), filepath.Join(dir, "pgbin"), 13, places)
	mustContain(t, err, "no PostgreSQL 13 server")
}

func TestLocate_SaysWhatToInstallWhenThereIsNothing(t *testing.T) {
	t.Setenv("KABINET_PGBIN", "")
	cfg := Config{Log: slog.New(slog.DiscardHandler)}
	pgbin := filepath.Join(newDir(t), "pgbin")
	_, err := locate(t.Context(), cfg, testAccount(t), pgbin, 0, nil)
	mustContain(t, err, "no PostgreSQL server", "apt install postgresql", "dnf install", "brew install", "KABINET_PGBIN", "DATABASE_URL")

	t.Setenv("PATH", "/nonexistent")
	cfg.Fetch = true
	_, err = locate(t.Context(), cfg, testAccount(t), pgbin, 0, nil)
	mustContain(t, err, "could not be fetched", "npm", "apt install postgresql")
}

func TestLocate_TrustsANamedFolderOnly(t *testing.T) {
	dir := newDir(t)
	old, unfit := standIn(t, dir, "16.2"), standIn(t, dir, "13.2")
	t.Setenv("KABINET_PGBIN", old)
	cfg := Config{Log: slog.New(slog.DiscardHandler)}
	places := []string{standIn(t, dir, "18.1")}

	in, err := locate(t.Context(), cfg, testAccount(t), dir, 0, places)
	check(t, err)
	if in.bin != old {
		t.Errorf("got %s, want the folder of KABINET_PGBIN", in.bin)
	}
	_, err = locate(t.Context(), cfg, testAccount(t), dir, 17, places)
	mustContain(t, err, old, "PostgreSQL 16", "made by PostgreSQL 17")

	cfg.BinDir = unfit
	_, err = locate(t.Context(), cfg, testAccount(t), dir, 0, places)
	mustContain(t, err, unfit, "PostgreSQL 13", "14 or newer")
	cfg.BinDir = "/nonexistent"
	_, err = locate(t.Context(), cfg, testAccount(t), dir, 0, places)
	mustContain(t, err, "no PostgreSQL server in /nonexistent")
}
