//go:build unix

package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// openDir makes the data folder when it is missing and returns its real path.
func openDir(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no data folder is named")
	}
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711 // the server runs as another user, who must pass through to the cluster
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return "", fmt.Errorf("making the data folder: %w", err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("finding the data folder: %w", err)
	}
	resolved, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return "", fmt.Errorf("finding the data folder: %w", err)
	}
	return resolved, nil
}

// clusterMajor is the major version that made the cluster, 0 when there is none yet.
// A folder that is neither empty nor a cluster is refused.
func clusterMajor(cluster string) (int, error) {
	text, err := os.ReadFile(filepath.Join(cluster, "PG_VERSION"))
	if err == nil {
		major, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			return 0, fmt.Errorf("reading the version of the cluster in %s: %w", cluster, err)
		}
		return major, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("reading the version of the cluster: %w", err)
	}
	entries, err := os.ReadDir(cluster)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("reading the cluster folder: %w", err)
	}
	if len(entries) > 0 {
		return 0, fmt.Errorf("%s is neither empty nor a PostgreSQL cluster (no PG_VERSION): "+
			"it is left untouched; move it away or choose another data folder", cluster)
	}
	return 0, nil
}

// halfMade is the name pattern of a cluster in the making.
const halfMade = "pg.init-"

// makeCluster makes a cluster beside its place and renames it there when it is
// complete, so that a kill at any instant leaves a whole one or none.
func makeCluster(ctx context.Context, in installation, acct account, cluster string) (err error) {
	dir := filepath.Dir(cluster)
	tmp, err := os.MkdirTemp(dir, halfMade)
	if err != nil {
		return fmt.Errorf("making the cluster: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(tmp))
		}
	}()
	if err := acct.give(tmp); err != nil {
		return fmt.Errorf("making the cluster: %w", err)
	}
	args := append([]string{"-D", tmp, "-U", Database, "-E", "UTF8", "--data-checksums", "--no-instructions",
		"--auth-local=trust", "--auth-host=reject"}, localeArgs(in.major)...)
	if _, err := acct.run(ctx, filepath.Join(in.bin, "initdb"), args...); err != nil {
		return fmt.Errorf("making the cluster: %w", err)
	}
	if err := os.Rename(tmp, cluster); err != nil {
		return fmt.Errorf("placing the cluster: %w", err)
	}
	return syncDir(dir)
}

// localeArgs ask for lower() and ILIKE that know every alphabet and for byte order
// in sorting, which no update of the system's libraries can change under an index.
func localeArgs(major int) []string {
	args := []string{"--locale=C.UTF-8"}
	if runtime.GOOS == "darwin" { // which has no C.UTF-8
		args = []string{"--locale=C", "--lc-ctype=UTF-8"}
	}
	if major >= 17 { // has its own C.UTF-8
		args = append(args, "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
	}
	return args
}

// removeHalfMade removes what a kill in the middle of makeCluster left. Where the
// system does not end initdb with its parent it may still be writing there; that
// harms no other cluster, and the next start removes it.
func removeHalfMade(ctx context.Context, dir string) error {
	found, err := filepath.Glob(filepath.Join(dir, halfMade+"*"))
	if err != nil {
		return fmt.Errorf("looking for a half-made cluster: %w", err)
	}
	for _, d := range found {
		if err := removeInhabited(ctx, d); err != nil {
			return fmt.Errorf("removing a half-made cluster: %w", err)
		}
	}
	return nil
}

// removeInhabited removes a folder that a dying initdb may still be writing to, so
// that a file appears behind the removal: then it is removed again.
func removeInhabited(ctx context.Context, dir string) error {
	const patience = 5 * time.Second
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err := errors.Join(endLeftovers(ctx, dir), os.RemoveAll(dir))
		if err == nil || ctx.Err() != nil || time.Now().After(end) {
			return err
		}
	}
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	return nil
}
