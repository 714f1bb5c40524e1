package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

const follow = `subscription{customerEvents{cursor}}`

type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// socket is a client of graphql-transport-ws.
type socket struct {
	*websocket.Conn
	t   *testing.T
	ctx context.Context
}

func (s served) dial(t *testing.T, initPayload string, header http.Header) socket {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	conn, _, err := websocket.Dial(ctx, s.url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow(); cancel() })
	c := socket{conn, t, ctx}
	c.write(message{Type: "connection_init", Payload: json.RawMessage(initPayload)})
	return c
}

func (c socket) write(m message) {
	c.t.Helper()
	if err := wsjson.Write(c.ctx, c.Conn, m); err != nil {
		c.t.Fatal(err)
	}
}

// read is the next message that is no ping.
func (c socket) read() message {
	c.t.Helper()
	for {
		var m message
		if err := wsjson.Read(c.ctx, c.Conn, &m); err != nil {
			c.t.Fatal(err)
		}
		if m.Type != "ping" {
			return m
		}
	}
}

func (c socket) subscribe(id, query string) {
	c.t.Helper()
	payload, _ := json.Marshal(map[string]any{"query": query})
	c.write(message{ID: id, Type: "subscribe", Payload: payload})
}

// closed is the code that the server closes with.
func (c socket) closed() websocket.StatusCode {
	for {
		var m message
		if err := wsjson.Read(c.ctx, c.Conn, &m); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

// cursors streams events with these cursors; then the stream ends when end is closed, or with the client.
func cursors(end <-chan struct{}, ended *atomic.Int64, texts ...string) func(context.Context) (<-chan model.Event, error) {
	return func(ctx context.Context) (<-chan model.Event, error) {
		out := make(chan model.Event)
		go func() {
			defer close(out)
			if ended != nil {
				defer ended.Add(1)
			}
			for _, text := range texts {
				select {
				case out <- model.GapEvent{Cursor: text}:
				case <-ctx.Done():
					return
				}
			}
			select {
			case <-end:
			case <-ctx.Done():
			}
		}()
		return out, nil
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestWebsocket_FollowsWithATokenOfEitherPlace(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	var ended atomic.Int64
	s.events = cursors(nil, &ended, "one", "two")
	for name, dial := range map[string]func() socket{
		"connection_init": func() socket { return s.dial(t, `{"Authorization":"Bearer customer"}`, nil) },
		"upgrade": func() socket {
			return s.dial(t, `{}`, http.Header{"Authorization": {"Bearer customer"}})
		},
	} {
		c := dial()
		if m := c.read(); m.Type != "connection_ack" {
			t.Fatalf("%s: %+v", name, m)
		}
		c.subscribe("1", follow)
		for _, want := range []string{"one", "two"} {
			if m := c.read(); m.Type != "next" || !strings.Contains(string(m.Payload), want) {
				t.Errorf("%s: %s %s, want %s", name, m.Type, m.Payload, want)
			}
		}
		before := ended.Load()
		c.write(message{ID: "1", Type: "complete"})
		eventually(t, "the resolver ends with the client's complete", func() bool { return ended.Load() > before })
	}
}

func TestWebsocket_WithoutSignInIsRefusedTheField(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	c := s.dial(t, `{}`, nil)
	c.read()
	c.subscribe("1", follow)
	m := c.read()
	if !strings.Contains(string(m.Payload), `"code":"UNAUTHENTICATED"`) {
		t.Errorf("%s %s", m.Type, m.Payload)
	}
	if m := c.read(); m.Type != "complete" {
		t.Errorf("after the refusal came %s %s", m.Type, m.Payload)
	}
}

func TestWebsocket_ABadTokenClosesWith4403(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	if code := s.dial(t, `{"Authorization":"Bearer stolen"}`, nil).closed(); code != 4403 {
		t.Errorf("closed with %d", code)
	}
}

func TestWebsocket_RefusesOtherProtocolsAndForeignPages(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Origins = []string{"https://app.example.com"} })
	for _, c := range []struct {
		name, protocol, origin string
		status                 int
	}{
		{"no protocol", "", "", 400},
		{"a foreign page", "graphql-transport-ws", "https://evil.example", 403},
		{"our page without TLS", "graphql-transport-ws", "http://app.example.com", 403},
		{"our page", "graphql-transport-ws", "https://app.example.com", 101},
	} {
		options := &websocket.DialOptions{HTTPHeader: http.Header{}}
		if c.protocol != "" {
			options.Subprotocols = []string{c.protocol}
		}
		if c.origin != "" {
			options.HTTPHeader.Set("Origin", c.origin)
		}
		conn, answer, _ := websocket.Dial(t.Context(), s.url, options)
		if answer.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", c.name, answer.StatusCode, c.status)
		}
		if conn != nil {
			_ = conn.CloseNow()
		}
	}
}

func TestWebsocket_AStreamThatTheServerEndsTellsTheClientToResume(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	end := make(chan struct{})
	s.events = cursors(end, nil, "one")
	c := s.dial(t, `{"Authorization":"Bearer customer"}`, nil)
	c.read()
	c.subscribe("1", follow)
	c.read()
	close(end)
	if m := c.read(); !strings.Contains(string(m.Payload), `"retryable":true`) || !strings.Contains(string(m.Payload), "subscribe again") {
		t.Errorf("%s %s", m.Type, m.Payload)
	}
	if m := c.read(); m.Type != "complete" || m.ID != "1" {
		t.Errorf("%+v", m)
	}
}

func TestWebsocket_LimitsMeasureWhatComesOverIt(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) {
		o.Limits = graph.Limits{Cost: 20, Subscriptions: 2}
		o.Rate = graph.Rate{PerSecond: 0.001, Burst: 4}
	})
	s.events = cursors(nil, nil, "begun")
	c := s.dial(t, `{"Authorization":"Bearer customer"}`, nil)
	c.read()
	c.subscribe("cost", `{products(first:100){nodes{name}}}`)
	if m := c.read(); m.Type != "error" || !strings.Contains(string(m.Payload), "the limit is 20") || !strings.Contains(string(m.Payload), "requestId") {
		t.Errorf("%s %s", m.Type, m.Payload)
	}
	for _, id := range []string{"1", "2", "3"} {
		c.subscribe(id, follow)
	}
	refused := 0
	for range 3 { // two begin, in any order, and one does not
		if m := c.read(); m.Type == "error" && m.ID == "3" && strings.Contains(string(m.Payload), "at most 2") {
			refused++
		} else if m.Type != "next" {
			t.Errorf("%s %s %s", m.ID, m.Type, m.Payload)
		}
	}
	if refused != 1 {
		t.Errorf("%d operations were refused", refused)
	}
	c.write(message{ID: "1", Type: "complete"})
	c.subscribe("4", `{__typename}`)
	c.read()
	c.read()
	c.subscribe("5", `{__typename}`)
	if m := c.read(); !strings.Contains(string(m.Payload), "RATE_LIMITED") {
		t.Errorf("%s %s", m.Type, m.Payload)
	}
}

// Reading a document costs as much when it is refused: what comes over a websocket is counted before it is read, as by HTTP.
func TestWebsocket_RefusedDocumentsCountAsRequests(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Rate = graph.Rate{PerSecond: 0.001, Burst: 3} })
	c := s.ready(t) // as the customer, of whom these are the first requests
	for n, want := range []string{"Cannot query field", "Expected Name", "PersistedQueryNotFound", "RATE_LIMITED", "RATE_LIMITED"} {
		switch n {
		case 1:
			c.subscribe("same", `{`)
		case 2:
			c.say(`{"id":"same","type":"subscribe","payload":{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}}`)
		default:
			c.subscribe("same", `{nothing}`)
		}
		if m := c.read(); m.Type != "error" || !strings.Contains(string(m.Payload), want) {
			t.Errorf("document %d: %s %s, want %s", n, m.Type, m.Payload, want)
		}
	}
}

// The client subscribes to more than the socket's buffers hold and reads nothing: the server must let it go, not keep its resolver.
func TestWebsocket_AClientThatDoesNotReadIsCutOff(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.WriteTimeout = 100 * time.Millisecond })
	var ended atomic.Int64
	big := strings.Repeat("x", 1<<20)
	s.events = cursors(nil, &ended, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big)
	c := s.dial(t, `{"Authorization":"Bearer customer"}`, nil)
	c.SetReadLimit(-1)
	c.read()
	c.subscribe("1", follow)
	eventually(t, "the resolver of the client that does not read ends", func() bool { return ended.Load() == 1 })
}

func TestWebsocket_ASilentClientIsPingedAndThenDropped(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Ping = 250 * time.Millisecond })
	c := s.dial(t, `{}`, nil)
	pings := 0
	for {
		var m message
		if err := wsjson.Read(c.ctx, c.Conn, &m); err != nil {
			break
		}
		if m.Type == "ping" {
			pings++
		}
	}
	if pings == 0 || c.ctx.Err() != nil {
		t.Errorf("%d pings, then %v", pings, c.ctx.Err())
	}
}

// events200 opens a stream of server-sent events by POST.
func (s served) events200(t *testing.T, ctx context.Context, query string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, strings.NewReader(asks(query)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return s.stream(t, r)
}

// stream sends a request for server-sent events.
func (s served) stream(t *testing.T, r *http.Request) (*http.Response, *bufio.Scanner) {
	t.Helper()
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer customer")
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer, bufio.NewScanner(answer.Body)
}

func TestSSE_StreamsEventsThenTellsTheEnd(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Ping = 20 * time.Millisecond })
	end := make(chan struct{})
	s.events = cursors(end, nil, "one", "two")
	answer, lines := s.events200(t, t.Context(), follow)
	if answer.Header.Get("Content-Type") != "text/event-stream" || answer.Header.Get("X-Accel-Buffering") != "no" {
		t.Errorf("%v", answer.Header)
	}
	var got strings.Builder
	pings := 0
	for lines.Scan() {
		switch line := lines.Text(); {
		case line == ":":
			if pings++; pings == 4 {
				close(end)
			}
		case line != "":
			got.WriteString(line + "\n")
		}
	}
	head := "event: next\ndata: {\"data\":{\"customerEvents\":{\"cursor\":\"one\"}}}\nevent: next\ndata: {\"data\":{\"customerEvents\":{\"cursor\":\"two\"}}}\nevent: next\ndata: {\"errors\":"
	if !strings.HasPrefix(got.String(), head) || !strings.HasSuffix(got.String(), "event: complete\ndata:\n") {
		t.Errorf("got\n%s", got.String())
	}
}

func TestSSE_AnswersQueriesAndRefusals(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for query, want := range map[string]string{
		names:       `data: {"data":{"products"`,
		`{nothing}`: `"code":"INVALID"`,
		`{products(search:"panic"){nodes{name}}}`: `"code":"INTERNAL"`,
	} {
		_, lines := s.events200(t, t.Context(), query)
		var all strings.Builder
		for lines.Scan() {
			all.WriteString(lines.Text() + "\n")
		}
		if !strings.Contains(all.String(), want) || strings.Count(all.String(), "event: next") != 1 || !strings.Contains(all.String(), "event: complete") {
			t.Errorf("%s: %s", query, all.String())
		}
	}
}

func TestSSE_ForClientsThatUnderstandEverythingIsForSubscriptionsOnly(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	end := make(chan struct{})
	close(end)
	s.events = cursors(end, nil, "one")
	const everything = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
	for query, want := range map[string]string{names: "application/graphql-response+json", follow: "text/event-stream"} {
		got := s.ask(t, query, "Accept", everything, "Authorization", "Bearer customer")
		if kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";"); kind != want {
			t.Errorf("%s: %s %s", query, got.header.Get("Content-Type"), got.body)
		}
	}
}

func TestSSE_EndsWithTheClient(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	var ended atomic.Int64
	s.events = cursors(nil, &ended, "one")
	ctx, leave := context.WithCancel(t.Context())
	_, lines := s.events200(t, ctx, follow)
	for lines.Scan() && !strings.Contains(lines.Text(), "one") {
	}
	leave()
	eventually(t, "the resolver ends", func() bool { return ended.Load() == 1 })
}

func TestSSE_AClientThatDoesNotReadIsCutOff(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.WriteTimeout = 100 * time.Millisecond })
	var ended atomic.Int64
	big := strings.Repeat("x", 4<<20)
	s.events = cursors(nil, &ended, big, big, big, big, big, big)
	s.events200(t, t.Context(), follow)
	eventually(t, "the resolver ends", func() bool { return ended.Load() == 1 })
}

func TestRequestContext_TellsResolversWhoCalls(t *testing.T) {
	t.Parallel()
	if v := graph.ViewerFrom(t.Context()); v.SignedIn() || v.Locale != domain.RU {
		t.Errorf("outside of a request: %+v", v)
	}
}
