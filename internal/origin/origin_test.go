package origin_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"kabinet/internal/origin"
)

func TestHandler_NamesTheRequestAndTheTraceOfEachLineOnce(t *testing.T) {
	t.Parallel()
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithSpanContext(origin.With(t.Context(), "request-1"), span)
	var out bytes.Buffer
	log := slog.New(origin.Handler(slog.NewTextHandler(&out, nil))).With("part", "test")
	log.InfoContext(ctx, "bare")
	log.InfoContext(ctx, "said", "requestId", "request-1")
	log.InfoContext(t.Context(), "outside")
	lines := strings.Split(out.String(), "\n")
	for i, want := range []int{1, 1, 0} {
		if strings.Count(lines[i], "requestId=request-1") != want || strings.Count(lines[i], "traceId=01000000000000000000000000000000") != want || !strings.Contains(lines[i], "part=test") {
			t.Error(lines[i])
		}
	}
	if o := origin.From(ctx); o.Request != "request-1" || o.Trace != "00-01000000000000000000000000000000-0200000000000000-01" {
		t.Errorf("%+v", o)
	}
}
