package graphiql_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func TestExamples_AreValidAgainstTheSchema(t *testing.T) {
	t.Parallel()
	schema := loadSchema(t)
	for _, name := range files(t, "examples/*.graphql") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			document, err := gqlparser.LoadQueryWithRules(schema, read(t, name), rules.NewDefaultRules())
			if err != nil {
				t.Fatalf("%s does not fit the schema: %v", name, err)
			}
			var variables map[string]any
			variablesFile := strings.TrimSuffix(name, ".graphql") + ".json"
			if err := json.Unmarshal([]byte(read(t, variablesFile)), &variables); err != nil {
				t.Fatalf("%s: %v", variablesFile, err)
			}
			declared := map[string]bool{}
			for _, operation := range document.Operations {
				if operation.Name == "" {
					t.Error("an operation without a name cannot be chosen in the page")
				}
				if _, err := validator.VariableValues(schema, operation, variables); err != nil {
					t.Errorf("%s: variables of %s: %v", variablesFile, operation.Name, err)
				}
				for _, variable := range operation.VariableDefinitions {
					declared[variable.Variable] = true
				}
			}
			for variable := range variables {
				if !declared[variable] {
					t.Errorf("%s sets %s, which no operation takes", variablesFile, variable)
				}
			}
		})
	}
}

// The page's first view must show what an example says about itself without scrolling sideways.
func TestExamples_CommentsFitTheEditor(t *testing.T) {
	t.Parallel()
	const columns = 58
	for _, name := range files(t, "examples/*.graphql") {
		for i, line := range strings.Split(read(t, name), "\n") {
			if strings.HasPrefix(line, "#") && len([]rune(line)) > columns {
				t.Errorf("%s:%d is wider than %d characters", name, i+1, columns)
			}
		}
	}
}

func loadSchema(t *testing.T) *ast.Schema {
	t.Helper()
	var sources []*ast.Source
	for _, name := range files(t, "../../graph/schema/*.graphqls") {
		sources = append(sources, &ast.Source{Name: filepath.Base(name), Input: read(t, name)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatalf("graph/schema: %v", err)
	}
	return schema
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: no files (%v)", pattern, err)
	}
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
