package storage_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kabinet/internal/storage"
	"kabinet/internal/storage/s3test"
)

// stores are every kind of store, fresh.
func stores(t *testing.T) map[string]storage.Store {
	t.Helper()
	folder, err := storage.Open(filepath.Join(t.TempDir(), "made", "on", "the", "way"))
	must(t, err)
	bucket, err := storage.Open(s3test.New(t).Address())
	must(t, err)
	return map[string]storage.Store{"folder": folder, "bucket": bucket}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, s storage.Store) (all []string) {
	t.Helper()
	for o, err := range s.All(t.Context()) {
		must(t, err)
		if time.Since(o.Changed).Abs() > time.Minute {
			t.Errorf("%s was changed at %v", o.Name, o.Changed)
		}
		all = append(all, o.Name)
	}
	slices.Sort(all)
	return all
}

func TestStore_GivesBackWhatWasPutAndForgetsWhatWasRemoved(t *testing.T) {
	t.Parallel()
	for kind, s := range stores(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			content := bytes.Repeat([]byte("picture\x00"), 20_000)
			for _, name := range []string{"aaaa-1", "aaab-2", "bbbb-3", "cccc-4", "dddd-5"} {
				must(t, s.Put(t.Context(), name, "image/jpeg", append(content, name...)))
			}
			must(t, s.Put(t.Context(), "aaaa-1", "image/jpeg", []byte("new")))
			must(t, s.Remove(t.Context(), "bbbb-3"))
			must(t, s.Remove(t.Context(), "bbbb-3"))
			if got := names(t, s); !slices.Equal(got, []string{"aaaa-1", "aaab-2", "cccc-4", "dddd-5"}) {
				t.Errorf("there are %q", got)
			}
			for name, want := range map[string]string{"aaaa-1": "new", "aaab-2": string(content) + "aaab-2"} {
				r, err := s.Open(t.Context(), name)
				must(t, err)
				got, err := io.ReadAll(r)
				must(t, errors.Join(err, r.Close()))
				if string(got) != want {
					t.Errorf("%s holds %d bytes, want %d", name, len(got), len(want))
				}
			}
			for _, name := range []string{"bbbb-3", "zzzz-9"} {
				if _, err := s.Open(t.Context(), name); !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

func TestStore_TakesNoNameThatLeadsElsewhere(t *testing.T) {
	t.Parallel()
	for kind, s := range stores(t) {
		for _, name := range []string{"", "a", "../../etc/passwd", "aa/../bb", "/abs", "AAAA-1", ".new-1", "aaaa 1", strings.Repeat("a", 200)} {
			if err := s.Put(t.Context(), name, "image/jpeg", []byte("x")); err == nil {
				t.Errorf("%s: %q was put", kind, name)
			}
			if _, err := s.Open(t.Context(), name); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s: %q: %v", kind, name, err)
			}
			if err := s.Remove(t.Context(), name); err == nil {
				t.Errorf("%s: %q was removed", kind, name)
			}
		}
	}
}

func TestFolder_ReadersNeverSeeHalfAnObject(t *testing.T) {
	t.Parallel()
	s, err := storage.NewFolder(t.TempDir())
	must(t, err)
	versions := [][]byte{bytes.Repeat([]byte("a"), 300_000), bytes.Repeat([]byte("b"), 300_000)}
	must(t, s.Put(t.Context(), "same-1", "", versions[0]))
	var writing sync.WaitGroup
	for i := range 4 {
		writing.Go(func() {
			for range 5 {
				if err := s.Put(t.Context(), "same-1", "", versions[i%2]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 50 {
		r, err := s.Open(t.Context(), "same-1")
		must(t, err)
		got, err := io.ReadAll(r)
		must(t, errors.Join(err, r.Close()))
		if !bytes.Equal(got, versions[0]) && !bytes.Equal(got, versions[1]) {
			t.Fatalf("read %d bytes of a mixture", len(got))
		}
	}
	writing.Wait()
}

func TestFolder_ClearsAwayWhatAPowerCutLeft(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	s, err := storage.NewFolder(path)
	must(t, err)
	must(t, s.Put(t.Context(), "aaaa-1", "", []byte("x")))
	old, young := filepath.Join(path, "aa", ".new-old"), filepath.Join(path, "aa", ".new-young")
	for _, file := range []string{old, young} {
		must(t, os.WriteFile(file, []byte("half"), 0o600))
	}
	must(t, os.Chtimes(old, time.Time{}, time.Now().Add(-2*time.Hour)))
	if got := names(t, s); !slices.Equal(got, []string{"aaaa-1"}) {
		t.Errorf("there are %q", got)
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old half is there: %v", err)
	}
	_, err = os.Stat(young)
	must(t, err)
}

// The disk of this test is a small one in memory, which takes the right to mount it.
func TestFolder_AFullDiskIsToldApartAndLeavesNothing(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	if err := mountSmall(path); err != nil {
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { must(t, unmount(path)) })
	s, err := storage.NewFolder(path)
	must(t, err)
	must(t, s.Put(t.Context(), "aaaa-1", "", make([]byte, 50_000)))
	for range 3 {
		if err := s.Put(t.Context(), "aaaa-2", "", make([]byte, 500_000)); !errors.Is(err, storage.ErrFull) || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("a full disk is told as %v", err)
		}
	}
	if got := names(t, s); !slices.Equal(got, []string{"aaaa-1"}) {
		t.Errorf("there are %q", got)
	}
	entries, err := os.ReadDir(filepath.Join(path, "aa"))
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	must(t, s.Put(t.Context(), "aaaa-3", "", make([]byte, 50_000)))
}

func TestBucket_AFullOneIsToldApart(t *testing.T) {
	t.Parallel()
	fake := s3test.New(t)
	s, err := storage.Open(fake.Address())
	must(t, err)
	fake.Fill(true)
	if err := s.Put(t.Context(), "aaaa-1", "image/jpeg", []byte("x")); !errors.Is(err, storage.ErrFull) {
		t.Errorf("a full bucket is told as %v", err)
	}
	if fake.Refused() > 0 || len(fake.Objects()) > 0 {
		t.Errorf("%d refused, %d objects", fake.Refused(), len(fake.Objects()))
	}
}

func TestBucket_AWrongSecretIsRefusedAndNotRepeatedInErrors(t *testing.T) {
	t.Parallel()
	fake := s3test.New(t)
	s, err := storage.Open("s3://" + s3test.Key + ":another-secret@" + fake.Host + "/" + s3test.Name + "?tls=off&region=" + s3test.Region)
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err = s.Put(ctx, "aaaa-1", "image/jpeg", []byte("x"))
	if err == nil || errors.Is(err, storage.ErrFull) || fake.Refused() == 0 || strings.Contains(err.Error(), "another-secret") {
		t.Errorf("%v, %d refused", err, fake.Refused())
	}
	for _, address := range []string{"s3://", "s3://host/bucket", "s3://key@host/bucket", "s3://key:hush@host", "s3://key:hush@ho st/b"} {
		if _, err := storage.Open(address); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
