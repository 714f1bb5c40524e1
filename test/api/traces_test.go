package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	v1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// receiver is a collector of traces that keeps what it is sent.
type receiver struct {
	url   string
	mu    sync.Mutex
	spans []*v1.Span
	from  []string // what the resources call themselves
	wrong error
}

// collect starts a receiver of OTLP over HTTP.
func collect(t *testing.T) *receiver {
	t.Helper()
	c := &receiver{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if err := c.take(r); err != nil {
			c.wrong = err
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
		answer, err := proto.Marshal(&collector.ExportTraceServiceResponse{})
		if err == nil {
			_, err = w.Write(answer)
		}
		c.wrong = err
	}))
	t.Cleanup(s.Close)
	c.url = s.URL + "/v1/traces"
	return c
}

func (c *receiver) take(r *http.Request) error {
	if r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
		return fmt.Errorf("%s %s of %s", r.Method, r.URL, r.Header.Get("Content-Type"))
	}
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return err
		}
		body = unzipped
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	var request collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(raw, &request); err != nil {
		return err
	}
	for _, of := range request.ResourceSpans {
		for _, a := range of.Resource.Attributes {
			c.from = append(c.from, a.Key+"="+a.Value.GetStringValue())
		}
		for _, scope := range of.ScopeSpans {
			c.spans = append(c.spans, scope.Spans...)
		}
	}
	return nil
}

// find is the first span with this name that fits.
func (c *receiver) find(name string, fits func(*v1.Span) bool) *v1.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.IndexFunc(c.spans, func(s *v1.Span) bool { return s.Name == name && fits(s) })
	if at < 0 {
		return nil
	}
	return c.spans[at]
}

func attribute(s *v1.Span, key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.GetStringValue()
		}
	}
	return ""
}

func TestTraces_AnOrderArrivesAsATreeWithTheJobsThatCameOfIt(t *testing.T) {
	t.Parallel()
	c := collect(t)
	w := newWorld(t)
	s := w.serve(t, "KABINET_TRACES="+c.url, "OTEL_BSP_SCHEDULE_DELAY=50", "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test", "KABINET_LOG_LEVEL=debug", "KABINET_LOG_FORMAT=json")
	a := s.as(t, anna)
	s.as(t, operator).ask(t, `mutation{deviceRegister(input:{token:"device-of-staff",platform:ANDROID}){userErrors{code}}}`)
	const caller = "0af7651916cd43dd8448eb211c80319c"
	a.with("X-Request-Id", "order-request-1").with("Traceparent", "00-"+caller+"-b7ad6b7169203331-01").place(t, "one")
	under := func(parent *v1.Span) func(*v1.Span) bool {
		return func(s *v1.Span) bool {
			return bytes.Equal(s.ParentSpanId, parent.SpanId) && bytes.Equal(s.TraceId, parent.TraceId)
		}
	}
	await := func(name string, fits func(*v1.Span) bool) (found *v1.Span) {
		t.Helper()
		eventually(t, "the span "+name, func() bool {
			found = c.find(name, fits)
			return found != nil
		})
		return found
	}
	request := await("POST graphql", func(s *v1.Span) bool { return attribute(s, "kabinet.request_id") == "order-request-1" })
	if len(request.ParentSpanId) != 0 || fmt.Sprintf("%x", request.TraceId) == caller || len(request.Links) != 1 || fmt.Sprintf("%x", request.Links[0].TraceId) != caller {
		t.Errorf("the caller's trace is not linked: parent %x, links %v", request.ParentSpanId, request.Links)
	}
	operation := await("mutation orderPlace", under(request))
	field := await("Mutation.orderPlace", under(operation))
	statement := await("sql.tx.commit", under(field))
	if attribute(statement, "db.system.name") != "postgresql" {
		t.Errorf("%v", statement)
	}
	insert := await("WITH orders", under(field))
	if !strings.Contains(attribute(insert, "db.query.text"), "$1") {
		t.Errorf("the statement has no text: %v", insert)
	}
	linked := func(s, to *v1.Span) bool {
		return slices.ContainsFunc(s.Links, func(l *v1.Span_Link) bool { return bytes.Equal(l.TraceId, to.TraceId) })
	}
	await("job push.events", func(s *v1.Span) bool { return linked(s, request) })
	sending := await("job push.send", func(s *v1.Span) bool { return linked(s, request) })
	await("send push", under(sending))
	if attribute(sending, "kabinet.request_id") != "order-request-1" {
		t.Errorf("the job does not name the request: %v", sending)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wrong != nil || !slices.Contains(c.from, "service.name=kabinet") || !slices.Contains(c.from, "deployment.environment.name=test") {
		t.Errorf("%v, %q", c.wrong, c.from)
	}
	for _, span := range c.spans {
		for _, private := range []string{anna, "device-of-staff", a.token, "'" + secret} {
			if strings.Contains(span.String(), private) {
				t.Errorf("a span tells %q: %s", private, span)
			}
		}
	}
	if !strings.Contains(s.log.String(), `"requestId":"order-request-1"`) {
		t.Errorf("the log does not name the request:\n%s", s.log)
	}
}

func TestTraces_ACollectorThatIsNotThereHurtsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+freeAddress(t), "OTEL_BSP_SCHEDULE_DELAY=20", "OTEL_EXPORTER_OTLP_TIMEOUT=200")
	s.as(t, anna).place(t, "one")
	s.stop(t)
}

func TestRequestIDs_AreTakenOverWhenHarmlessAndElseMade(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	for _, path := range []string{"/graphql", "/media/none.jpg", "/export/none", "/healthz"} {
		given := s.as(t, nobody).with("X-Request-Id", "given-by-a-proxy").send(t, http.MethodGet, path, nil)
		if id := given.header.Get("X-Request-Id"); id != "given-by-a-proxy" {
			t.Errorf("%s: %q", path, id)
		}
		made := s.as(t, nobody).with("X-Request-Id", `"><script>`).send(t, http.MethodGet, path, nil)
		if id := made.header.Get("X-Request-Id"); len(id) < 8 || strings.ContainsAny(id, `"<>`) {
			t.Errorf("%s: %q", path, id)
		}
	}
	failed := s.as(t, nobody).with("X-Request-Id", "given-by-a-proxy").ask(t, `{viewer{nothing}}`)
	if !strings.Contains(failed.text, `"requestId":"given-by-a-proxy"`) {
		t.Error(failed.text)
	}
}
