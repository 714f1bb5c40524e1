//go:build unix

package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// account is the system user that runs the server: PostgreSQL refuses root. The zero
// account is the user of this process.
type account struct {
	cred *syscall.Credential
}

// uid is the account's user id.
func (a account) uid() int {
	if a.cred == nil {
		return os.Geteuid()
	}
	return int(a.cred.Uid)
}

// chooseAccount is the user of this process, unless that is root: then the owner
// of an existing cluster, else the user postgres, else nobody.
func chooseAccount(clusterDir string) (account, error) {
	uid := os.Geteuid()
	owner, exists, err := ownerOf(clusterDir)
	switch {
	case err != nil:
		return account{}, err
	case exists && owner.uid() == 0:
		return account{}, fmt.Errorf("%s belongs to root, which PostgreSQL refuses to run as: "+
			"give it to another user with chown -R", clusterDir)
	case exists && uid != 0 && owner.uid() != uid:
		return account{}, fmt.Errorf("%s belongs to uid %d and this process runs as uid %d: "+
			"run as that user, or as root", clusterDir, owner.uid(), uid)
	case uid != 0:
		return account{}, nil
	case exists:
		return owner, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(errUID, errGID); err != nil {
			return account{}, fmt.Errorf("reading the ids of user %s: %w", name, err)
		}
		return account{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, errors.New("PostgreSQL refuses to run as root and there is no user postgres or nobody " +
		"to run it as: run as a normal user, or add the user postgres")
}

// ownerOf says who owns a cluster; exists is false when the folder is missing or empty.
func ownerOf(clusterDir string) (owner account, exists bool, err error) {
	info, err := os.Stat(clusterDir)
	if errors.Is(err, fs.ErrNotExist) {
		return account{}, false, nil
	}
	if err != nil {
		return account{}, false, fmt.Errorf("looking at the cluster: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return account{}, false, fmt.Errorf("the owner of %s is unknown", clusterDir)
	}
	entries, err := os.ReadDir(clusterDir)
	exists = err != nil || len(entries) > 0                                    // a folder closed to us is somebody's cluster
	return account{&syscall.Credential{Uid: st.Uid, Gid: st.Gid}}, exists, nil //nolint:nilerr // the error is the answer
}

// give hands a file or folder of this process to the account.
func (a account) give(path string) error {
	if a.cred == nil {
		return nil
	}
	return os.Lchown(path, a.uid(), int(a.cred.Gid))
}

// checkReach fails when a folder above dir, or dir itself, is closed to the account.
func (a account) checkReach(ctx context.Context, dir string) error {
	if a.cred == nil {
		return nil
	}
	if _, err := a.run(ctx, "/bin/sh", "-c", `cd "$1"`, "sh", dir); err == nil {
		return nil
	} else if ctx.Err() != nil {
		return err
	}
	closed := dir
	for p := dir; p != filepath.Dir(p); p = filepath.Dir(p) {
		if info, err := os.Stat(p); err == nil && info.Mode().Perm()&0o001 == 0 {
			closed = p
		}
	}
	return fmt.Errorf("PostgreSQL runs as uid %d, which may not enter %s: choose a data folder outside "+
		"a private home, such as /var/lib/kabinet, or permit it with chmod o+x %s", a.uid(), closed, closed)
}

// run runs a short program as the account in an environment that holds nothing of
// this process's but PATH, and returns what it printed. Programs end with this process.
func (a account) run(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/"
	cmd.Env = environment()
	return runToEnd(ctx, cmd, a.cred)
}

// runToEnd runs a command made with ctx and returns what it printed.
func runToEnd(ctx context.Context, cmd *exec.Cmd, cred *syscall.Credential) (string, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = attrs(cred, syscall.SIGKILL)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err() // rather than how it was killed for that
		}
		return "", fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, lastLines(out.String(), 5))
	}
	return out.String(), nil
}

// environment is that of the server and its tools: no locale but C and none of the
// variables that steer PostgreSQL or carry this process's secrets.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
}

// lastLines joins the last n non-empty lines of a text into one.
func lastLines(text string, n int) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	return strings.Join(lines[max(0, len(lines)-n):], "; ")
}
