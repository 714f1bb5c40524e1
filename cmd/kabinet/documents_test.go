package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"kabinet/push"
)

// page reads a document of the repository.
func page(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// names fails for each word that the page does not have between backticks or at the beginning of a setting's line.
func names(t *testing.T, name string, words ...string) {
	t.Helper()
	text := page(t, name)
	for _, word := range words {
		if !regexp.MustCompile("(?m)(`|^)" + regexp.QuoteMeta(word) + `(\W|$)`).MatchString(text) {
			t.Errorf("%s does not tell of %s", name, word)
		}
	}
}

func TestDocuments_OperationsTellOfEverySetting(t *testing.T) {
	t.Parallel()
	var all []string
	for _, s := range settings() {
		all = append(all, s.name)
	}
	names(t, "README.md", all...)
	names(t, "docs/operations/running.md", all...)
}

func TestDocuments_TheContractTellsOfEveryPush(t *testing.T) {
	t.Parallel()
	names(t, "docs/contract.md", push.Kinds()...)
}

func TestDocuments_TheContractTellsOfEveryRefusalFailureAndEvent(t *testing.T) {
	t.Parallel()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: page(t, "schema.graphqls")})
	if err != nil {
		t.Fatal(err)
	}
	for _, enum := range []string{"UserErrorCode", "EventKind"} {
		for _, value := range schema.Types[enum].EnumValues {
			names(t, "docs/contract.md", value.Name)
		}
	}
	for _, refusal := range schema.PossibleTypes["UserError"] {
		if !strings.Contains(page(t, "docs/contract.md"), refusal.Name) {
			t.Errorf("docs/contract.md does not tell of %s", refusal.Name)
		}
	}
	for _, subscription := range schema.Subscription.Fields {
		names(t, "docs/contract.md", subscription.Name)
	}
}
