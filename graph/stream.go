package graph

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
	"kabinet/graph/scalar"
)

// errStreamEnded is the last message of a subscription that the server ended: it stops, or the client was too slow.
var errStreamEnded = &domain.Error{Code: domain.Internal, Message: "the stream was ended by the server; subscribe again after the last cursor"}

// followStreams bounds how many subscriptions run on one websocket, and tells the client when a subscription ends on the server's side, so that
// it resumes instead of thinking that there is nothing more to come.
func (h *Handler) followStreams(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	if open := requestFrom(ctx).open; open != nil {
		if open.Add(1) > int64(h.options.Limits.Subscriptions) {
			open.Add(-1)
			return h.oneError(ctx, domain.Errorf(domain.Invalid, "at most %d subscriptions run on one connection", h.options.Limits.Subscriptions))
		}
		context.AfterFunc(ctx, func() { open.Add(-1) })
	}
	h.streams.Add(1)
	context.AfterFunc(ctx, func() { h.streams.Add(-1) })
	events, over := next(ctx), false
	return func(ctx context.Context) *graphql.Response {
		if over {
			return nil
		}
		event := events(ctx)
		switch {
		case event != nil:
			over = event.Data == nil && len(event.Errors) > 0 // it was refused, nothing follows
			return event
		case ctx.Err() != nil: // the client ended it
			return nil
		}
		over = true
		return &graphql.Response{Errors: gqlerror.List{h.errors.present(ctx, errStreamEnded)}}
	}
}

// WaitForStreams waits until no subscription runs, or for ctx to end. Whoever stops the server ends the source of events, waits here until
// every stream has said its last words, and closes the connections then.
func (h *Handler) WaitForStreams(ctx context.Context) {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for h.streams.Load() > 0 {
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}

func (h *Handler) oneError(ctx context.Context, err error) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{h.errors.present(ctx, err)}})
}

// serveEvents answers as server-sent events in the distinct connections mode of the GraphQL over SSE protocol: an operation is a POST, its results are
// "next" events, "complete" is the last one.
func (h *Handler) serveEvents(w http.ResponseWriter, r *http.Request, body []byte) {
	params, err := decodeParams(body)
	if err != nil {
		h.refuse(r.Context(), w, r, http.StatusBadRequest, err)
		return
	}
	params.Headers = r.Header
	requestFrom(r.Context()).cookie = nil // the head of the answer leaves before the operation runs
	header := w.Header()
	header.Set("Content-Type", eventStream)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no")
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := eventWriter{w: w, control: http.NewResponseController(w), timeout: h.options.WriteTimeout}
	if !out.send(":\n\n") {
		return
	}
	responses := make(chan []byte)
	go h.produce(ctx, params, responses)
	ping := time.NewTicker(h.options.Ping)
	defer ping.Stop()
	for {
		select {
		case <-ping.C:
			if !out.send(":\n\n") {
				return
			}
		case response, more := <-responses:
			if !more {
				out.send("event: complete\ndata:\n\n")
				return
			}
			if !out.send("event: next\ndata: " + string(response) + "\n\n") {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// produce executes the operation and closes the channel after its last response, or when ctx ends. Responses are encoded here, because the
// executor writes the next one over the one before.
func (h *Handler) produce(ctx context.Context, params *graphql.RawParams, responses chan<- []byte) {
	defer close(responses)
	send := func(response *graphql.Response) bool {
		select {
		case responses <- encode(response):
			return true
		case <-ctx.Done():
			return false
		}
	}
	defer func() {
		if p := recover(); p != nil {
			send(&graphql.Response{Errors: gqlerror.List{h.errors.present(ctx, h.errors.recovered(ctx, p))}})
		}
	}()
	op, refused := h.exec.CreateOperationContext(ctx, params)
	if refused != nil {
		send(h.exec.DispatchError(graphql.WithOperationContext(ctx, op), refused))
		return
	}
	run, ctx := h.exec.DispatchOperation(ctx, op)
	for response := run(ctx); response != nil; response = run(ctx) {
		if !send(response) {
			return
		}
		if op.Operation.Operation != ast.Subscription {
			return
		}
	}
}

// eventWriter writes events, each within the timeout: a client that does not read is cut off.
type eventWriter struct {
	w       io.Writer
	control *http.ResponseController
	timeout time.Duration
}

func (e eventWriter) send(text string) bool {
	_ = e.control.SetWriteDeadline(time.Now().Add(e.timeout))
	if _, err := io.WriteString(e.w, text); err != nil {
		return false
	}
	if err := e.control.Flush(); err != nil {
		return false
	}
	_ = e.control.SetWriteDeadline(time.Time{})
	return true
}

const (
	webSocketProtocol = "graphql-transport-ws"
	closeForbidden    = 4403
	closeGoingAway    = 1001
)

func (h *Handler) serveWebsocket(w http.ResponseWriter, r *http.Request, req *request) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") || !offers(r, webSocketProtocol) {
		h.refuse(r.Context(), w, r, http.StatusBadRequest, domain.Errorf(domain.Invalid, "the only subprotocol is %s", webSocketProtocol))
		return
	}
	if !h.originAllowed(r) {
		h.refuse(r.Context(), w, r, http.StatusForbidden, domain.Errorf(domain.Forbidden, "pages of this origin may not open websockets here"))
		return
	}
	req.stream, req.open = true, new(atomic.Int64)
	h.ws.Do(w, r, h.exec)
}

func offers(r *http.Request, protocol string) bool {
	return slices.ContainsFunc(r.Header.Values("Sec-Websocket-Protocol"), func(line string) bool {
		return slices.ContainsFunc(strings.Split(line, ","), func(one string) bool { return strings.TrimSpace(one) == protocol })
	})
}

// originAllowed says whether the page that opens a websocket is the server's own or of a host in Options.Origins. Programs that are no browsers send no origin.
func (h *Handler) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	from, err := url.Parse(origin)
	if err != nil || from.Host == "" {
		return false
	}
	return strings.EqualFold(from.Host, r.Host) || slices.ContainsFunc(h.options.Origins, func(pattern string) bool {
		matched, err := path.Match(strings.ToLower(pattern), strings.ToLower(from.Host))
		return err == nil && matched
	})
}

func (h *Handler) newWebsocket() transport.Websocket {
	return transport.Websocket{
		InitTimeout:      h.options.InitTimeout,
		PingPongInterval: h.options.Ping,
		PayloadReadLimit: &h.options.Limits.BodyBytes,
		InitFunc:         h.initWebsocket,
		ErrorFunc: func(ctx context.Context, err error) {
			h.options.Log.DebugContext(ctx, "websocket", "requestId", RequestIDFrom(ctx), "err", err)
		},
		Implementation: boundedSockets{
			WebsocketImplementation: transport.CoderWebsocketImplementation{AcceptOptions: websocket.AcceptOptions{
				OriginPatterns: h.options.Origins, CompressionMode: websocket.CompressionDisabled}},
			timeout: h.options.WriteTimeout,
		},
	}
}

// initWebsocket takes the token of connection_init, which wins over that of the upgrade request.
func (h *Handler) initWebsocket(ctx context.Context, payload transport.InitPayload) (context.Context, *transport.InitPayload, error) {
	token, given := bearer(payload.Authorization())
	if !given {
		return ctx, nil, nil
	}
	viewer, err := h.options.Authenticate(ctx, token)
	if err != nil {
		shown := h.errors.present(ctx, err)
		ctx = transport.AppendCloseReason(transport.WithWebsocketCloseCode(ctx, closeForbidden), "Forbidden")
		return ctx, nil, shown
	}
	old := requestFrom(ctx)
	locale := scalar.LocaleFrom(ctx)
	return withRequest(ctx, &request{id: old.id, client: old.client, viewer: viewer, stream: true, open: old.open}, locale), nil, nil
}

// boundedSockets bounds each write to a websocket: the transport writes without a deadline and under a lock, so that a client which stopped
// reading would hold its subscriptions for ever.
type boundedSockets struct {
	transport.WebsocketImplementation
	timeout time.Duration
}

// Accept upgrades a request.
func (s boundedSockets) Accept(w http.ResponseWriter, r *http.Request, options transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	options.Subprotocols = []string{webSocketProtocol}
	conn, err := s.WebsocketImplementation.Accept(w, r, options)
	if err != nil {
		return nil, err
	}
	return &boundedSocket{WebsocketConn: conn, timeout: s.timeout, ctx: r.Context()}, nil
}

type boundedSocket struct {
	transport.WebsocketConn
	timeout time.Duration
	ctx     context.Context // of the request: it ends when the server stops
}

// WriteJSON writes a message, or closes the connection when that takes too long, which ends both its writer and its reader.
func (s *boundedSocket) WriteJSON(v any) error {
	timer := time.AfterFunc(s.timeout, func() { _ = s.Close() })
	defer timer.Stop()
	return s.WebsocketConn.WriteJSON(v)
}

// WriteClose says goodbye; a server that stops says so.
func (s *boundedSocket) WriteClose(code int, reason string) error {
	if code == transport.WebsocketCloseNormalClosure && s.ctx.Err() != nil {
		code, reason = closeGoingAway, "the server is stopping"
	}
	return s.WebsocketConn.WriteClose(code, reason)
}

// SetReadLimit bounds the size of a message.
func (s *boundedSocket) SetReadLimit(limit int64) {
	if c, ok := s.WebsocketConn.(transport.WebsocketReadLimiter); ok {
		c.SetReadLimit(limit)
	}
}

// SetReadDeadline bounds how long a client may be silent.
func (s *boundedSocket) SetReadDeadline(t time.Time) error {
	if c, ok := s.WebsocketConn.(transport.WebsocketReadDeadliner); ok {
		return c.SetReadDeadline(t)
	}
	return nil
}
