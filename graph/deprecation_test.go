package graph_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"kabinet/graph"
)

var retired = regexp.MustCompile(`^Use [a-zA-Z.]+( [^.]+)?\. Removed after (\d{4}-\d{2}-\d{2})\.$`)

func TestSchema_WhatIsDeprecatedSaysWhatToUseInsteadAndUntilWhen(t *testing.T) {
	t.Parallel()
	found := 0
	look := func(what string, directives ast.DirectiveList) {
		deprecated := directives.ForName("deprecated")
		if deprecated == nil {
			return
		}
		found++
		parts := retired.FindStringSubmatch(deprecated.Arguments.ForName("reason").Value.Raw)
		if parts == nil {
			t.Errorf("%s: the reason must read: Use X. Removed after YYYY-MM-DD.", what)
			return
		}
		if _, err := time.Parse(time.DateOnly, parts[2]); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, d := range graph.Schema().Types {
		if d.BuiltIn {
			continue
		}
		for _, f := range d.Fields {
			look(d.Name+"."+f.Name, f.Directives)
			for _, a := range f.Arguments {
				look(d.Name+"."+f.Name+"("+a.Name+":)", a.Directives)
			}
		}
		for _, v := range d.EnumValues {
			look(d.Name+"."+v.Name, v.Directives)
		}
	}
	if found == 0 {
		t.Skip("nothing is deprecated now")
	}
}
