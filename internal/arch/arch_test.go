// Package arch holds the house's rules as data and fails when the tree breaks one: who may import whom (rooms_test.go), and
// what no file of ours may be or say.
package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "kabinet"

// listed is a package as the go command lists it.
type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// Files for one platform only are seen by listing for each.
func TestRooms_ImportOnlyWhatTheTableAllows(t *testing.T) {
	t.Parallel()
	for _, platform := range []string{"linux", "darwin", "windows"} {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			packages := list(t, platform)
			if len(packages) < 10 {
				t.Fatalf("only %d packages were listed", len(packages))
			}
			for _, p := range packages {
				for _, wrong := range breaches(p) {
					t.Error(wrong)
				}
			}
		})
	}
}

func TestRooms_TheTableHoldsWhatItForbids(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]listed{
		"an unnamed folder":          {ImportPath: "kabinet/internal/attic"},
		"a folder below a room":      {ImportPath: "kabinet/domain/attic"},
		"the business reads files":   {ImportPath: "kabinet/domain", Imports: []string{"os"}},
		"the business draws lots":    {ImportPath: "kabinet/domain", Imports: []string{"math/rand/v2"}},
		"the business knows SQL":     {ImportPath: "kabinet/domain", Imports: []string{"kabinet/store"}},
		"a resolver speaks HTTP":     {ImportPath: "kabinet/resolvers", Imports: []string{"net/http"}},
		"a resolver speaks SQL":      {ImportPath: "kabinet/resolvers", Imports: []string{"database/sql"}},
		"a resolver speaks SQL's x":  {ImportPath: "kabinet/resolvers", Imports: []string{"github.com/jmoiron/sqlx"}},
		"a resolver sends pushes":    {ImportPath: "kabinet/resolvers", Imports: []string{"kabinet/push"}},
		"the store knows GraphQL":    {ImportPath: "kabinet/store", Imports: []string{"kabinet/graph/model"}},
		"the store knows Firebase":   {ImportPath: "kabinet/store", Imports: []string{"firebase.google.com/go/v4/messaging"}},
		"the executor knows SQL":     {ImportPath: "kabinet/graph", Imports: []string{"kabinet/store"}},
		"push reads the store":       {ImportPath: "kabinet/push", Imports: []string{"kabinet/store"}},
		"the door pushes on its own": {ImportPath: "kabinet/cmd/kabinet", Imports: []string{"firebase.google.com/go/v4"}},
		"somebody knows the door":    {ImportPath: "kabinet/resolvers", TestImports: []string{"kabinet/cmd/kabinet"}},
		"the program is a test":      {ImportPath: "kabinet/store", Imports: []string{"kabinet/store/storetest"}},
		"a test of pure rules does":  {ImportPath: "kabinet/domain", XTestImports: []string{"kabinet/store/storetest"}},
		"a module nobody chose":      {ImportPath: "kabinet/store", Imports: []string{"github.com/jackc/pgx/v5"}},
	} {
		if len(breaches(p)) == 0 {
			t.Errorf("%s: allowed", name)
		}
	}
	allowed := listed{
		ImportPath: "kabinet/store", Imports: []string{"context", "github.com/lib/pq", "github.com/lib/pq/pqerror", "kabinet/domain"},
		XTestImports: []string{"kabinet/store", "kabinet/store/storetest", "pgregory.net/rapid", "net/http"},
	}
	if wrong := breaches(allowed); wrong != nil {
		t.Errorf("refused: %q", wrong)
	}
}

// breaches says in which ways a package breaks the table.
func breaches(p listed) (wrong []string) {
	path := ours(p.ImportPath)
	at := slices.IndexFunc(rooms, func(r room) bool { return r.path == path })
	if at < 0 {
		return []string{fmt.Sprintf("%s is not in the table of internal/arch: say there what it may import", path)}
	}
	r := rooms[at]
	for _, imported := range p.Imports {
		if !r.allows(imported) {
			wrong = append(wrong, fmt.Sprintf("%s must not import %s", path, imported))
		}
	}
	for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
		if !r.allowsTests(imported) {
			wrong = append(wrong, fmt.Sprintf("tests of %s must not import %s", path, imported))
		}
	}
	return wrong
}

func (r room) allows(imported string) bool {
	switch {
	case ours(imported) != "":
		return anyMatches(r.ours, ours(imported))
	case !isStandard(imported):
		return anyMatches(r.modules, imported)
	case len(r.std) > 0:
		return anyMatches(r.std, imported)
	}
	return !anyMatches(r.never, imported)
}

func (r room) allowsTests(imported string) bool {
	path := imported
	if own := ours(imported); own != "" {
		path = own
	}
	return isStandard(imported) || path == r.path || anyMatches(r.tests, path) || anyMatches(testTools, path) || r.allows(imported)
}

// ours is a package's path in this module, empty for those of others.
func ours(importPath string) string {
	path, ok := strings.CutPrefix(importPath, module+"/")
	if !ok {
		return ""
	}
	return path
}

// isStandard: the first element of a module's path is a host and has a dot, that of the standard library has none.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return first != module && !strings.Contains(first, ".")
}

func anyMatches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		root, tree := strings.CutSuffix(pattern, "/...")
		return path == root || tree && strings.HasPrefix(path, root+"/")
	})
}

// list asks the go command for every package of the module, as it is built for a platform.
func list(t *testing.T, platform string) (packages []listed) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root(t)
	cmd.Env = append(os.Environ(), "GOOS="+platform, "CGO_ENABLED=0")
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &problems)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}
