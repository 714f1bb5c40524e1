//go:build unix

package postgres

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// binaryPackage is a published set of server binaries, one npm package per platform.
type binaryPackage struct {
	scope     string
	version   string
	major     int
	integrity map[string]string // platform -> "sha512-" and base64, as npm publishes it
}

// pinnedPackage is the only one that is ever fetched; whatever the registry answers
// must hash to these values.
func pinnedPackage() binaryPackage {
	return binaryPackage{
		scope:   "@embedded-postgres",
		version: "18.4.0-beta.17",
		major:   18,
		integrity: map[string]string{
			"linux-x64":    "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
			"linux-arm64":  "sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
			"darwin-x64":   "sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
			"darwin-arm64": "sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
		},
	}
}

// platform is this machine in npm's words.
func platform() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return runtime.GOOS + "-" + arch
}

// unfinished is the name pattern of a fetch in progress; those of killed processes
// are removed by the next one.
const unfinished = ".fetch-"

// fetch gets the package with the npm client, checks it and unpacks it to
// pgbin/<version>, which appears only when complete; it returns the folder of the
// programs. The caller holds the lock of the data folder.
func fetch(ctx context.Context, pgbin string, pkg binaryPackage, platform string) (bin string, err error) {
	want, ok := pkg.integrity[platform]
	if !ok {
		return "", fmt.Errorf("there are no binaries for %s", platform)
	}
	if err := errors.Join(os.MkdirAll(pgbin, 0o755), os.Chmod(pgbin, 0o755)); err != nil {
		return "", fmt.Errorf("making the folder for binaries: %w", err)
	}
	if err := removeMatching(filepath.Join(pgbin, unfinished+"*")); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(pgbin, unfinished)
	if err != nil {
		return "", fmt.Errorf("making the folder for binaries: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()

	tarball, err := npmPack(ctx, tmp, fmt.Sprintf("%s/%s@%s", pkg.scope, platform, pkg.version))
	if err != nil {
		return "", err
	}
	if err := unpack(tarball, want, tmp); err != nil {
		return "", err
	}
	syscall.Sync() // a power cut must not leave a complete-looking folder of empty files

	target := filepath.Join(pgbin, pkg.version)
	if err := os.Rename(target, filepath.Join(tmp, "unusable")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("replacing unusable binaries: %w", err)
	}
	if err := os.Rename(filepath.Join(tmp, "native"), target); err != nil {
		return "", fmt.Errorf("placing the binaries: %w", err)
	}
	return filepath.Join(target, "bin"), nil
}

// npmPack downloads a package into dir, through whatever registry and proxy the
// machine's npm is set up with, and returns the tarball's path.
func npmPack(ctx context.Context, dir, spec string) (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("fetching needs the npm client: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "pack", spec, "--silent", "--ignore-scripts", "--fetch-retries=1")
	cmd.Dir = dir
	if _, err := runToEnd(ctx, cmd, nil); err != nil {
		return "", fmt.Errorf("fetching %s: %w", spec, err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("fetching %s: npm left %d tarballs, want 1", spec, len(found))
	}
	return found[0], nil
}

// unpack checks a tarball against its integrity value and then writes its folder
// native, with the links it lists, below dir.
func unpack(tarball, integrity, dir string) error {
	f, err := os.Open(tarball)
	if err != nil {
		return fmt.Errorf("opening the fetched package: %w", err)
	}
	defer f.Close()
	sum := sha512.New()
	if _, err := io.Copy(sum, f); err != nil {
		return fmt.Errorf("reading the fetched package: %w", err)
	}
	got := "sha512-" + base64.StdEncoding.EncodeToString(sum.Sum(nil))
	if subtle.ConstantTimeCompare([]byte(got), []byte(integrity)) != 1 {
		return fmt.Errorf("the fetched package is not the expected one: its hash is %s, want %s", got, integrity)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reading the fetched package: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("opening the folder for binaries: %w", err)
	}
	defer root.Close()
	if err := untar(f, root); err != nil {
		return fmt.Errorf("unpacking the fetched package: %w", err)
	}
	if err := link(root); err != nil {
		return fmt.Errorf("linking the fetched libraries: %w", err)
	}
	return nil
}

// untar writes the regular files below package/native, readable by every user: the
// server may run as another one than this process.
func untar(r io.Reader, root *os.Root) error {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name, inPackage := strings.CutPrefix(path.Clean(header.Name), "package/")
		if !inPackage || !strings.HasPrefix(name, "native/") || header.Typeflag != tar.TypeReg {
			continue
		}
		mode := fs.FileMode(0o644)
		if header.FileInfo().Mode()&0o100 != 0 {
			mode = 0o755
		}
		if err := writeFile(root, name, mode, archive); err != nil {
			return err
		}
	}
}

func writeFile(root *os.Root, name string, mode fs.FileMode, content io.Reader) error {
	if err := makeFolders(root, path.Dir(name)); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Chmod(mode), f.Close())
}

// makeFolders makes a folder and those above it with mode 0755 whatever the umask.
func makeFolders(root *os.Root, name string) error {
	if name == "." {
		return nil
	}
	if err := makeFolders(root, path.Dir(name)); err != nil {
		return err
	}
	err := root.Mkdir(name, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return root.Chmod(name, 0o755)
}

// link makes the symbolic links that npm packages cannot carry; the package lists
// them in pg-symlinks.json.
func link(root *os.Root) error {
	list, err := root.ReadFile("native/pg-symlinks.json")
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("pg-symlinks.json: %w", err)
	}
	for _, l := range links {
		if !filepath.IsLocal(l.Source) || !filepath.IsLocal(l.Target) {
			return fmt.Errorf("pg-symlinks.json leads outside the package: %s -> %s", l.Target, l.Source)
		}
		to, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := root.Symlink(to, l.Target); err != nil {
			return err
		}
	}
	return nil
}

func removeMatching(pattern string) error {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return fmt.Errorf("looking for leftovers: %w", err)
	}
	for _, p := range found {
		if err := os.RemoveAll(p); err != nil {
			return fmt.Errorf("removing a leftover: %w", err)
		}
	}
	return nil
}
