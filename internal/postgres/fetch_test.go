//go:build unix

package postgres

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// packageFiles is a package as the registry holds them; a leading * marks programs.
func packageFiles() map[string]string {
	return map[string]string{
		"package/package.json":             `{"scripts":{"postinstall":"exit 1"}}`,
		"*package/native/bin/postgres":     "#!/bin/sh\necho 'postgres (PostgreSQL) 18.4'\n",
		"*package/native/bin/initdb":       "#!/bin/sh\n",
		"package/native/lib/libpq.so.5.18": "library",
		"package/native/../../escaped":     "x",
		"package/native/pg-symlinks.json": `[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"},` +
			`{"source":"native/bin/postgres","target":"native/lib/postgres"}]`,
	}
}

// publish writes a tarball and puts a stand-in for npm, which leaves it where npm pack
// would, first on PATH; it returns the package that names it.
func publish(t *testing.T, files map[string]string) binaryPackage {
	t.Helper()
	dir := t.TempDir()
	tarball := filepath.Join(dir, "published.tgz")
	f, err := os.Create(tarball)
	check(t, err)
	sum := sha512.New()
	zipped := gzip.NewWriter(f)
	archive := tar.NewWriter(zipped)
	for name, content := range files {
		mode := int64(0o600)
		if plain, isProgram := strings.CutPrefix(name, "*"); isProgram {
			name, mode = plain, 0o700
		}
		check(t, archive.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(content)), Typeflag: tar.TypeReg}))
		_, err := archive.Write([]byte(content))
		check(t, err)
	}
	check(t, archive.Close())
	check(t, zipped.Close())
	check(t, f.Close())
	content, err := os.ReadFile(tarball)
	check(t, err)
	sum.Write(content)

	const pkgVersion = "18.4.0-test"
	npm := fmt.Sprintf("#!/bin/sh\n[ \"$1 $2\" = 'pack @test/here-x64@%s' ] && cp '%s' ./test.tgz\n", pkgVersion, tarball)
	check(t, os.WriteFile(filepath.Join(dir, "npm"), []byte(npm), 0o755))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return binaryPackage{scope: "@test", version: pkgVersion, major: 18, integrity: map[string]string{
		"here-x64": "sha512-" + base64.StdEncoding.EncodeToString(sum.Sum(nil)),
	}}
}

func TestFetch_UnpacksProgramsThatTheServersUserCanRun(t *testing.T) {
	pkg := publish(t, packageFiles())
	pgbin := filepath.Join(newDir(t), "pgbin")
	check(t, os.MkdirAll(filepath.Join(pgbin, unfinished+"killed"), 0o700))
	check(t, os.MkdirAll(filepath.Join(pgbin, pkg.version, "damaged"), 0o700))

	bin, err := fetch(t.Context(), pgbin, pkg, "here-x64")
	check(t, err)
	check(t, os.Chmod(filepath.Dir(pgbin), 0o755))
	in, err := inspect(t.Context(), testAccount(t), bin)
	check(t, err)
	if in.major != 18 || in.minor != 4 {
		t.Errorf("got %+v", in)
	}
	for _, link := range []string{"libpq.so.5", "postgres"} {
		path := filepath.Join(filepath.Dir(bin), "lib", link)
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
		if to, err := os.Readlink(path); err != nil || filepath.IsAbs(to) {
			t.Errorf("%s leads to %q (%v), want a relative link", path, to, err)
		}
	}
	check(t, filepath.WalkDir(filepath.Dir(pgbin), func(path string, _ fs.DirEntry, err error) error {
		if strings.Contains(path, unfinished) || strings.HasSuffix(path, "escaped") || strings.HasSuffix(path, "damaged") {
			t.Errorf("%s is left", path)
		}
		return err
	}))
}

func TestFetch_RefusesAPackageWithAnotherHash(t *testing.T) {
	pkg := publish(t, packageFiles())
	expected := pinnedPackage().integrity["linux-x64"]
	pkg.integrity["here-x64"] = expected
	pgbin := filepath.Join(newDir(t), "pgbin")

	_, err := fetch(t.Context(), pgbin, pkg, "here-x64")
	mustContain(t, err, "not the expected one", expected)
	if left, err := os.ReadDir(pgbin); err != nil || len(left) > 0 {
		t.Errorf("%v left (%v)", left, err)
	}
}

func TestFetch_RefusesLinksThatLeadOutside(t *testing.T) {
	files := packageFiles()
	files["package/native/pg-symlinks.json"] = `[{"source":"../../../../etc/passwd","target":"native/lib/x"}]`
	pkg := publish(t, files)
	_, err := fetch(t.Context(), filepath.Join(newDir(t), "pgbin"), pkg, "here-x64")
	mustContain(t, err, "leads outside")
}

func TestFetch_SaysWhyNothingCame(t *testing.T) {
	pkg := publish(t, packageFiles())
	pgbin := filepath.Join(newDir(t), "pgbin")
	_, err := fetch(t.Context(), pgbin, pkg, "plan9-mips")
	mustContain(t, err, "no binaries for plan9-mips")

	pkg.version = "0.0.0"
	_, err = fetch(t.Context(), pgbin, pkg, "here-x64")
	mustContain(t, err, "fetching @test/here-x64@0.0.0")
}

func TestFetch_GetsThePinnedPackageAndServesWithIt(t *testing.T) {
	if os.Getenv("KABINET_TEST_FETCH") != "1" {
		t.Skip("needs the package registry: set KABINET_TEST_FETCH=1")
	}
	t.Setenv("KABINET_PGBIN", "")
	dir, err := openDir(newDir(t))
	check(t, err)
	cfg := Config{Dir: dir, Fetch: true, Log: slog.New(slog.DiscardHandler)}
	in, err := locate(t.Context(), cfg, testAccount(t), filepath.Join(dir, "pgbin"), 0, nil)
	check(t, err)
	if in.major != pinnedPackage().major {
		t.Fatalf("got PostgreSQL %d", in.major)
	}

	s := start(t, Config{Dir: dir}) // finds the fetched binaries by itself
	var version, lower string
	check(t, open(t, s.DSN()).QueryRow("select current_setting('server_version'), lower('ЁЖ')").Scan(&version, &lower))
	if !strings.HasPrefix(version, "18.") || lower != "ёж" {
		t.Errorf("PostgreSQL %s says %s", version, lower)
	}
}
