//go:build unix

package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the oldest PostgreSQL that the database driver speaks to.
const oldestMajor = 14

// installation is a folder with the programs postgres and initdb of one version.
type installation struct {
	bin          string
	major, minor int
}

// locate chooses the binaries for a cluster of major version want, or for a new
// cluster when want is 0: an explicitly named folder, else the newest that fits
// among those of the machine and those fetched before, else freshly fetched ones.
func locate(ctx context.Context, cfg Config, acct account, pgbin string, want int, places []string) (installation, error) {
	if named := namedFolder(cfg); named != "" {
		in, err := inspect(ctx, acct, named)
		if err != nil {
			return installation{}, err
		}
		if !in.fits(want) {
			return installation{}, fmt.Errorf("%s holds PostgreSQL %d, but %s", named, in.major, needs(want))
		}
		return in, nil
	}
	fetched, err := filepath.Glob(filepath.Join(pgbin, "*", "bin"))
	if err != nil {
		return installation{}, fmt.Errorf("looking for fetched binaries: %w", err)
	}
	in, ok := newest(ctx, acct, append(places, fetched...), want)
	if ok || ctx.Err() != nil {
		return in, ctx.Err()
	}
	pkg := pinnedPackage()
	if !cfg.Fetch || want != 0 && want != pkg.major {
		return installation{}, missing(want, nil)
	}
	cfg.Log.InfoContext(ctx, "fetching PostgreSQL", "version", pkg.version)
	bin, err := fetch(ctx, pgbin, pkg, platform())
	if err != nil {
		return installation{}, missing(want, err)
	}
	in, err = inspect(ctx, acct, bin)
	if err != nil {
		return installation{}, missing(want, fmt.Errorf("the fetched binaries do not run here: %w", err))
	}
	return in, nil
}

func namedFolder(cfg Config) string {
	if cfg.BinDir != "" {
		return cfg.BinDir
	}
	return os.Getenv("KABINET_PGBIN")
}

// usualPlaces lists the folders where this machine may keep the server's programs.
func usualPlaces(ctx context.Context) []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
		"/usr/pgsql-*/bin",          // Fedora and kin, from the PostgreSQL project
		"/usr/libexec/postgresql*",  // Alpine
		"/usr/lib/postgresql*/bin",  // SUSE, Gentoo
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
		"/usr/local/pgsql/bin",
	} {
		found, err := filepath.Glob(pattern)
		if err == nil {
			dirs = append(dirs, found...)
		}
	}
	return dirs
}

// newest is the highest version that fits among the given folders; folders without
// a usable server, such as one closed to the account, are passed over.
func newest(ctx context.Context, acct account, dirs []string, want int) (best installation, ok bool) {
	seen := map[string]bool{}
	for _, dir := range dirs {
		program, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil || seen[program] {
			continue
		}
		seen[program] = true
		in, err := inspect(ctx, acct, filepath.Dir(program))
		if err != nil || !in.fits(want) {
			continue
		}
		if !ok || slices.Compare([]int{in.major, in.minor}, []int{best.major, best.minor}) > 0 {
			best, ok = in, true
		}
	}
	return best, ok
}

// inspect asks the programs of a folder for their version, as the user that will run them.
func inspect(ctx context.Context, acct account, dir string) (installation, error) {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return installation{}, fmt.Errorf("no PostgreSQL server in %s: %w", dir, err)
	}
	out, err := acct.run(ctx, filepath.Join(dir, "postgres"), "-V")
	if err != nil {
		return installation{}, fmt.Errorf("no usable PostgreSQL server in %s: %w", dir, err)
	}
	major, minor, err := parseVersion(out)
	if err != nil {
		return installation{}, err
	}
	return installation{bin: dir, major: major, minor: minor}, nil
}

// parseVersion reads "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"; the
// minor version of a beta is 0.
func parseVersion(line string) (major, minor int, err error) {
	m := regexp.MustCompile(`\(PostgreSQL\) (\d+)(?:\.(\d+))?`).FindStringSubmatch(line)
	if m == nil {
		return 0, 0, fmt.Errorf("not a PostgreSQL version: %q", line)
	}
	if major, err = strconv.Atoi(m[1]); err != nil {
		return 0, 0, fmt.Errorf("not a PostgreSQL version: %q: %w", line, err)
	}
	if m[2] != "" {
		if minor, err = strconv.Atoi(m[2]); err != nil {
			return 0, 0, fmt.Errorf("not a PostgreSQL version: %q: %w", line, err)
		}
	}
	return major, minor, nil
}

func (in installation) fits(want int) bool {
	return in.major >= oldestMajor && (want == 0 || in.major == want)
}

func needs(want int) string {
	if want == 0 {
		return fmt.Sprintf("PostgreSQL %d or newer is needed", oldestMajor)
	}
	return fmt.Sprintf("the existing cluster was made by PostgreSQL %d and only that version can open it", want)
}

// missing is the line for an operator who has no fitting server binaries.
func missing(want int, fetchErr error) error {
	apt, dnf, brew := "postgresql", "postgresql-server postgresql-contrib", "postgresql@18"
	what := "no PostgreSQL server binaries were found"
	if want != 0 {
		apt = fmt.Sprintf("postgresql-%d", want)
		dnf = fmt.Sprintf("postgresql%d-server postgresql%d-contrib", want, want)
		brew = fmt.Sprintf("postgresql@%d", want)
		what = fmt.Sprintf("no PostgreSQL %d server binaries were found (%s; it is left untouched)", want, needs(want))
	}
	advice := fmt.Sprintf("install them (Debian, Ubuntu: apt install %s; Fedora: dnf install %s; macOS: brew install %s), "+
		"or name their folder in KABINET_PGBIN, or set DATABASE_URL", apt, dnf, brew)
	if fetchErr != nil {
		return fmt.Errorf("%s and they could not be fetched (%w): %s", what, fetchErr, advice)
	}
	return errors.New(what + ": " + advice)
}
