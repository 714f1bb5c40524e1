package graph

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
)

// Limits bound what one operation may ask for. A zero field takes its default.
type Limits struct {
	// Cost counts fields; a list multiplies what is below it by its `first` or `last`, or by 5 when it has none. Default 10,000.
	Cost int
	// Depth is how deep fields nest. Default 15.
	Depth int
	// Aliases is how many fields are renamed. Default 30.
	Aliases int
	// Tokens is how many words and signs the document has. Default 2,000: some rules of validation compare every pair of fields.
	Tokens int
	// BodyBytes is how large a request or a websocket message is. Default 1 MiB.
	BodyBytes int64
	// UploadBytes is how large the file of an upload is. Default domain.MaxPictureBytes.
	UploadBytes int64
	// Subscriptions is how many operations run at once on one websocket. Default 50.
	Subscriptions int
	// Messages is how many a second may come over one websocket, with bursts of four times as many. Default 50.
	Messages int
	// AddressSockets is how many websockets and streams of server-sent events one network address may hold open in this process. Default 2,000: many people
	// share the address of their operator.
	AddressSockets int
	// ViewerSockets is how many of them one signed-in person may hold open in this process. Default 100.
	ViewerSockets int
}

func (l Limits) withDefaults() Limits {
	pick := func(n *int, otherwise int) {
		if *n == 0 {
			*n = otherwise
		}
	}
	pick(&l.Cost, 10_000)
	pick(&l.Depth, 15)
	pick(&l.Aliases, 30)
	pick(&l.Tokens, 2_000)
	pick(&l.Subscriptions, 50)
	pick(&l.Messages, 50)
	pick(&l.AddressSockets, 2_000)
	pick(&l.ViewerSockets, 100)
	if l.UploadBytes == 0 {
		l.UploadBytes = domain.MaxPictureBytes
	}
	if l.BodyBytes == 0 {
		l.BodyBytes = 1 << 20
	}
	return l
}

// The weights of lists that have no size of their own in the document.
const (
	pagedListSize = domain.DefaultPage
	plainListSize = 5
)

// limiter refuses operations that ask for too much, before any of it is done. Introspection is measured by the parser's own rule.
type limiter struct {
	limits        Limits
	introspection bool
	rates         *rateLimiter
}

// ExtensionName names the extension.
func (limiter) ExtensionName() string { return "Limits" }

// Validate accepts every schema.
func (limiter) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters counts what comes over a websocket, before it is read; other requests were counted when they came.
func (l limiter) MutateOperationParameters(ctx context.Context, _ *graphql.RawParams) *gqlerror.Error {
	if req := requestFrom(ctx); req.stream {
		if wait := l.rates.take(req); wait > 0 {
			return refuseOperation(&domain.Error{Code: domain.RateLimited, Message: "too many requests", RetryAfter: wait, Limit: "rate"})
		}
	}
	return nil
}

// MutateOperationContext measures an operation and refuses what is over a limit.
func (l limiter) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	m := meter{vars: op.Variables, fragments: map[string]extent{}}
	size := m.measure(op.Operation.SelectionSet)
	switch {
	case m.introspects && !l.introspection:
		return refuseOperation(domain.OverLimit("introspection", "introspection is off; the schema is published as schema.graphqls"))
	case size.cost > l.limits.Cost:
		return overLimit("cost", size.cost, l.limits.Cost)
	case size.depth > l.limits.Depth:
		return overLimit("depth", size.depth, l.limits.Depth)
	case size.aliases > l.limits.Aliases:
		return overLimit("aliases", size.aliases, l.limits.Aliases)
	}
	return nil
}

func overLimit(what string, asked, limit int) *gqlerror.Error {
	return refuseOperation(domain.OverLimit(what, "the %s of the operation is %s, the limit is %d", what, countText(asked), limit))
}

func countText(n int) string {
	if n == math.MaxInt32 {
		return "too large to count"
	}
	return strconv.Itoa(n)
}

// refuseOperation makes an error that every transport treats as a refusal of the document: presented, and with a status of its own.
func refuseOperation(err error) *gqlerror.Error {
	g := gqlerror.Wrap(err)
	errcode.Set(g, errcode.ValidationFailed)
	return g
}

// toldFaults is how many faults of one document are told.
const toldFaults = 20

// few are the first faults of a document, so that a small request does not get a large answer.
func few(faults gqlerror.List) gqlerror.List { return faults[:min(len(faults), toldFaults)] }

// extent is how large a selection is.
type extent struct{ cost, depth, aliases int }

// meter measures each fragment once, however often it is spread, so that measuring takes no longer than reading.
type meter struct {
	vars        map[string]any
	fragments   map[string]extent
	introspects bool
}

func (m *meter) measure(set ast.SelectionSet) (sum extent) {
	for _, selection := range set {
		var part extent
		switch s := selection.(type) {
		case *ast.Field:
			part = m.field(s)
		case *ast.InlineFragment:
			part = m.measure(s.SelectionSet)
		case *ast.FragmentSpread:
			var seen bool
			if part, seen = m.fragments[s.Name]; !seen {
				part = m.measure(s.Definition.SelectionSet)
				m.fragments[s.Name] = part
			}
		}
		sum.cost = saturated(sum.cost + part.cost)
		sum.aliases = saturated(sum.aliases + part.aliases)
		sum.depth = max(sum.depth, part.depth)
	}
	return sum
}

func (m *meter) field(f *ast.Field) extent {
	if f.Name == "__schema" || f.Name == "__type" {
		m.introspects = true
		return extent{cost: 1, depth: 1}
	}
	below := m.measure(f.SelectionSet)
	if below.cost > 0 {
		below.cost = saturated(below.cost * m.times(f))
	}
	own := extent{cost: saturated(below.cost + 1), depth: below.depth + 1, aliases: below.aliases}
	if f.Alias != f.Name {
		own.aliases++
	}
	return own
}

// times is how often what is below the field may be answered.
func (m *meter) times(f *ast.Field) int {
	if f.Definition == nil || f.Definition.Type == nil {
		return 1
	}
	if f.Definition.Arguments.ForName("first") != nil {
		args := f.ArgumentMap(m.vars)
		for _, name := range []string{"last", "first"} {
			if n, given := wholeNumber(args[name]); given {
				return min(max(n, 1), domain.MaxPage)
			}
		}
		return pagedListSize
	}
	if f.Definition.Type.Elem != nil && !strings.HasSuffix(f.ObjectDefinition.Name, "Connection") {
		return plainListSize
	}
	return 1
}

func wholeNumber(v any) (n int, ok bool) {
	switch v := v.(type) {
	case int64:
		return int(min(max(v, 0), math.MaxInt32)), true
	case int:
		return v, true
	case json.Number:
		big, err := v.Int64()
		return int(min(max(big, 0), math.MaxInt32)), err == nil
	}
	return 0, false
}

func saturated(n int) int { return min(n, math.MaxInt32) }
