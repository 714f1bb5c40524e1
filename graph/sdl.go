package graph

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// PublishedSDL writes a schema as clients get it: everything sorted by name, without what the GraphQL specification itself defines.
func PublishedSDL(s *ast.Schema) string {
	var out strings.Builder
	out.WriteString("# The published schema of Kabinet, written by `kabinet schema`. The source is in graph/schema.\n\n")
	formatter.NewFormatter(&out, formatter.WithIndent("  ")).FormatSchema(s)
	return out.String()
}
