package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// message is one thing a stream said: "next", "error", "complete", or "closed" when the connection is gone.
type message struct {
	Type    string          `json:"type"`
	ID      string          `json:"id,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
	close   websocket.CloseError
}

// stream is a subscription over either transport.
type stream struct {
	messages <-chan message
	leave    context.CancelFunc
}

// transports are the two ways to subscribe.
var transports = map[string]func(caller, *testing.T, string, ...any) *stream{"websocket": caller.followWS, "sse": caller.followSSE}

// followWS subscribes over a websocket of its own.
func (c caller) followWS(t *testing.T, query string, vars ...any) *stream {
	t.Helper()
	conn, ctx, leave := c.socket(t)
	must(t, wsjson.Write(ctx, conn, map[string]any{"type": "subscribe", "id": "1", "payload": map[string]any{"query": query, "variables": variables(vars)}}))
	return listen(t, ctx, leave, func() (m message, ok bool) {
		if err := wsjson.Read(ctx, conn, &m); err != nil {
			m = message{Type: "closed"}
			m.close.Code = websocket.CloseStatus(err)
			m.close.Reason = err.Error()
			return m, false
		}
		if m.Type == "ping" {
			return m, wsjson.Write(ctx, conn, message{Type: "pong"}) == nil
		}
		return m, true
	})
}

// socket opens a websocket and introduces the caller.
func (c caller) socket(t *testing.T) (*websocket.Conn, context.Context, context.CancelFunc) {
	t.Helper()
	ctx, leave := context.WithTimeout(context.Background(), 2*patience)
	conn, response, err := websocket.Dial(ctx, c.s.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: c.header.Clone()})
	if err != nil {
		leave()
		t.Fatal(err)
	}
	if response.Body != nil {
		_ = response.Body.Close()
	}
	t.Cleanup(func() { leave(); _ = conn.CloseNow() })
	payload := map[string]string{}
	if c.token != "" {
		payload["Authorization"] = "Bearer " + c.token
	}
	must(t, wsjson.Write(ctx, conn, map[string]any{"type": "connection_init", "payload": payload}))
	var ack message
	must(t, wsjson.Read(ctx, conn, &ack))
	if ack.Type != "connection_ack" {
		t.Fatalf("instead of an acknowledgement came %s %s", ack.Type, ack.Payload)
	}
	return conn, ctx, leave
}

// followSSE subscribes by server-sent events.
func (c caller) followSSE(t *testing.T, query string, vars ...any) *stream {
	t.Helper()
	ctx, leave := context.WithTimeout(context.Background(), 2*patience)
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables(vars)})
	must(t, err)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.s.url+"/graphql", bytes.NewReader(body))
	must(t, err)
	r.Header = c.header.Clone()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		leave()
		t.Fatal(err)
	}
	t.Cleanup(func() { leave(); _ = response.Body.Close() })
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return listen(t, ctx, leave, func() (m message, ok bool) {
		for lines.Scan() {
			switch name, value, _ := strings.Cut(lines.Text(), ":"); name {
			case "id":
				m.ID = strings.TrimSpace(value)
			case "event":
				m.Type = strings.TrimSpace(value)
			case "data":
				m.Payload = json.RawMessage(strings.TrimSpace(value))
				return m, true
			}
		}
		return message{Type: "closed"}, false
	})
}

// listen passes on what read returns, until it returns false.
func listen(t *testing.T, ctx context.Context, leave context.CancelFunc, read func() (message, bool)) *stream {
	t.Helper()
	messages := make(chan message)
	go func() {
		defer close(messages)
		for more := true; more; {
			var m message
			if m, more = read(); m.Type == "ping" {
				continue
			}
			select {
			case messages <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	return &stream{messages, leave}
}

// receive is the next message.
func (s *stream) receive(t *testing.T) message {
	t.Helper()
	select {
	case m := <-s.messages:
		return m
	case <-time.After(patience):
		t.Fatal("the stream stayed silent")
	}
	return message{}
}

// happened is an event as a client sees it.
type happened struct {
	Typename string `json:"__typename"`
	Cursor   string
	Kind     string
	Gap      bool
	Order    *struct {
		ID, Number, Status string
		Version            int
	}
	Balance *struct{ Active, Pending, Held, Debt int }
	Product *struct{ Slug string }
	Import  *struct{ State string }
}

// next is the next event.
func (s *stream) next(t *testing.T) happened {
	t.Helper()
	m := s.receive(t)
	var body struct {
		Data   map[string]happened
		Errors json.RawMessage
	}
	if err := json.Unmarshal(m.Payload, &body); m.Type != "next" || err != nil || body.Errors != nil {
		t.Fatalf("instead of an event came %q %s (%v)", m.Type, m.Payload, m.close)
	}
	for _, e := range body.Data {
		return e
	}
	t.Fatalf("an empty event: %s", m.Payload)
	return happened{}
}

// kinds is what happened in the next n events.
func (s *stream) kinds(t *testing.T, n int) (kinds []string, last string) {
	t.Helper()
	for range n {
		e := s.next(t)
		kinds, last = append(kinds, e.Kind), e.Cursor
	}
	return kinds, last
}

const (
	orderEventsDoc    = `subscription($id:ID!,$after:String){orderEvents(orderId:$id,after:$after){cursor kind gap order{id number status version}}}`
	customerEventsDoc = `subscription($after:String){customerEvents(after:$after){__typename cursor kind gap ...on OrderEvent{order{id number status version}} ...on WalletEvent{balance{active pending held debt}}}}`
	deskEventsDoc     = `subscription($after:String){deskEvents(after:$after){__typename cursor kind gap ...on OrderEvent{order{id number status version}} ...on ProductEvent{product{slug}}}}`
)
