// Package origin carries the id of the request that asked for something, through contexts, logs and what the database keeps for later.
package origin

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"kabinet/domain"
)

type requestKey struct{}

// With is ctx in which work is done for a request.
func With(ctx context.Context, request string) context.Context {
	if request == Request(ctx) {
		return ctx
	}
	return context.WithValue(ctx, requestKey{}, request)
}

// Request is the id of the request that work in ctx is done for; empty when there is none.
func Request(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// From is what work in ctx leaves behind for what comes of it later.
func From(ctx context.Context) domain.Origin {
	o := domain.Origin{Request: Request(ctx)}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		o.Trace = "00-" + span.TraceID().String() + "-" + span.SpanID().String() + "-" + span.TraceFlags().String()
	}
	return o
}

// Handler is a log handler that adds to each line the request and the trace it was written for.
func Handler(next slog.Handler) slog.Handler { return handler{next} }

type handler struct{ slog.Handler }

// The names of what is added.
const (
	requestAttribute = "requestId"
	traceAttribute   = "traceId"
)

// Handle adds what the line does not say itself.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if id := Request(ctx); id != "" && !says(r, requestAttribute) {
		r = r.Clone()
		r.AddAttrs(slog.String(requestAttribute, id))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r = r.Clone()
		r.AddAttrs(slog.String(traceAttribute, span.TraceID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func says(r slog.Record, name string) (found bool) {
	r.Attrs(func(a slog.Attr) bool {
		found = a.Key == name
		return !found
	})
	return found
}

// WithAttrs is the handler with attributes on each line.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

// WithGroup is the handler with a group around what follows.
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
