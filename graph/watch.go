package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"kabinet/domain"
)

// Watch hears what the handler does, for whoever counts it. It is called on the way of each answer, from many goroutines: it must be quick and never wait.
//
// What it is told is bounded by the schema, whoever calls: operations are named by the field they ask for, never by the names that clients give them.
type Watch interface {
	// Answered says that an operation was answered: field is its one root field, or OtherFields; failed says that the answer has errors. An answer of a
	// subscription took no time of its own: see Delivered.
	Answered(kind OperationKind, field string, took time.Duration, failed bool)
	// Failed says that an error with this code left for a client.
	Failed(code domain.Code)
	// Limited says that something was refused because it passed a limit, for example "cost" or "rate".
	Limited(limit string)
	// Remembered says what the memory of answers gave for a request that might be in it.
	Remembered(found Memory)
	// Streaming says that a subscription of this root field began (1) or ended (-1).
	Streaming(field string, change int)
	// Delivered says that a live event was handed to the client of this subscription, and how long after it happened.
	Delivered(field string, age time.Duration)
}

// OperationKind is what was answered.
type OperationKind string

// The kinds of answers. FromMemory are queries that were answered without being run.
const (
	Queried    OperationKind = "query"
	FromMemory OperationKind = "memory"
	Mutated    OperationKind = "mutation"
	Streamed   OperationKind = "event"   // one answer of a subscription
	Unreadable OperationKind = "refused" // nothing was run
)

// Memory is what the memory of answers gave.
type Memory string

// What the memory of answers can give. Outdated was made under an older catalogue.
const (
	MemoryHit      Memory = "hit"
	MemoryMiss     Memory = "miss"
	MemoryOutdated Memory = "outdated"
)

// Names of operations that have no root field of their own.
const (
	// OtherFields stands for operations that ask for several root fields at once.
	OtherFields = "several"
	// NoFields stands for documents that could not be read, and for those about the schema itself.
	NoFields = "none"
)

// deskField holds the queries of the staff, which are named by what they ask of it: "desk.orders".
const deskField = "desk"

// fieldOf names an operation by what it asks for.
func fieldOf(op *ast.OperationDefinition) string {
	if op == nil {
		return NoFields
	}
	name := onlyField(op.SelectionSet, "")
	if name == "" {
		return NoFields
	}
	return name
}

// onlyField is the one field of a selection, OtherFields when there are several, or what was found before when there is none.
func onlyField(set ast.SelectionSet, found string) string {
	for _, selection := range set {
		name := ""
		switch s := selection.(type) {
		case *ast.Field:
			if s.Definition == nil || len(s.Name) > 1 && s.Name[:2] == "__" {
				continue
			}
			name = s.Name
			if name == deskField {
				if below := onlyField(s.SelectionSet, ""); below != "" {
					name = deskField + "." + below
				}
			}
		case *ast.InlineFragment:
			name = onlyField(s.SelectionSet, found)
		case *ast.FragmentSpread:
			name = onlyField(s.Definition.SelectionSet, found)
		}
		switch {
		case name == "" || name == found:
		case found == "":
			found = name
		default:
			return OtherFields
		}
	}
	return found
}

// watched tells of each answer that was made.
func (h *Handler) watched(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil { // the caller left, or a subscription has nothing more to say
		return nil
	}
	op := graphql.GetOperationContext(ctx)
	kind, took := Unreadable, time.Since(op.Stats.OperationStart)
	if op.Operation != nil && response.Data != nil {
		switch op.Operation.Operation {
		case ast.Query:
			kind = Queried
		case ast.Mutation:
			kind = Mutated
		case ast.Subscription:
			kind, took = Streamed, 0
		}
	}
	h.options.Watch.Answered(kind, fieldOf(op.Operation), took, len(response.Errors) > 0)
	return response
}

// unwatched is for handlers whose work nobody counts.
type unwatched struct{}

func (unwatched) Answered(OperationKind, string, time.Duration, bool) {}
func (unwatched) Failed(domain.Code)                                  {}
func (unwatched) Limited(string)                                      {}
func (unwatched) Remembered(Memory)                                   {}
func (unwatched) Streaming(string, int)                               {}
func (unwatched) Delivered(string, time.Duration)                     {}

// Stats is what the handler holds at the moment.
type Stats struct {
	Sockets     int   // websockets that are open
	Answers     int   // answers in memory
	AnswerBytes int64 // what they take
}

// Stats counts what the handler holds.
func (h *Handler) Stats() Stats {
	s := Stats{Sockets: len(h.sockets.all())}
	if h.cache != nil {
		s.Answers, s.AnswerBytes = h.cache.weighed()
	}
	return s
}
