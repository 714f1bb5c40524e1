//go:build unix

package postgres

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// acquire takes the lock of a data folder and writes this process's pid into it,
// or returns *ErrInUse. The kernel holds the lock for as long as the file is
// open, so it vanishes with the process however that ends; the file stays.
func acquire(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "kabinet.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the folder lock: %w", err)
	}
	if err := waitLock(f); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, &ErrInUse{Dir: dir, PID: holder(f)}
		}
		return nil, fmt.Errorf("locking %s: %w", f.Name(), err)
	}
	pid := strconv.Itoa(os.Getpid()) + "\n"
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the folder lock: %w", err), f.Close())
	}
	if _, err := f.WriteAt([]byte(pid), 0); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the folder lock: %w", err), f.Close())
	}
	return f, nil
}

// release gives the lock back at once: closing alone would leave it to a program that
// this process is just starting, until that has closed its copy of the file.
func release(f *os.File) error {
	return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
}

// waitLock takes the lock. A lock whose holder is dead is waited for: a program that
// the holder was just starting when it was killed may have the file open for a moment.
func waitLock(f *os.File) error {
	const patience = 5 * time.Second
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err := flock(f)
		if !errors.Is(err, syscall.EWOULDBLOCK) || answers(holder(f)) || time.Now().After(end) {
			return err
		}
	}
}

func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// holder reads the pid from a lock file; 0 when its owner has not written it yet.
func holder(f *os.File) int {
	text := make([]byte, 32)
	n, err := f.ReadAt(text, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text[:n])))
	if err != nil {
		return 0
	}
	return pid
}
