package tracing

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"regexp"
	"strings"

	"github.com/XSAM/otelsql"
	"github.com/lib/pq"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// OpenDB opens a pool whose statements are spans, as long as they are part of a trace: what the program does by itself is in none.
func (t *Tracer) OpenDB(c driver.Connector) *sql.DB {
	if t == nil {
		return sql.OpenDB(c)
	}
	return otelsql.OpenDB(c,
		otelsql.WithTracerProvider(t.provider),
		otelsql.WithAttributes(attribute.String("db.system.name", "postgresql")),
		otelsql.WithSpanNameFormatter(func(_ context.Context, method otelsql.Method, query string) string {
			if query == "" {
				return string(method)
			}
			return Shape(query)
		}),
		otelsql.WithSpanErrorAttributesGetter(func(err error) []attribute.KeyValue {
			var e *pq.Error
			if errors.As(err, &e) {
				return []attribute.KeyValue{attribute.String("db.response.status_code", string(e.Code))}
			}
			return nil
		}),
		otelsql.WithSpanOptions(otelsql.SpanOptions{
			OmitConnResetSession: true, OmitRows: true, OmitConnectorConnect: true, DisableErrSkip: true,
			RecordError: func(error) bool { return false }, // its words may quote parameters
			SpanFilter: func(ctx context.Context, _ otelsql.Method, _ string, _ []driver.NamedValue) bool {
				return trace.SpanContextFromContext(ctx).IsValid()
			},
		}))
}

var mainTable = regexp.MustCompile(`(?is)\b(?:insert\s+into|update|delete\s+from|from|into)\s+(?:only\s+)?([a-z_][a-z0-9_.]*)`)

// Shape names a statement by its verb and the first table in it, such as "SELECT orders" or "WITH job".
func Shape(query string) string {
	words := strings.Fields(query[:min(len(query), 200)])
	if len(words) == 0 {
		return "SQL"
	}
	verb := strings.ToUpper(words[0])
	if found := mainTable.FindStringSubmatch(query); found != nil {
		return verb + " " + strings.ToLower(found[1])
	}
	return verb
}
