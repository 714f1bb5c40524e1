package arch

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"unicode/utf8"
)

const longestFile = 500 // lines of hand-written Go

// A file that passes the limit has a second subject in it.
func TestFiles_AreShortEnoughToRead(t *testing.T) {
	t.Parallel()
	seen := 0
	for name, text := range files(t, ".go") {
		seen++
		if lines := bytes.Count(text, []byte("\n")); lines > longestFile {
			t.Errorf("%s has %d lines, over %d", name, lines, longestFile)
		}
	}
	if seen < 50 {
		t.Errorf("only %d files were read", seen)
	}
}

func TestFiles_LeaveNothingForLater(t *testing.T) {
	t.Parallel()
	later := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	for name, text := range files(t, ".go", ".sh", ".sql", ".graphqls", ".ts", ".tsx", ".mjs") {
		for _, found := range later.FindAll(text, -1) {
			t.Errorf("%s: %s", name, found)
		}
	}
}

// The tree can be anywhere and belong to anyone.
func TestFiles_NameNoFolderOfOneMachine(t *testing.T) {
	t.Parallel()
	machine := regexp.MustCompile(`(^|[^\w.$}~/-])/(home|root|Users|work)/\w+`)
	for name, text := range files(t) {
		if found := machine.Find(text); found != nil {
			t.Errorf("%s: %s", name, bytes.TrimSpace(found))
		}
	}
}

// With pipefail a reader that leaves early kills the writer, sometimes, and the step has failed: sed -n 1p reads to the end.
func TestScripts_NoReaderLeavesItsPipeEarly(t *testing.T) {
	t.Parallel()
	early := regexp.MustCompile(`\|\s*(head|grep\s+(-\w+\s+)*-\w*[qm])\b.*`)
	seen := 0
	for name, text := range files(t, ".sh", "") {
		if !bytes.HasPrefix(text, []byte("#!/usr/bin/env bash\n")) || !bytes.Contains(text, []byte("pipefail")) {
			continue
		}
		seen++
		for _, found := range early.FindAll(text, -1) {
			t.Errorf("%s: %s", name, found)
		}
	}
	if seen < 5 {
		t.Errorf("only %d scripts were read", seen)
	}
}

// files reads the hand-written text files whose names end in one of the endings, or all of them.
func files(t *testing.T, endings ...string) map[string][]byte {
	t.Helper()
	// What is fetched, built, recorded or kept for the running program is not ours to read.
	skipped := []string{".git", ".cache", "dist", "node_modules", "test-results"}
	skippedAtRoot := []string{"bin", "data"}
	generated := regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	dir := root(t)
	found := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains(skipped, entry.Name()) || slices.Contains(skippedAtRoot, name)):
			return filepath.SkipDir
		case !entry.Type().IsRegular(), len(endings) > 0 && !slices.Contains(endings, filepath.Ext(path)):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if utf8.Valid(text) && !generated.Match(text) {
			found[name] = text
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
