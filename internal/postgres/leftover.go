//go:build unix

package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// endLeftovers ends the processes that a killed server, or a killed parent of one,
// left in a cluster folder. A whole server gets the time to shut down in order;
// backends without their postmaster cannot finish anything and are ended at once,
// which crash recovery makes good.
func endLeftovers(ctx context.Context, cluster string) error {
	postmaster := lockPID(filepath.Join(cluster, "postmaster.pid"))
	steps := []struct {
		signal syscall.Signal
		wait   time.Duration
	}{
		{syscall.SIGINT, 10 * time.Second},
		{syscall.SIGQUIT, 2 * time.Second},
		{syscall.SIGKILL, 10 * time.Second},
	}
	for _, step := range steps {
		targets, err := processesIn(cluster)
		if err != nil {
			return fmt.Errorf("looking for processes of an earlier server: %w", err)
		}
		if len(targets) == 0 {
			return nil
		}
		if step.signal == syscall.SIGINT {
			if !slices.Contains(targets, postmaster) {
				continue
			}
			targets = []int{postmaster}
		}
		for _, pid := range targets {
			if err := syscall.Kill(pid, step.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("ending process %d of an earlier server: %w", pid, err)
			}
		}
		if ended, err := waitGone(ctx, cluster, step.wait); ended || err != nil {
			return err
		}
	}
	return fmt.Errorf("processes of an earlier server still use %s", cluster)
}

// waitGone waits until no server process lives in the cluster folder; they are no
// children of ours, so there is nothing to wait on but their presence.
func waitGone(ctx context.Context, cluster string, limit time.Duration) (bool, error) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(limit); time.Now().Before(end); {
		left, err := processesIn(cluster)
		if err != nil {
			return false, fmt.Errorf("looking for processes of an earlier server: %w", err)
		}
		if len(left) == 0 {
			return true, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false, fmt.Errorf("waiting for an earlier server to end: %w", ctx.Err())
		}
	}
	return false, nil
}

// removeStaleLocks removes the lock files of a dead server where PostgreSQL would not:
// it takes a lock file for good as long as its pid answers, which a zombie does and a
// stranger who was given the number. The caller has seen to it that no server lives.
func removeStaleLocks(cluster, socketDir string) error {
	var stale []string
	if pidFile := filepath.Join(cluster, "postmaster.pid"); answers(lockPID(pidFile)) {
		stale = append(stale, pidFile)
	}
	socket := filepath.Join(socketDir, ".s.PGSQL."+port)
	for _, file := range append(stale, socket, socket+".lock") {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing the lock of a dead server: %w", err)
		}
	}
	return nil
}

// lockPID is the pid in the first line of a server's lock file, 0 when there is none.
func lockPID(file string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid < 0 {
		return 0
	}
	return pid
}

func answers(pid int) bool {
	return pid > 0 && !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
