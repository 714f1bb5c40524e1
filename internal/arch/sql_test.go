package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// provenByHand are statements whose text is made of more than constants, each with the reason why nobody outside can have a say in it.
var provenByHand = map[string]string{
	"kabinet/store.renumbered":                   "writes other numbers into the parameters of a text that is proven where it comes from",
	"(*kabinet/store/storetest.server).start":    "the name of a database of tests is drawn",
	"(*kabinet/store.connection).PrepareContext": "stands between the pool and the driver and hands on what it is given",
}

// Every text that goes to the database as a statement is made of constants of ours; what callers say goes as arguments.
func TestSQL_IsMadeOfConstantsOnly(t *testing.T) {
	t.Parallel()
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedExportFile,
		Dir:  "../..",
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	p := newProof(loaded[0].Fset)
	for _, one := range loaded {
		if len(one.Errors) > 0 {
			t.Fatalf("%s: %v", one.PkgPath, one.Errors)
		}
		if !strings.HasPrefix(one.PkgPath, module+"/test/") {
			p.add(one.Syntax, one.TypesInfo)
		}
	}
	statements, wrong := p.run()
	if statements < 300 {
		t.Errorf("only %d statements were found", statements)
	}
	excused := map[string]bool{}
	for _, w := range wrong {
		if _, known := provenByHand[w.function]; known {
			excused[w.function] = true
			continue
		}
		t.Errorf("%s: in %s the text of a statement is made of more than constants: %s", w.at, w.function, w.what)
	}
	for function := range provenByHand {
		if !excused[function] {
			t.Errorf("%s needs no excuse any more", function)
		}
	}
}

func TestSQL_WhatIsMadeOfMoreIsFound(t *testing.T) {
	t.Parallel()
	const before = `package p
import ("context"; "fmt"; "strings")
var _ = strings.Join
type db interface{ ExecContext(ctx context.Context, query string, args ...any) error }
type part struct{ sql string; order []string }
const table = "customer"
func exec(ctx context.Context, d db, query string, args ...any) error { return d.ExecContext(ctx, query, args...) }
func column(ok bool) string { if ok { return "a" }; return "b" }
func text(s string) string { return "'" + s + "'" }
func f(ctx context.Context, d db, name string, n int, names []string) error {
`
	set := token.NewFileSet()
	library := libraryOf(t, "context", "fmt", "strings")
	for statement, fine := range map[string]bool{
		`return exec(ctx, d, "select $1", name)`:                                                                      true,
		`return exec(ctx, d, "select * from " + table + " where " + column(n > 0) + "=$1", name)`:                     true,
		`q := "select"; if n > 0 { q += " 1" }; return exec(ctx, d, q)`:                                               true,
		`return exec(ctx, d, fmt.Sprintf("select %d, %s", n, table))`:                                                 true,
		`p := part{sql: "select " + table}; return exec(ctx, d, p.sql)`:                                               true,
		`where := []string{"a=$1"}; where = append(where, "b=$2"); return exec(ctx, d, strings.Join(where, " and "))`: true,
		`for _, q := range []string{"a", "b"} { if err := exec(ctx, d, q); err != nil { return err } }; return nil`:   true,
		`var b strings.Builder; b.WriteString("select"); return exec(ctx, d, b.String())`:                             true,
		`return exec(ctx, d, "select '" + name + "'")`:                                                                false,
		`return exec(ctx, d, fmt.Sprintf("select %s", name))`:                                                         false,
		`return exec(ctx, d, "select " + text(name))`:                                                                 false,
		`q := "select "; q += name; return exec(ctx, d, q)`:                                                           false,
		`p := part{sql: name}; return exec(ctx, d, p.sql)`:                                                            false,
		`p := part{}; p.sql = name; return exec(ctx, d, "select " + p.sql)`:                                           false,
		`return exec(ctx, d, strings.Join(names, ","))`:                                                               false,
		`where := []string{"a"}; where = append(where, name); return exec(ctx, d, strings.Join(where, ","))`:          false,
		`for _, q := range names { if err := exec(ctx, d, q); err != nil { return err } }; return nil`:                false,
		`var b strings.Builder; b.WriteString(name); return d.ExecContext(ctx, b.String())`:                           false,
		`where := func(s string) error { return exec(ctx, d, s) }; return where("select")`:                            true,
		`where := func(s string) error { return exec(ctx, d, s) }; return where(name)`:                                false,
		`run := d.ExecContext; return run(ctx, name)`:                                                                 false,
	} {
		found := proveText(t, set, library, before+statement+"\n}\nfunc main() { _ = f(nil, nil, input(), 0, []string{input()}) }\nfunc input() string { var s string; fmt.Scan(&s); return s }\n")
		if (len(found) == 0) != fine {
			t.Errorf("%s\nis found %v, want fine: %t", statement, found, fine)
		}
	}
}

// importing finds packages that were loaded.
type importing map[string]*types.Package

// Import finds one.
func (p importing) Import(path string) (*types.Package, error) {
	if found := p[path]; found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("%s was not loaded", path)
}

func libraryOf(t *testing.T, paths ...string) importing {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedExportFile}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	found := importing{}
	for _, p := range loaded {
		found[p.PkgPath] = p.Types
	}
	return found
}

func proveText(t *testing.T, set *token.FileSet, library types.Importer, text string) []unproven {
	t.Helper()
	file, err := parser.ParseFile(set, "p.go", text, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{}}
	config := types.Config{Importer: library}
	if _, err := config.Check("p", set, []*ast.File{file}, info); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	p := newProof(set)
	p.add([]*ast.File{file}, info)
	_, wrong := p.run()
	return slices.Clip(wrong)
}
