package graph_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"kabinet/graph"
)

func TestSchema_PublishedFileIsWhatIsServed(t *testing.T) {
	t.Parallel()
	published, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	if string(published) != graph.PublishedSDL(graph.Schema()) {
		t.Error("schema.graphqls is not what is served; write it anew with: kabinet schema > schema.graphqls")
	}
	if _, err := gqlparser.LoadSchema(&ast.Source{Input: string(published)}); err != nil {
		t.Errorf("the published schema cannot be read: %v", err)
	}
}

func TestSchema_EveryRootFieldSaysWhoMayCallIt(t *testing.T) {
	t.Parallel()
	s := graph.Schema()
	for _, root := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		for _, f := range root.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			n := 0
			for _, d := range f.Directives {
				if d.Name == "public" || d.Name == "auth" || d.Name == "role" {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s.%s has %d of @public, @auth and @role, want exactly one", root.Name, f.Name, n)
			}
		}
	}
}

func TestSchema_EverythingIsDescribed(t *testing.T) {
	t.Parallel()
	s := graph.Schema()
	described := func(what, description string) {
		if len(strings.TrimSpace(description)) < 3 {
			t.Errorf("%s has no description", what)
		}
	}
	for _, d := range s.Directives {
		if !d.Position.Src.BuiltIn {
			described("@"+d.Name, d.Description)
			arguments(described, "@"+d.Name, d.Arguments)
		}
	}
	for _, d := range s.Types {
		if d.BuiltIn {
			continue
		}
		described(d.Name, d.Description)
		for _, f := range d.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				described(d.Name+"."+f.Name, f.Description)
				arguments(described, d.Name+"."+f.Name, f.Arguments)
			}
		}
		for _, v := range d.EnumValues {
			described(d.Name+"."+v.Name, v.Description)
		}
	}
}

func arguments(described func(what, description string), of string, list ast.ArgumentDefinitionList) {
	for _, a := range list {
		described(of+"("+a.Name+":)", a.Description)
	}
}

func TestSchema_MutationsAreNamedNounFirstWithOneInputAndUserErrors(t *testing.T) {
	t.Parallel()
	s := graph.Schema()
	nouns := regexp.MustCompile(`^(business|signIn|session|customer|device|staff|category|product|variant|stock|order|wallet|referral|earningRule|club|family|pointsTransfer|post|comment|reaction|content|picture|review|import)[A-Z][a-zA-Z]+$`)
	for _, f := range s.Mutation.Fields {
		if !nouns.MatchString(f.Name) {
			t.Errorf("%s does not begin with a noun of the glossary", f.Name)
		}
		capital := strings.ToUpper(f.Name[:1]) + f.Name[1:]
		if len(f.Arguments) != 1 || f.Arguments[0].Name != "input" || f.Arguments[0].Type.String() != capital+"Input!" {
			t.Errorf("%s must take one argument input: %sInput!", f.Name, capital)
		}
		payload := s.Types[f.Type.Name()]
		if !f.Type.NonNull || !strings.HasSuffix(payload.Name, "Payload") {
			t.Errorf("%s must answer with a payload, not with %s", f.Name, f.Type)
		}
		for _, p := range payload.Fields {
			if p.Name == "userErrors" && p.Type.String() != "[UserError!]!" || p.Name != "userErrors" && p.Type.NonNull {
				t.Errorf("%s.%s is %s", payload.Name, p.Name, p.Type)
			}
		}
		if payload.Fields.ForName("userErrors") == nil {
			t.Errorf("%s has no userErrors", payload.Name)
		}
	}
}

func TestSchema_WhatMovesSomethingTakesAnIdempotencyKey(t *testing.T) {
	t.Parallel()
	s := graph.Schema()
	for _, name := range []string{"OrderPlaceInput", "OrderCancelInput", "OrderAdvanceInput", "OrderRefundInput", "WalletAdjustInput", "PointsTransferStartInput",
		"ProductCreateInput", "StockAdjustInput"} {
		if f := s.Types[name].Fields.ForName("idempotencyKey"); f == nil || f.Type.String() != "ID!" {
			t.Errorf("%s has no idempotencyKey: ID!", name)
		}
	}
}

// An answer is kept in memory for everybody, so nothing that the cache trusts may lead to a person.
func TestSchema_CachedTypesLeadToNothingPersonal(t *testing.T) {
	t.Parallel()
	s := graph.Schema()
	for _, d := range s.Types {
		if d.Directives.ForName("cached") == nil {
			continue
		}
		for _, f := range d.Fields {
			below := s.Types[f.Type.Name()]
			if below.Kind == ast.Object && below.Directives.ForName("cached") == nil && f.Directives.ForName("live") == nil {
				t.Errorf("%s.%s leads to %s, which is not @cached", d.Name, f.Name, below.Name)
			}
			if below.Kind == ast.Interface || below.Kind == ast.Union {
				t.Errorf("%s.%s may lead anywhere", d.Name, f.Name)
			}
		}
	}
}

func TestSchema_ListsOfPagesTakeTheSameArguments(t *testing.T) {
	t.Parallel()
	for _, d := range graph.Schema().Types {
		for _, f := range d.Fields {
			if !strings.HasSuffix(f.Type.Name(), "Connection") {
				continue
			}
			first, after := f.Arguments.ForName("first"), f.Arguments.ForName("after")
			if first == nil || after == nil || first.DefaultValue == nil || first.DefaultValue.Raw != "20" {
				t.Errorf("%s.%s must take first = 20 and after", d.Name, f.Name)
			}
			if !f.Type.NonNull {
				t.Errorf("%s.%s may be null", d.Name, f.Name)
			}
		}
	}
}
