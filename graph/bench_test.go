package graph_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kabinet/graph"
)

// discard is the cheapest ResponseWriter, so that what is measured is the handler.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// BenchmarkFromMemory is a warm catalogue request without its network: authentication, rate, the version and the answer.
func BenchmarkFromMemory(b *testing.B) {
	w := &world{}
	h, err := graph.NewHandler(w, graph.Options{Authenticate: signIn, Rate: graph.Rate{PerSecond: 1e9, Burst: 1e9},
		CatalogVersion: func(context.Context) (int64, error) { return 1, nil }})
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(`{"query":"{products(first:20){nodes{name price{amount}}}}"}`)
	serveOnce := func(rw http.ResponseWriter) {
		r := httptest.NewRequest(http.MethodPost, "/graphql", io.NopCloser(bytes.NewReader(body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", "en-GB,en;q=0.9")
		h.ServeHTTP(rw, r)
	}
	serveOnce(discard{http.Header{}})
	recorder := httptest.NewRecorder()
	serveOnce(recorder)
	if recorder.Header().Get("X-Kabinet-Cache") != "hit" || !strings.Contains(recorder.Body.String(), "Tea") {
		b.Fatal(recorder.Header(), recorder.Body)
	}
	b.ReportAllocs()
	for b.Loop() {
		serveOnce(discard{http.Header{}})
	}
}
