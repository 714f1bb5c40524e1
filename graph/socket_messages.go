package graph

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
)

// clientMessage is what a client says.
type clientMessage struct {
	Type    string          `json:"type"`
	ID      *string         `json:"id"`
	Payload json.RawMessage `json:"payload"`
}

// handle does what a message asks for.
func (c *socket) handle(text []byte) {
	defer func() {
		if p := recover(); p != nil {
			_ = c.all.h.errors.recovered(withRequest(c.ctx, c.request, c.locale), p)
			c.close(closeBroken, "Internal error")
		}
	}()
	var m clientMessage
	if decodeJSON(text, &m) != nil {
		c.close(closeBadMessage, "Invalid message received")
		return
	}
	switch m.Type {
	case "connection_init":
		c.introduce(m.Payload)
	case "ping":
		c.pong(m.Payload)
	case "pong":
		if !isObject(m.Payload) {
			c.close(closeBadMessage, "The payload of a pong must be an object")
		}
	case "subscribe":
		c.subscribe(m)
	case "complete":
		c.complete(m)
	default:
		c.close(closeBadMessage, "Unexpected message type")
	}
}

// isObject says whether a payload that need not be there is none, or an object.
func isObject(payload json.RawMessage) bool {
	return len(payload) == 0 || payload[0] == '{' || string(payload) == "null"
}

func (c *socket) pong(payload json.RawMessage) {
	switch {
	case !isObject(payload):
		c.close(closeBadMessage, "The payload of a ping must be an object")
	case len(payload) == 0:
		c.send(nil, outgoing{body: `{"type":"pong"}`})
	default:
		c.send(nil, outgoing{head: `{"type":"pong","payload":`, body: string(payload), tail: "}"})
	}
}

// introduce takes the token of connection_init, which wins over that of the upgrade request.
func (c *socket) introduce(payload json.RawMessage) {
	c.mu.Lock()
	again := c.open
	c.open = true
	c.mu.Unlock()
	var said map[string]any
	switch {
	case again:
		c.close(closeSecondInit, "Too many initialisation requests")
		return
	case !isObject(payload) || len(payload) > 0 && json.Unmarshal(payload, &said) != nil:
		c.close(closeBadMessage, "The payload of connection_init must be an object")
		return
	}
	if err := c.signIn(said); err != nil {
		code, reason := closeForbidden, "Forbidden"
		switch domain.CodeOf(err) {
		case domain.Internal:
			code, reason = closeBroken, "Internal error"
		case domain.RateLimited:
			c.all.h.options.Watch.Limited("sockets_per_person")
			code, reason = closeCrowded, "Too many live connections of this person"
		}
		c.all.h.options.Log.DebugContext(c.ctx, "websocket refused", "requestId", c.request.id, "err", err)
		c.close(code, reason)
		return
	}
	c.base = withRequest(c.ctx, c.request, c.locale)
	c.letGo = c.all.h.options.Rights.hold(c.request.access(), c.dismiss)
	c.send(nil, outgoing{body: `{"type":"connection_ack"}`})
	c.timer.Reset(c.all.h.options.Ping)
}

func (c *socket) signIn(said map[string]any) error {
	header, _ := said["Authorization"].(string)
	if header == "" {
		header, _ = said["authorization"].(string)
	}
	if token, given := bearer(header); given {
		if err := c.all.h.authenticate(withRequest(c.ctx, c.request, c.locale), c.request, token); err != nil {
			return err
		}
		if !c.request.named && c.request.viewer.Locale != "" {
			c.locale = c.request.viewer.Locale
		}
	}
	leave, refused := c.all.h.enterAs(c.request)
	if refused != nil {
		return refused
	}
	c.leavePerson = leave
	return nil
}

// dismiss closes the websocket because its token counts no more. Nothing is begun any more and no event goes out, but queries and mutations that run are
// answered before: whoever ends their own session wants to hear of it.
func (c *socket) dismiss(reason error) {
	bye := farewell{closeForbidden, "The access token counts no more"}
	if errors.Is(reason, domain.ErrSessionEnded) {
		bye = farewell{closeUnauthorized, "The session has ended"}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dismissed = &bye
	c.room.Broadcast() // an event may be waiting for its turn
	c.part()
}

// part says goodbye to a client that is dismissed, unless a query or a mutation of it still runs; the lock is held.
func (c *socket) part() {
	if c.dismissed == nil || c.gone || c.goodbye != nil {
		return
	}
	for _, o := range c.running {
		if o.answers {
			return
		}
	}
	c.goodbye = c.dismissed
	c.room.Broadcast()
	c.beginWriting()
}

// subscribe starts an operation of any kind.
func (c *socket) subscribe(m clientMessage) {
	params, unreadable := decodeParams(m.Payload)
	switch {
	case m.ID == nil || *m.ID == "":
		c.close(closeBadMessage, "A subscribe message needs an id")
		return
	case unreadable != nil:
		c.close(closeBadMessage, "The payload of subscribe must be an object with a query")
		return
	case c.base == nil:
		c.close(closeUnauthorized, "Unauthorized")
		return
	}
	quoted, err := json.Marshal(*m.ID)
	if err != nil {
		panic(err) // texts have a form in JSON
	}
	ctx, cancel := context.WithCancel(graphql.StartOperationTrace(c.base))
	o := &socketOperation{c: c, id: *m.ID, quoted: string(quoted), head: `{"type":"next","id":` + string(quoted) + `,"payload":`, cancel: cancel}
	switch err := c.enrol(o); {
	case errors.Is(err, errDuplicate):
		cancel()
		c.close(closeDuplicate, closeReason("Subscriber for "+o.id+" already exists"))
	case err != nil:
		cancel()
		c.send(nil, outgoing{head: `{"type":"error","id":` + o.quoted + `,"payload":`,
			answer: encodeErrors(gqlerror.List{c.all.h.errors.present(ctx, err)}), tail: "}"})
	default:
		go o.begin(ctx, params)
	}
}

var errDuplicate = errors.New("an operation with this id runs")

// enrol adds an operation to those that run.
func (c *socket) enrol(o *socketOperation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := c.all.h.options.Limits.Subscriptions
	switch {
	case c.running[o.id] != nil:
		return errDuplicate
	case c.dismissed != nil:
		return domain.ErrAccessEnded
	case len(c.running) >= limit:
		return domain.OverLimit("subscriptions", "at most %d operations run on one connection", limit)
	case c.running == nil:
		c.running = make(map[string]*socketOperation, 1)
	}
	c.running[o.id] = o
	return nil
}

// begin starts the operation. What follows runs on a goroutine of its own: this one has grown its stack by reading and checking the document, and a
// subscription lives long.
func (o *socketOperation) begin(ctx context.Context, params *graphql.RawParams) {
	running, ctx := o.c.all.h.prepare(ctx, o.c.exec, params, o)
	if running == nil {
		o.end()
		return
	}
	o.c.mu.Lock()
	o.answers = !running.subscribes
	o.c.mu.Unlock()
	go func() {
		defer o.end()
		running.finish(ctx)
	}()
}

// end frees what the operation held, and says so unless that was said. It frees first: saying may have to wait for the client.
func (o *socketOperation) end() {
	o.cancel()
	if !o.ended {
		o.complete()
	}
}

// complete ends an operation that the client wants to hear no more of. One that has ended already crossed the client's message on the way.
func (c *socket) complete(m clientMessage) {
	if m.ID == nil || *m.ID == "" {
		c.close(closeBadMessage, "A complete message needs an id")
		return
	}
	c.mu.Lock()
	o := c.running[*m.ID]
	delete(c.running, *m.ID)
	c.part()
	c.room.Broadcast() // the operation may be waiting to say something
	c.mu.Unlock()
	if o != nil {
		o.cancel()
	}
}

// closeReason cuts a text to what fits into a closing frame.
func closeReason(text string) string {
	const most = 123
	text = strings.ToValidUTF8(text, "?")
	for len(text) > most {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}
