package tracing_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"

	"kabinet/internal/tracing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestShape_NamesAStatementByItsVerbAndTable(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"\nselect id\n  from orders o\n join customer c on true": "SELECT orders",
		"insert into event (at) values ($1)":                     "INSERT event",
		"update  wallet set active = $1":                         "UPDATE wallet",
		"DELETE FROM job WHERE id = $1":                          "DELETE job",
		"with a as (insert into orders values ($1)) select 1":    "WITH orders",
		"select 1": "SELECT",
		"begin":    "BEGIN",
		" \n\t":    "SQL",
	} {
		if got := tracing.Shape(query); got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

// Who asks for no traces must not pay for them.
func TestStart_IsOffUnlessSomebodyAsksForTraces(t *testing.T) {
	for _, env := range []map[string]string{{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"}} {
		for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER"} {
			t.Setenv(name, env[name])
		}
		off, err := tracing.Start(t.Context(), tracing.Config{})
		if off != nil || err != nil {
			t.Fatalf("%v: %v, %v", env, off, err)
		}
		handler := http.NewServeMux()
		if off.HTTP("route", handler) != http.Handler(handler) || off.Extensions() != nil {
			t.Errorf("%v: something is in the way of requests", env)
		}
	}
	t.Setenv("OTEL_TRACES_EXPORTER", "")
	t.Setenv("OTEL_SDK_DISABLED", "")
	collector := httptest.NewServer(http.NotFoundHandler())
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	on, err := tracing.Start(t.Context(), tracing.Config{})
	if on == nil || err != nil {
		t.Fatal(on, err)
	}
	_ = on.Close(t.Context())
}
