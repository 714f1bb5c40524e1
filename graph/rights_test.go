package graph_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

// registry is a source of what was revoked, with the server that goes by it.
type registry struct {
	served
	rights  *graph.Rights
	revoked atomic.Pointer[domain.Revoked]
}

// serveRevocable is a server whose tokens can be revoked; those of the customer end after a time, unless it is 0.
func serveRevocable(t *testing.T, after time.Duration) *registry {
	t.Helper()
	r := &registry{}
	r.revoked.Store(&domain.Revoked{})
	r.rights = graph.NewRights(graph.RightsConfig{Revoked: func(context.Context) (domain.Revoked, error) { return *r.revoked.Load(), nil }})
	r.served = serve(t, func(o *graph.Options) {
		o.Rights = r.rights
		o.Authenticate = func(ctx context.Context, token string) (domain.Access, error) {
			access, err := signIn(ctx, token)
			if after != 0 && token == "customer" {
				access.EndsAt = time.Now().Add(after)
			}
			return access, err
		}
	})
	return r
}

// revoke has it count at once.
func (r *registry) revoke(t *testing.T, revoked domain.Revoked) {
	t.Helper()
	r.revoked.Store(&revoked)
	if err := r.rights.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
}

var (
	customerLeft    = domain.Revoked{Sessions: map[int64]struct{}{1: {}}}
	operatorChanged = domain.Revoked{Roles: map[int64]domain.StaffRole{6: domain.Manager}}
)

func TestRevoked_ARequestIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := serveRevocable(t, 0)
	ask := func(token string) reply { return s.ask(t, names, "Authorization", "Bearer "+token) }
	for _, token := range []string{"customer", "operator"} {
		if got := ask(token); got.status != 200 {
			t.Fatalf("%s: %d %s", token, got.status, got.body)
		}
	}
	both := domain.Revoked{Sessions: customerLeft.Sessions, Roles: operatorChanged.Roles}
	s.revoke(t, both)
	for token, words := range map[string]string{"customer": "the session has ended", "operator": "the role was changed"} {
		if got := ask(token); got.status != 401 || got.code() != "UNAUTHENTICATED" || !strings.Contains(got.body, words) || got.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: %d %s", token, got.status, got.body)
		}
		if code := s.dial(t, `{"Authorization":"Bearer `+token+`"}`, nil).closed(); code != 4403 {
			t.Errorf("%s: a websocket was closed with %d", token, code)
		}
	}
	if got := ask("manager"); got.status != 200 {
		t.Errorf("somebody else: %d %s", got.status, got.body)
	}
	if got := s.ask(t, names); got.status != 200 {
		t.Errorf("nobody: %d %s", got.status, got.body)
	}
}

func TestRevoked_AWebsocketIsClosedWithTheCodeThatSaysWhetherToComeBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		token string
		after time.Duration
		takes domain.Revoked
		code  websocket.StatusCode
	}{
		"its token ends":       {"customer", 50 * time.Millisecond, domain.Revoked{}, 4403},
		"its session ends":     {"customer", 0, customerLeft, 4401},
		"its role was changed": {"operator", 0, operatorChanged, 4403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveRevocable(t, c.after)
			var ended atomic.Int64
			s.events = cursors(nil, &ended, "one")
			others := []socket{s.dial(t, `{}`, nil), s.dial(t, `{"Authorization":"Bearer manager"}`, nil)}
			mine := s.dial(t, `{"Authorization":"Bearer `+c.token+`"}`, nil)
			for _, c := range append(others, mine) {
				if m := c.read(); m.Type != "connection_ack" {
					t.Fatalf("instead of an acknowledgement came %+v", m)
				}
			}
			mine.subscribe("1", follow)
			if c.after == 0 {
				mine.read()
				s.revoke(t, c.takes)
			}
			if code := mine.closed(); code != c.code {
				t.Errorf("closed with %d, want %d", code, c.code)
			}
			eventually(t, "the resolver ends", func() bool { return ended.Load() == 1 })
			for _, c := range others {
				c.write(message{Type: "ping"})
				if m := c.read(); m.Type != "pong" {
					t.Errorf("somebody else hears %+v", m)
				}
			}
		})
	}
}

// What runs when the rights go is answered, whatever else the client says meanwhile; nothing new begins and no event comes any more.
func TestRevoked_AWebsocketIsClosedBehindTheAnswersThatItWaitsFor(t *testing.T) {
	t.Parallel()
	for name, leaves := range map[string]bool{"the answer comes": false, "the client no longer wants it": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveRevocable(t, 0)
			begun, goOn := make(chan struct{}), make(chan struct{})
			s.slow = func(context.Context) {
				close(begun)
				<-goOn
			}
			events := make(chan model.Event)
			gone := make(chan struct{})
			s.events = func(ctx context.Context) (<-chan model.Event, error) {
				context.AfterFunc(ctx, func() { close(gone) })
				return events, nil
			}
			c := s.ready(t)
			c.subscribe("events", follow)
			events <- model.GapEvent{Cursor: "one"}
			if m := c.read(); m.Type != "next" {
				t.Fatalf("instead of an event came %+v", m)
			}
			c.subscribe("slow", `{products(search:"slow"){nodes{name}}}`)
			<-begun
			s.revoke(t, customerLeft)
			c.subscribe("late", `{__typename}`)
			c.write(message{Type: "ping"})
			if m := c.read(); m.Type != "error" || m.ID != "late" || !strings.Contains(string(m.Payload), "UNAUTHENTICATED") {
				t.Errorf("what begins too late hears %s %s", m.Type, m.Payload)
			}
			if m := c.read(); m.Type != "pong" {
				t.Errorf("instead of a pong came %+v", m)
			}
			events <- model.GapEvent{Cursor: "two"}
			select {
			case events <- model.GapEvent{Cursor: "three"}: // so the client has been sent the one before
				t.Error("events go on")
			case <-gone:
			}
			if leaves {
				c.write(message{ID: "slow", Type: "complete"})
			} else {
				close(goOn)
				if m := c.read(); m.Type != "next" || m.ID != "slow" || !strings.Contains(string(m.Payload), `"Tea"`) {
					t.Errorf("instead of the answer came %s %s %s", m.ID, m.Type, m.Payload)
				}
				if m := c.read(); m.Type != "complete" || m.ID != "slow" {
					t.Errorf("instead of its end came %s %s %s", m.ID, m.Type, m.Payload)
				}
			}
			if code := c.closed(); code != 4401 {
				t.Errorf("closed with %d", code)
			}
			close(events)
			if leaves {
				close(goOn)
			}
		})
	}
}

// A client comes back after an end without "complete", and does not after one with it.
func TestRevoked_ServerSentEventsEndInTheWayThatSaysWhetherToComeBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after time.Duration
		takes domain.Revoked
		tells []string
	}{
		"their token ends":   {50 * time.Millisecond, domain.Revoked{}, nil},
		"their session ends": {0, customerLeft, []string{"UNAUTHENTICATED", "event: complete"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveRevocable(t, c.after)
			var ended atomic.Int64
			s.events = cursors(nil, &ended, "one")
			answer, lines := s.events200(t, t.Context(), follow)
			for lines.Scan() && !strings.Contains(lines.Text(), "one") {
			}
			s.revoke(t, c.takes)
			var rest strings.Builder
			for lines.Scan() {
				rest.WriteString(lines.Text() + "\n")
			}
			if lines.Err() != nil {
				t.Errorf("the stream does not end well: %v", lines.Err())
			}
			if _, err := answer.Body.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("the body ends with %v", err)
			}
			for _, words := range c.tells {
				if !strings.Contains(rest.String(), words) {
					t.Errorf("no %s in %q", words, rest.String())
				}
			}
			if c.tells == nil && strings.Contains(rest.String(), "event") {
				t.Errorf("at the end came %q", rest.String())
			}
			eventually(t, "the resolver ends", func() bool { return ended.Load() == 1 })
		})
	}
}

// A query by server-sent events is a request like any other: once it is let in it is answered.
func TestRevoked_AQueryByServerSentEventsIsAnswered(t *testing.T) {
	t.Parallel()
	s := serveRevocable(t, 0)
	s.slow = func(ctx context.Context) {
		s.revoked.Store(&customerLeft)
		if err := s.rights.Look(ctx); err != nil {
			t.Error(err)
		}
	}
	_, lines := s.events200(t, t.Context(), `{products(search:"slow"){nodes{name}}}`)
	var all strings.Builder
	for lines.Scan() {
		all.WriteString(lines.Text() + "\n")
	}
	var data struct{ Data json.RawMessage }
	_, body, _ := strings.Cut(all.String(), "data: ")
	body, _, _ = strings.Cut(body, "\n")
	if json.Unmarshal([]byte(body), &data) != nil || !strings.Contains(string(data.Data), `"Tea"`) || !strings.Contains(all.String(), "event: complete") {
		t.Errorf("got %q", all.String())
	}
}
