package graph

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"kabinet/domain"
)

const webSocketProtocol = "graphql-transport-ws"

// sockets is the transport of websockets, and knows all that are open.
type sockets struct {
	h *Handler

	mu       sync.Mutex
	open     map[*socket]struct{}
	stopping bool
}

var _ graphql.Transport = (*sockets)(nil)

// Supports says whether the request asks for a websocket.
func (s *sockets) Supports(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

func (h *Handler) serveWebsocket(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("Sec-Websocket-Protocol") == "":
		h.refuse(r.Context(), w, r, http.StatusBadRequest, domain.Errorf(domain.Invalid, "the only subprotocol is %s", webSocketProtocol))
	default:
		h.sockets.Do(w, r, h.exec)
	}
}

// Do opens a websocket and returns; the connection lives on by itself, so that it keeps nothing of the request alive.
func (s *sockets) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	req := requestFrom(r.Context())
	leave, refused := s.h.enterFrom(req)
	if refused != nil {
		s.h.refuse(r.Context(), w, r, http.StatusTooManyRequests, refused)
		return
	}
	small := &smallBuffers{ResponseWriter: w} // where the page came from was looked at before
	conn, err := websocket.Accept(small, r, &websocket.AcceptOptions{
		Subprotocols: []string{webSocketProtocol}, InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		leave()
		s.h.options.Log.DebugContext(r.Context(), "websocket not opened", "requestId", req.id, "err", err)
		return
	}
	conn.SetReadLimit(s.h.options.Limits.BodyBytes)
	c := newSocket(s, conn, small.wire, exec)
	c.leave, c.request, c.locale = leave, req.again(), LocaleFrom(r.Context())
	c.request.stream = true
	s.mu.Lock()
	s.open[c] = struct{}{}
	stopping := s.stopping
	s.mu.Unlock()
	switch {
	case conn.Subprotocol() != webSocketProtocol:
		c.close(closeWrongProtocol, "Subprotocol not acceptable")
	case stopping:
		c.close(closeGoingAway, serverStops)
	}
	go c.read()
}

func (s *sockets) forget(c *socket) {
	c.leave()
	if c.leavePerson != nil {
		c.leavePerson()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

func (s *sockets) all() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*socket, 0, len(s.open))
	for c := range s.open {
		all = append(all, c)
	}
	return all
}

// CloseSockets closes all websockets as going away, each behind what it still has to say, and cuts off what is open when ctx ends. New ones are closed at once.
func (h *Handler) CloseSockets(ctx context.Context) {
	s := h.sockets
	s.mu.Lock()
	s.stopping = true
	s.mu.Unlock()
	for _, c := range s.all() {
		c.close(closeGoingAway, serverStops)
	}
	if waitFor(ctx, func() bool { return len(s.all()) == 0 }) {
		return
	}
	for _, c := range s.all() {
		_ = c.wire.Close() // the library would wait for those whose clients do not answer the goodbye
	}
}

// smallBuffers hands out a connection with buffers of its own: those of the HTTP server are 4 KiB each, and a subscriber keeps them for as long as it
// lives. Messages that are longer go past the buffers.
type smallBuffers struct {
	http.ResponseWriter
	wire *wire
}

const (
	socketReadBuffer  = 256
	socketWriteBuffer = 160 // the library's own frames are shorter than 130
)

// Hijack takes the connection over. What the client has sent already stays in the buffer for reading.
func (s *smallBuffers) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, large, err := http.NewResponseController(s.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	s.wire = newWire(conn)
	early, _ := large.Reader.Peek(large.Reader.Buffered())
	in := bufio.NewReaderSize(bytes.NewReader(bytes.Clone(early)), max(socketReadBuffer, len(early)))
	_, _ = in.Peek(len(early))
	return s.wire, bufio.NewReadWriter(in, bufio.NewWriterSize(s.wire, socketWriteBuffer)), nil
}
