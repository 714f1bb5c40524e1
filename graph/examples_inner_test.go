package graph

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const (
	mobilePage    = "../docs/mobile.md"
	mobileSamples = "../docs/examples/mobile/*.graphql"
)

// samples are the operations that app developers copy, all in one document since they share fragments.
func samples(t *testing.T) (files []string, document *ast.QueryDocument) {
	t.Helper()
	var all string
	files, err := filepath.Glob(mobileSamples)
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text) + "\n"
	}
	document, errs := gqlparser.LoadQueryWithRules(Schema(), all, rules.NewDefaultRules())
	if errs != nil {
		t.Fatal(errs)
	}
	return files, document
}

func TestExamples_OfAppsFitTheSchemaAndTheLimits(t *testing.T) {
	t.Parallel()
	_, document := samples(t)
	limits := Limits{}.withDefaults()
	for _, op := range document.Operations {
		m := meter{vars: map[string]any{}, fragments: map[string]extent{}}
		size := m.measure(op.SelectionSet)
		if size.cost > limits.Cost || size.depth > limits.Depth || size.aliases > limits.Aliases || m.introspects {
			t.Errorf("%s: %+v is over the limits", op.Name, size)
		}
		for _, field := range op.SelectionSet {
			if d := field.(*ast.Field).Definition; d.Directives.ForName("deprecated") != nil || d.Directives.ForName("role") != nil {
				t.Errorf("%s asks for %s, which is deprecated or for staff", op.Name, d.Name)
			}
		}
		if op.Operation == ast.Subscription && op.VariableDefinitions.ForName("after") == nil {
			t.Errorf("%s cannot be resumed", op.Name)
		}
	}
}

// The page for app developers names each sample and each scalar, and nothing that is not there.
func TestExamples_ThePageForAppsNamesEachSampleAndScalar(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(mobilePage)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	files, document := samples(t)
	for _, file := range files {
		if !strings.Contains(page, "(examples/mobile/"+filepath.Base(file)+")") {
			t.Errorf("the page does not name %s", file)
		}
	}
	named := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z]\\w+)` \\|").FindAllStringSubmatch(page, -1) {
		named[row[1]] = true
	}
	scalars := map[string]bool{}
	for name, d := range Schema().Types {
		if d.Kind == ast.Scalar && !d.BuiltIn {
			scalars[name] = true
		}
	}
	if !maps.Equal(named, scalars) {
		t.Errorf("the page maps %v, the schema has %v", slices.Sorted(maps.Keys(named)), slices.Sorted(maps.Keys(scalars)))
	}
	for _, operation := range regexp.MustCompile(`\b([A-Z]\w+)(Query|Mutation|Subscription)\(`).FindAllStringSubmatch(page, -1) {
		if document.Operations.ForName(operation[1]) == nil {
			t.Errorf("the page uses %s…), which no sample has", operation[0])
		}
	}
}
