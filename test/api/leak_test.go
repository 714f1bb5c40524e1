package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// way is how a client gets from the root to an object: fields with their arguments, and narrowing to a type where a field has several.
type way struct{ prefix, suffix string }

// ways finds the shortest way from the query root to each object type, not through the desk nor a member of the staff.
func ways(schema *ast.Schema, own belongings) map[string]way {
	found := map[string]way{"Query": {"{", "}"}}
	for queue := []string{"Query"}; len(queue) > 0; queue = queue[1:] {
		from := found[queue[0]]
		for _, f := range schema.Types[queue[0]].Fields {
			below := schema.Types[f.Type.Name()]
			if strings.HasPrefix(f.Name, "__") || f.Name == "desk" || f.Name == "node" || f.Name == "userErrors" || !below.IsCompositeType() {
				continue
			}
			step := from.prefix + f.Name + arguments(schema, queue[0], f, own) + "{"
			for _, possible := range schema.GetPossibleTypes(below) {
				w := way{step, "}" + from.suffix}
				if below.Kind != ast.Object {
					w.prefix, w.suffix = w.prefix+"...on "+possible.Name+"{", "}"+w.suffix
				}
				if _, known := found[possible.Name]; !known && possible.Name != "StaffMember" {
					found[possible.Name] = w
					queue = append(queue, possible.Name)
				}
			}
		}
	}
	return found
}

// arguments gives a field what it requires, naming the caller's own things.
func arguments(schema *ast.Schema, owner string, f *ast.FieldDefinition, own belongings) string {
	var args []string
	for _, a := range f.Arguments {
		kind := foreignIDs[owner+"."+f.Name+"."+a.Name].kind
		switch {
		case owner == "Query" && a.Name == "id" && f.Arguments.ForName("slug") != nil: // one of the two
		case kind != "" && own[kind] != "":
			args = append(args, fmt.Sprintf("%s:%q", a.Name, own[kind]))
		case a.Name == "number" || a.Name == "slug":
			args = append(args, fmt.Sprintf("%s:%q", a.Name, own[a.Name]))
		case a.Name == "first" || a.Name == "last":
		case a.Name == "from":
			args = append(args, `from:"`+time.Now().AddDate(-1, 0, 0).UTC().Format(time.RFC3339)+`"`)
		case a.Name == "to":
			args = append(args, `to:"`+time.Now().AddDate(0, 0, 1).UTC().Format(time.RFC3339)+`"`)
		case a.Type.NonNull && a.DefaultValue == nil:
			args = append(args, a.Name+":"+literal(schema, a.Type, a.Name))
		}
	}
	if len(args) == 0 {
		return ""
	}
	return "(" + strings.Join(args, ",") + ")"
}

// leaves are the fields of a type that are values, with what they require.
func leaves(schema *ast.Schema, name string, own belongings) string {
	fields := []string{"__typename"}
	for _, f := range schema.Types[name].Fields {
		if !strings.HasPrefix(f.Name, "__") && !schema.Types[f.Type.Name()].IsCompositeType() {
			fields = append(fields, f.Name+arguments(schema, name, f, own))
		}
	}
	return strings.Join(fields, " ")
}

// questions are documents that together ask for every field of every type that a query of customers leads to, one level at a time.
func questions(schema *ast.Schema, own belongings) (all []string) {
	for name, way := range ways(schema, own) {
		if name != "Query" {
			all = append(all, way.prefix+leaves(schema, name, own)+way.suffix)
		}
		for _, f := range schema.Types[name].Fields {
			below := schema.Types[f.Type.Name()]
			if strings.HasPrefix(f.Name, "__") || f.Name == "desk" || f.Name == "node" || f.Name == "userErrors" || !below.IsCompositeType() {
				continue
			}
			inner := leaves(schema, below.Name, own)
			for _, possible := range schema.GetPossibleTypes(below) {
				if below.Kind != ast.Object {
					inner += " ...on " + possible.Name + "{" + leaves(schema, possible.Name, own) + "}"
				}
			}
			all = append(all, way.prefix+f.Name+arguments(schema, name, f, own)+"{"+inner+"}"+way.suffix)
		}
	}
	return all
}

// Each field of each type that a query of customers leads to is read by a stranger, and by the owner to see that there was something to find.
func TestStranger_FindsNothingOfSomebodyElseInAnyField(t *testing.T) {
	t.Parallel()
	schema := published(t)
	w := newWorld(t)
	s := w.serve(t, "KABINET_UPKEEP=24h")
	hers, his := s.settle(t, anna, "Markova"), s.settle(t, boris, "Borisov")
	ids := belongings{}
	for kind, id := range hers {
		if kind != "Review" && kind != "slug" { // reviews are for everybody, under a shortened name
			ids[kind] = `"` + id + `"`
		}
	}
	ids["text"], ids["slug"], ids["address"] = "Markova", hers["slug"], anna
	found, read := map[string]bool{}, 0
	for _, who := range []struct {
		email string
		own   belongings
	}{{anna, hers}, {boris, his}, {nobody, his}} {
		c := s.as(t, who.email)
		for _, document := range questions(schema, who.own) {
			got := c.ask(t, document)
			if code := got.errorCode(); code == "INVALID" || code == "INTERNAL" {
				t.Errorf("%s\n%s", got.text, document)
			}
			for what, mark := range ids {
				switch there := strings.Contains(got.text, mark); {
				case there && who.email == anna:
					found[what] = true
				case there:
					t.Errorf("%q finds %s\n%s\n%s", who.email, what, document, got.text)
				}
			}
			read++
		}
	}
	if read < 600 {
		t.Errorf("only %d questions were asked", read)
	}
	for what := range ids {
		if !found[what] {
			t.Errorf("not even its owner finds the %s, so nothing is proven", what)
		}
	}
}
