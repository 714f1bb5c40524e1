package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"kabinet/graph"
)

// ready is a socket that has introduced itself as the customer.
func (s served) ready(t *testing.T) socket {
	t.Helper()
	c := s.dial(t, `{"Authorization":"Bearer customer"}`, nil)
	if m := c.read(); m.Type != "connection_ack" {
		t.Fatalf("instead of an acknowledgement came %+v", m)
	}
	return c
}

// raw is a socket that has said nothing yet.
func (s served) raw(t *testing.T, protocols ...string) socket {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	conn, _, err := websocket.Dial(ctx, s.url, &websocket.DialOptions{Subprotocols: protocols})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow(); cancel() })
	return socket{conn, t, ctx}
}

func (c socket) say(text string) {
	c.t.Helper()
	if err := c.Write(c.ctx, websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

const modern = "graphql-transport-ws"

func TestWebsocket_ClosesWithTheCodeOfTheProtocol(t *testing.T) {
	t.Parallel()
	const hello, again = `{"type":"connection_init"}`, `{"id":"1","type":"subscribe","payload":{"query":"subscription{customerEvents{cursor}}"}}`
	s := serve(t, nil)
	s.events = cursors(nil, nil)
	for name, c := range map[string]struct {
		says []string
		code websocket.StatusCode
	}{
		"no JSON":                           {[]string{`hello`}, 4400},
		"two values":                        {[]string{hello + hello}, 4400},
		"not an object":                     {[]string{`[]`}, 4400},
		"no type":                           {[]string{`{}`}, 4400},
		"an unknown type":                   {[]string{`{"type":"start"}`}, 4400},
		"a message of the server":           {[]string{hello, `{"type":"next","id":"1"}`}, 4400},
		"an id that is a number":            {[]string{hello, `{"id":1,"type":"subscribe","payload":{"query":"{__typename}"}}`}, 4400},
		"subscribe without an id":           {[]string{hello, `{"type":"subscribe","payload":{"query":"{__typename}"}}`}, 4400},
		"subscribe with an empty id":        {[]string{hello, `{"id":"","type":"subscribe","payload":{"query":"{__typename}"}}`}, 4400},
		"subscribe without a payload":       {[]string{hello, `{"id":"1","type":"subscribe"}`}, 4400},
		"subscribe without a query":         {[]string{hello, `{"id":"1","type":"subscribe","payload":{}}`}, 4400},
		"a query that is a number":          {[]string{hello, `{"id":"1","type":"subscribe","payload":{"query":7}}`}, 4400},
		"variables that are a list":         {[]string{hello, `{"id":"1","type":"subscribe","payload":{"query":"{__typename}","variables":[]}}`}, 4400},
		"complete without an id":            {[]string{hello, `{"type":"complete"}`}, 4400},
		"a ping whose payload is a text":    {[]string{`{"type":"ping","payload":"x"}`}, 4400},
		"a pong whose payload is a number":  {[]string{`{"type":"pong","payload":1}`}, 4400},
		"an introduction that is a list":    {[]string{`{"type":"connection_init","payload":[]}`}, 4400},
		"subscribe before the introduction": {[]string{again}, 4401},
		"a bad token":                       {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer stolen"}}`}, 4403},
		"another scheme":                    {[]string{`{"type":"connection_init","payload":{"authorization":"Basic abc"}}`}, 4403},
		"an id that is in use": {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer customer"}}`, again,
			again}, 4409},
		"a second introduction": {[]string{hello, hello}, 4429},
	} {
		sock := s.raw(t, modern)
		for _, text := range c.says {
			sock.say(text)
		}
		if code := sock.closed(); code != c.code {
			t.Errorf("%s: closed with %d, want %d", name, code, c.code)
		}
	}
	binary := s.raw(t, modern)
	if err := binary.Write(binary.ctx, websocket.MessageBinary, []byte(hello)); err != nil {
		t.Fatal(err)
	}
	if code := binary.closed(); code != 4400 {
		t.Errorf("bytes: closed with %d", code)
	}
	if code := s.raw(t, "graphql-ws").closed(); code != 4406 {
		t.Errorf("the old protocol: closed with %d", code)
	}
	if c := s.raw(t, "graphql-ws", modern); c.Subprotocol() != modern {
		t.Errorf("of both protocols %q was chosen", c.Subprotocol())
	}
}

func TestWebsocket_ADuplicateOfALongIDIsToldWithinWhatACloseFrameHolds(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.events = cursors(nil, nil)
	c := s.ready(t)
	long := strings.Repeat("щ", 200)
	c.subscribe(long, follow)
	c.subscribe(long, follow)
	if code := c.closed(); code != 4409 {
		t.Errorf("closed with %d", code)
	}
}

func TestWebsocket_WhoDoesNotIntroduceThemselvesInTimeIsClosedWith4408(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.InitTimeout = 30 * time.Millisecond })
	if code := s.raw(t, modern).closed(); code != 4408 {
		t.Errorf("closed with %d", code)
	}
	c := s.ready(t)
	c.subscribe("1", `{__typename}`)
	if m := c.read(); m.Type != "next" {
		t.Errorf("who did gets %+v", m)
	}
}

func TestWebsocket_PingsAreAnsweredBothWaysWithTheirPayload(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Ping = 200 * time.Millisecond })
	c := s.raw(t, modern)
	for said, want := range map[string]string{
		`{"type":"ping"}`:                         `{"type":"pong"}`,
		`{"type":"ping","payload":{"a":[1,"я"]}}`: `{"type":"pong","payload":{"a":[1,"я"]}}`,
		`{"type":"ping","payload":null}`:          `{"type":"pong","payload":null}`,
	} {
		c.say(said)
		if _, text, err := c.Read(c.ctx); err != nil || string(text) != want {
			t.Errorf("%s is answered by %s, %v", said, text, err)
		}
	}
	c.say(`{"type":"pong","payload":{}}`)
	c.say(`{"type":"connection_init"}`)
	c.read()
	for range 4 { // longer than a silent client lives
		if _, text, err := c.Read(c.ctx); err != nil || string(text) != `{"type":"ping"}` {
			t.Fatalf("instead of a ping came %s, %v", text, err)
		}
		c.say(`{"type":"pong"}`)
	}
}

func TestWebsocket_RunsQueriesAndMutationsToo(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	c := s.ready(t)
	for id, query := range map[string]string{
		"query":    names,
		"mutation": `mutation{orderPlace(input:{idempotencyKey:"a key 1",lines:[{variantId:"` + variantID + `",quantity:5}]}){userErrors{code}}}`,
	} {
		c.subscribe(id, query)
		if m := c.read(); m.Type != "next" || m.ID != id || !strings.HasPrefix(string(m.Payload), `{"data":{`) {
			t.Errorf("%s: %s %s %s", id, m.Type, m.ID, m.Payload)
		}
		if m := c.read(); m.Type != "complete" || m.ID != id || m.Payload != nil {
			t.Errorf("%s: then %+v", id, m)
		}
	}
}

func TestWebsocket_NothingFollowsAnErrorAndTheIDIsFree(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	c := s.ready(t)
	for _, query := range []string{`{`, `{nothing}`, `query($n:Int!){products(first:$n){nodes{name}}}`} {
		c.subscribe("same", query)
		m := c.read()
		var list []struct{ Message string }
		if m.Type != "error" || m.ID != "same" || json.Unmarshal(m.Payload, &list) != nil || len(list) == 0 || list[0].Message == "" {
			t.Errorf("%s: %s %s", query, m.Type, m.Payload)
		}
	}
	c.subscribe("same", `{__typename}`)
	if m := c.read(); m.Type != "next" {
		t.Errorf("after the errors came %s %s", m.Type, m.Payload)
	}
}

func TestWebsocket_CompleteOfTheClientFreesTheIDAndIsNotAnswered(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	var ended atomic.Int64
	s.events = cursors(nil, &ended, "one")
	c := s.ready(t)
	c.say(`{"type":"complete","id":"never heard of"}`)
	for n := range int64(3) {
		c.subscribe("same", follow)
		if m := c.read(); m.Type != "next" {
			t.Fatalf("%+v", m)
		}
		c.write(message{ID: "same", Type: "complete"})
		eventually(t, "the resolver ends", func() bool { return ended.Load() == n+1 })
	}
	c.subscribe("last", `{__typename}`)
	if m := c.read(); m.ID != "last" {
		t.Errorf("the client's complete was answered by %+v", m)
	}
}

func TestWebsocket_EverythingEndsWithTheConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	var ended atomic.Int64
	s.events = cursors(nil, &ended, "one")
	c := s.ready(t)
	for n := range 5 {
		c.subscribe(fmt.Sprint(n), follow)
		c.read()
	}
	_ = c.CloseNow()
	eventually(t, "all resolvers end", func() bool { return ended.Load() == 5 })
}

func TestWebsocket_ManyMessagesOfOneClientAreAFlood(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Limits.Messages = 2 })
	c := s.raw(t, modern)
	for range 9 {
		c.say(`{"type":"pong"}`)
	}
	if code := c.closed(); code != websocket.StatusPolicyViolation {
		t.Errorf("closed with %d", code)
	}
}

func TestWebsocket_AMessageThatIsTooLargeClosesTheConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Limits.BodyBytes = 1000 })
	c := s.raw(t, modern)
	c.say(`{"type":"ping","payload":{"a":"` + strings.Repeat("x", 2000) + `"}}`)
	if code := c.closed(); code != websocket.StatusMessageTooBig {
		t.Errorf("closed with %d", code)
	}
}

func TestWebsocket_OneAddressAndOnePersonHoldSoManyOpen(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Limits.AddressSockets, o.Limits.ViewerSockets = 3, 1 })
	first := s.ready(t)
	if code := s.dial(t, `{"Authorization":"Bearer customer"}`, nil).closed(); code != websocket.StatusTryAgainLater {
		t.Errorf("the second one of a person is closed with %d", code)
	}
	s.raw(t, modern)
	dial := func() (*websocket.Conn, int) {
		conn, answer, _ := websocket.Dial(t.Context(), s.url, &websocket.DialOptions{Subprotocols: []string{modern}})
		return conn, answer.StatusCode
	}
	eventually(t, "the closed one is forgotten", func() bool {
		conn, status := dial()
		if conn != nil {
			t.Cleanup(func() { _ = conn.CloseNow() })
		}
		return status == http.StatusSwitchingProtocols
	})
	if _, status := dial(); status != http.StatusTooManyRequests {
		t.Errorf("the fourth one of an address: %d", status)
	}
	_ = first.CloseNow()
	eventually(t, "there is room again", func() bool {
		conn, _ := dial()
		if conn != nil {
			_ = conn.CloseNow()
		}
		return conn != nil
	})
}

func TestWebsocket_AServerThatStopsSaysItsLastWordsThenGoesAway(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	end := make(chan struct{})
	s.events = cursors(end, nil, "one")
	c := s.ready(t)
	c.subscribe("1", follow)
	c.read()
	close(end)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		s.handler.WaitForStreams(t.Context())
		s.handler.CloseSockets(t.Context())
	}()
	if m := c.read(); !strings.Contains(string(m.Payload), "subscribe again") {
		t.Errorf("%+v", m)
	}
	if m := c.read(); m.Type != "complete" {
		t.Errorf("%+v", m)
	}
	if code := c.closed(); code != websocket.StatusGoingAway {
		t.Errorf("closed with %d", code)
	}
	<-closed
	if code := s.raw(t, modern).closed(); code != websocket.StatusGoingAway {
		t.Errorf("one that comes later is closed with %d", code)
	}
}
