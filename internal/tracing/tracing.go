// Package tracing tells an OpenTelemetry collector what became of a request: the request, its operation, the root fields of that, each statement of SQL, and
// the jobs and sends that came of it, as spans. Spans say which statement ran and how long it took; they hold no parameters, documents, tokens or
// addresses, which may be of people.
//
// A nil *Tracer is tracing that is off: it changes nothing and costs nothing.
package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"kabinet/domain"
)

// Config says where spans go.
type Config struct {
	// Endpoint is the collector's URL for traces over OTLP/HTTP, for example http://127.0.0.1:4318/v1/traces. Empty: the OTEL_* variables of the
	// environment decide, and without them tracing is off.
	Endpoint string
	// Version of the program.
	Version string
	// TrustCallers continues the traces of callers; else they are linked, so that nobody outside decides what is recorded.
	TrustCallers bool
	// Log gets failures of the export. Default slog.Default().
	Log *slog.Logger
}

// Tracer makes spans. Make it with Start.
type Tracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	trust    bool
}

// wanted says whether the configuration or the environment names a collector.
func (c Config) wanted() bool {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return c.Endpoint != "" || os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != ""
}

// Start begins to send spans; it returns nil when nobody asked for them. The collector need not be there: spans that cannot be sent are dropped.
func Start(ctx context.Context, c Config) (*Tracer, error) {
	if !c.wanted() {
		return nil, nil
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	var options []otlptracehttp.Option
	if c.Endpoint != "" {
		options = append(options, otlptracehttp.WithEndpointURL(c.Endpoint))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	about, err := resource.New(ctx, // later ones win: the environment may give another name
		resource.WithAttributes(attribute.String("service.name", "kabinet"), attribute.String("service.version", c.Version)),
		resource.WithTelemetrySDK(), resource.WithHost(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { c.Log.Warn("traces were not sent", "error", err) }))
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about)) // OTEL_TRACES_SAMPLER is read by the library
	return &Tracer{provider: provider, tracer: provider.Tracer("kabinet"), trust: c.TrustCallers}, nil
}

// Close sends what waits, until ctx ends.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// Do runs a step within a span.
func (t *Tracer) Do(ctx context.Context, name string, step func(context.Context) error) error {
	if t == nil {
		return step(ctx)
	}
	ctx, span := t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	err := step(ctx)
	fail(span, err)
	return err
}

// Job runs the handler of a job within a trace of its own, which is linked to the request that asked for it.
func (t *Tracer) Job(ctx context.Context, kind string, attempt int, from domain.Origin, handler func(context.Context) error) error {
	if t == nil {
		return handler(ctx)
	}
	ctx, span := t.tracer.Start(ctx, "job "+kind, trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(attribute.String("job.kind", kind), attribute.Int("job.attempt", attempt)))
	defer span.End()
	Link(ctx, from)
	if from.Request != "" {
		span.SetAttributes(attribute.String("kabinet.request_id", from.Request))
	}
	err := handler(ctx)
	fail(span, err)
	return err
}

// Link says that the span of ctx is about what came of a request.
func Link(ctx context.Context, from domain.Origin) {
	carried := propagation.MapCarrier{"traceparent": from.Trace}
	if there := trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), carried)); there.IsValid() {
		trace.SpanFromContext(ctx).AddLink(trace.Link{SpanContext: there})
	}
}

// fail marks a span as failed, without the words of the error.
func fail(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, string(domain.CodeOf(err)))
	}
}

// HTTP traces the requests of a route. What is in their addresses is left out: links hold tickets.
func (t *Tracer) HTTP(route string, next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("http.route", route))}
		ctx := r.Context()
		caller := propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
		if t.trust {
			ctx = caller
		} else if remote := trace.SpanContextFromContext(caller); remote.IsValid() {
			options = append(options, trace.WithLinks(trace.Link{SpanContext: remote}))
		}
		ctx, span := t.tracer.Start(ctx, r.Method+" "+route, options...)
		defer span.End()
		out := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(out, r.WithContext(ctx))
		span.SetAttributes(attribute.Int("http.response.status_code", out.status), attribute.String("kabinet.request_id", w.Header().Get("X-Request-Id")))
		if out.status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
	})
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is the writer underneath, for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
