package arch

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// proof follows the text of every statement back to where it comes from: constants, or parts that are followed in turn through variables, fields,
// results and parameters, in all packages at once.
type proof struct {
	set   *token.FileSet
	given map[string][]part // by variable, field or parameter: everything that is put there
	calls []part            // texts of statements
	inner map[string]inner  // functions that a variable holds
	held  []heldCall        // calls of such variables
	gone  map[string]bool   // already followed
	wrong []unproven
}

// inner is a function without a name of its own.
type inner struct {
	code *ast.FuncLit
	info *types.Info
}

type heldCall struct {
	key  string
	args []part
}

// part is an expression, where it stands, and which of several results is meant.
type part struct {
	expr     ast.Expr
	info     *types.Info
	function string
	result   int
}

// unproven is where more than constants came in.
type unproven struct{ at, function, what string }

func newProof(set *token.FileSet) *proof {
	return &proof{set: set, given: map[string][]part{}, inner: map[string]inner{}, gone: map[string]bool{}}
}

// run follows everything, and says how many statements there are and what is not proven.
func (p *proof) run() (statements int, wrong []unproven) {
	for _, c := range p.held {
		f, known := p.inner[c.key]
		if !known {
			continue
		}
		var names []*ast.Ident
		for _, field := range f.code.Type.Params.List {
			names = append(names, field.Names...)
		}
		for i := range min(len(names), len(c.args)) {
			key := p.keyOf(names[i], f.info)
			p.given[key] = append(p.given[key], c.args[i])
		}
	}
	for _, c := range p.calls {
		p.follow(c)
	}
	slices.SortFunc(p.wrong, func(a, b unproven) int { return strings.Compare(a.at, b.at) })
	return len(p.calls), slices.Compact(p.wrong)
}

// add reads the files of one package.
func (p *proof) add(files []*ast.File, info *types.Info) {
	for _, f := range files {
		for _, d := range f.Decls {
			function := "a variable of the package"
			if declared, ok := d.(*ast.FuncDecl); ok {
				function = p.nameOf(info.Defs[declared.Name])
				p.results(declared.Body, info, function)
			}
			ast.Inspect(d, func(n ast.Node) bool {
				p.collect(n, info, function)
				return true
			})
		}
	}
}

// results keeps what a function returns; what the functions inside it return is another matter.
func (p *proof) results(body *ast.BlockStmt, info *types.Info, function string) {
	if body == nil {
		return
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if back, ok := n.(*ast.ReturnStmt); ok {
			for i, e := range back.Results {
				key := resultKey(function, i)
				p.given[key] = append(p.given[key], part{e, info, function, 0})
			}
		}
		_, inner := n.(*ast.FuncLit)
		return !inner
	})
}

func (p *proof) collect(n ast.Node, info *types.Info, function string) {
	put := func(to ast.Expr, what ast.Expr, result int) {
		if key := p.keyOf(to, info); key != "" {
			p.given[key] = append(p.given[key], part{what, info, function, result})
			if code, ok := what.(*ast.FuncLit); ok {
				p.inner[key] = inner{code, info}
			}
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, to := range n.Lhs {
			if len(n.Lhs) == len(n.Rhs) {
				put(to, n.Rhs[i], 0)
			} else {
				put(to, n.Rhs[0], i)
			}
		}
	case *ast.ValueSpec:
		for i, to := range n.Names {
			if len(n.Names) == len(n.Values) {
				put(to, n.Values[i], 0)
			}
		}
	case *ast.RangeStmt:
		if n.Value != nil {
			put(n.Value, n.X, 0)
		}
	case *ast.CompositeLit:
		p.literal(n, info, function)
	case *ast.CallExpr:
		p.call(n, info, function)
	}
}

// literal keeps what the fields of a struct are given.
func (p *proof) literal(n *ast.CompositeLit, info *types.Info, function string) {
	shape, ok := deref(info.TypeOf(n)).Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range n.Elts {
		field, value := shape.Field(i), e
		if pair, named := e.(*ast.KeyValueExpr); named {
			field, _ = info.Uses[pair.Key.(*ast.Ident)].(*types.Var)
			value = pair.Value
		}
		if key := p.nameOf(field); key != "" {
			p.given[key] = append(p.given[key], part{value, info, function, 0})
		}
	}
}

// call keeps what parameters are given, and the texts of statements.
func (p *proof) call(n *ast.CallExpr, info *types.Info, function string) {
	signature, ok := info.TypeOf(n.Fun).(*types.Signature)
	if !ok {
		return
	}
	if called := callee(n, info); called != nil {
		declared := called.Signature().Params()
		for i := range min(declared.Len(), len(n.Args)) {
			key := p.nameOf(declared.At(i))
			p.given[key] = append(p.given[key], part{n.Args[i], info, function, 0})
		}
		if strings.HasPrefix(pathOf(called), "log/") {
			return
		}
		if builder := builderOf(n, called); builder != nil {
			key := p.keyOf(builder, info)
			p.given[key] = append(p.given[key], part{n.Args[len(n.Args)-1], info, function, 0})
		}
	}
	if key := p.keyOf(n.Fun, info); key != "" && callee(n, info) == nil {
		c := heldCall{key: key}
		for _, a := range n.Args {
			c.args = append(c.args, part{a, info, function, 0})
		}
		p.held = append(p.held, c)
	}
	if at := statementAt(signature, callee(n, info)); at >= 0 && at < len(n.Args) {
		p.calls = append(p.calls, part{n.Args[at], info, function, 0})
	}
}

// statementAt is the parameter that takes a statement: the text before the arguments of a query, or what is prepared.
func statementAt(s *types.Signature, called *types.Func) int {
	n := s.Params().Len()
	text := func(i int) bool {
		return i >= 0 && types.Identical(s.Params().At(i).Type(), types.Typ[types.String])
	}
	switch {
	case n == 0 || s.Params().At(0).Type().String() != "context.Context":
	case s.Variadic() && text(n-2) && s.Params().At(n-1).Type().String() == "[]any":
		return n - 2
	case called != nil && strings.HasPrefix(called.Name(), "Prepare") && n == 2 && text(1):
		return 1
	}
	return -1
}

// follow proves one part.
func (p *proof) follow(at part) {
	info := at.info
	next := func(inner ...ast.Expr) {
		for _, e := range inner {
			p.follow(part{e, info, at.function, 0})
		}
	}
	kind := info.Types[at.expr]
	if kind.Value != nil || kind.IsNil() || harmless(kind.Type) {
		return
	}
	switch e := at.expr.(type) {
	case *ast.ParenExpr:
		next(e.X)
	case *ast.BinaryExpr:
		next(e.X, e.Y)
	case *ast.IndexExpr:
		next(e.X)
	case *ast.SliceExpr:
		next(e.X)
	case *ast.UnaryExpr:
		next(e.X)
	case *ast.CompositeLit:
		for _, inner := range e.Elts {
			if pair, named := inner.(*ast.KeyValueExpr); named {
				inner = pair.Value
			}
			if _, isStruct := inner.(*ast.CompositeLit); !isStruct { // fields are followed where they are read
				next(inner)
			}
		}
	case *ast.CallExpr:
		p.followCall(at, e)
	case *ast.Ident, *ast.SelectorExpr:
		p.followKey(p.keyOf(e, info), at)
	default:
		p.refuse(at)
	}
}

// followKey proves everything that is put into a variable, field or parameter.
func (p *proof) followKey(key string, at part) {
	if p.gone[key] {
		return
	}
	p.gone[key] = true
	if len(p.given[key]) == 0 {
		p.refuse(at)
	}
	for _, put := range p.given[key] {
		p.follow(put)
	}
}

func (p *proof) followCall(at part, e *ast.CallExpr) {
	if kind := at.info.Types[e.Fun]; kind.IsType() || kind.IsBuiltin() {
		for _, a := range e.Args {
			p.follow(part{a, at.info, at.function, 0})
		}
		return
	}
	called := callee(e, at.info)
	switch {
	case called == nil:
		p.refuse(at)
	case slices.Contains([]string{"strconv.Itoa", "strconv.FormatInt", "strconv.Quote", "github.com/lib/pq.QuoteIdentifier", "github.com/lib/pq.QuoteLiteral"}, called.FullName()):
	case slices.Contains([]string{"fmt", "strings", "slices", "maps"}, pathOf(called)) && called.Signature().Recv() == nil:
		for _, a := range e.Args {
			p.follow(part{a, at.info, at.function, 0})
		}
	case strings.HasPrefix(called.FullName(), "(*regexp.Regexp).Replace"):
		p.refuse(at)
		p.follow(part{e.Args[0], at.info, at.function, 0})
	case called.FullName() == "(*strings.Builder).String":
		p.followKey(p.keyOf(e.Fun.(*ast.SelectorExpr).X, at.info), at)
	default:
		p.followKey(resultKey(called.FullName(), at.result), at)
	}
}

func (p *proof) refuse(at part) {
	p.wrong = append(p.wrong, unproven{p.set.Position(at.expr.Pos()).String(), at.function, types.ExprString(at.expr)})
}

// harmless are values that have no text of their own choice: numbers and truths.
func harmless(t types.Type) bool {
	if t == nil {
		return false
	}
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&(types.IsNumeric|types.IsBoolean) != 0
}

// builderOf is the builder that a call writes to.
func builderOf(n *ast.CallExpr, called *types.Func) ast.Expr {
	chosen, ok := n.Fun.(*ast.SelectorExpr)
	if ok && len(n.Args) == 1 && strings.HasPrefix(called.FullName(), "(*strings.Builder).Write") {
		return chosen.X
	}
	return nil
}

// keyOf names the variable or field that an expression stands for.
func (p *proof) keyOf(e ast.Expr, info *types.Info) string {
	switch e := e.(type) {
	case *ast.Ident:
		if o := info.Defs[e]; o != nil {
			return p.nameOf(o)
		}
		return p.nameOf(info.Uses[e])
	case *ast.SelectorExpr:
		return p.nameOf(info.Uses[e.Sel])
	case *ast.IndexExpr:
		return p.keyOf(e.X, info)
	case *ast.StarExpr:
		return p.keyOf(e.X, info)
	}
	return ""
}

// nameOf names a thing by where it is declared, which is the same for all packages that see it.
func (p *proof) nameOf(o types.Object) string {
	switch o := o.(type) {
	case *types.Func:
		return o.FullName()
	case *types.Var:
		if o != nil {
			at := p.set.Position(o.Pos())
			return o.Name() + " at " + at.String()
		}
	}
	return ""
}

func callee(n *ast.CallExpr, info *types.Info) *types.Func {
	fun := ast.Unparen(n.Fun)
	if generic, ok := fun.(*ast.IndexExpr); ok {
		fun = generic.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		called, _ := info.Uses[f].(*types.Func)
		return origin(called)
	case *ast.SelectorExpr:
		called, _ := info.Uses[f.Sel].(*types.Func)
		return origin(called)
	}
	return nil
}

func origin(f *types.Func) *types.Func {
	if f == nil {
		return nil
	}
	return f.Origin()
}

func pathOf(f *types.Func) string {
	if f.Pkg() == nil {
		return ""
	}
	return f.Pkg().Path()
}

func deref(t types.Type) types.Type {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		return pointer.Elem()
	}
	return t
}

func resultKey(function string, i int) string {
	return "result " + string(rune('0'+i)) + " of " + function
}
