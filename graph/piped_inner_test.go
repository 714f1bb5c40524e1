package graph

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kabinet/domain"
)

// hijackable is an answer whose connection can be taken over.
type hijackable struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

func (h hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// piped is the client of a websocket over a pipe, which holds nothing: the server waits for whatever the client does not read. Time is that of the bubble.
type piped struct {
	net.Conn
	t *testing.T
	h *Handler
	c *socket
}

func openPiped(t *testing.T, o Options) piped {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	h, err := NewHandler(nil, o)
	if err != nil {
		t.Fatal(err)
	}
	server, client := net.Pipe()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql", nil)
	for name, value := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": webSocketProtocol} {
		r.Header.Set(name, value)
	}
	h.ServeHTTP(hijackable{httptest.NewRecorder(), server}, r)
	open := h.sockets.all()
	if len(open) != 1 {
		t.Fatalf("%d websockets are open", len(open))
	}
	t.Cleanup(func() { // also when the test fails, so that the bubble ends
		_ = client.Close()
		over, cancel := context.WithCancel(context.Background())
		cancel()
		h.CloseSockets(over)
		synctest.Wait()
	})
	return piped{client, t, h, open[0]}
}

// say sends a message in a frame whose mask changes nothing.
func (p piped) say(text string) {
	p.t.Helper()
	frame := appendFrame(nil, len(text))
	frame[1] |= 0x80
	frame = append(append(frame, 0, 0, 0, 0), text...)
	if _, err := p.Write(frame); err != nil {
		p.t.Error(err)
	}
}

// hear is the next message, or the first byte of a frame that is none; empty once the connection has ended.
func (p piped) hear() string {
	head := make([]byte, 2, 10)
	if _, err := io.ReadFull(p, head); err != nil {
		return ""
	}
	length := int(head[1])
	if more := map[int]int{126: 2, 127: 8}[length]; more > 0 {
		size := make([]byte, 8)
		if _, err := io.ReadFull(p, size[8-more:]); err != nil {
			return ""
		}
		length = int(binary.BigEndian.Uint64(size))
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(p, text); err != nil {
		return ""
	}
	if head[0] != textFrame {
		return string(head[:1])
	}
	return string(text)
}

// A client that says much and reads nothing is cut off, and nothing of it is kept: neither what it says nor its place among those of its address.
func TestSocket_WhoSpeaksWithoutReadingIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPiped(t, Options{InitTimeout: time.Hour})
		long := `{"type":"ping","payload":{"a":"` + strings.Repeat("x", 2*queuedBytes) + `"}}`
		for range 3 { // one is being written, one fills the queue, and one waits for room in it
			p.say(long)
		}
		synctest.Wait()
		time.Sleep(11 * time.Second) // longer than a write may take
		synctest.Wait()
		if n := len(p.h.sockets.all()); n != 0 {
			t.Errorf("%d websockets are still held", n)
		}
		if n := len(p.h.crowd.held); n != 0 {
			t.Errorf("%d addresses still hold some", n)
		}
	})
}

// A client counts as gone once it has left two pings unanswered, and not before it was pinged: while messages wait for it there are no pings.
func TestSocket_WhoLeavesTwoPingsUnansweredIsGone(t *testing.T) {
	t.Parallel()
	const ping = `{"type":"ping"}`
	for name, busy := range map[string]bool{"silent": false, "long behind": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := openPiped(t, Options{WriteTimeout: time.Hour})
				p.say(`{"type":"connection_init"}`)
				if ack := p.hear(); ack != `{"type":"connection_ack"}` {
					t.Fatalf("instead of an acknowledgement came %s", ack)
				}
				began := time.Now()
				if busy {
					for range 3 {
						p.c.send(nil, outgoing{body: `"news"`})
						synctest.Wait()
					}
					time.Sleep(50 * time.Second) // it reads nothing
					for range 3 {
						if news := p.hear(); news != `"news"` {
							t.Errorf("instead of the news came %q", news)
						}
					}
				}
				for n, at := range []time.Duration{20 * time.Second, 40 * time.Second} {
					if busy {
						at += 40 * time.Second
					}
					if heard := p.hear(); heard != ping || time.Since(began) != at {
						t.Errorf("instead of ping %d came %q after %s, want it after %s", n+1, heard, time.Since(began), at)
					}
				}
				end := 60 * time.Second
				if busy {
					end += 40 * time.Second
				}
				if heard := p.hear(); heard != "" || time.Since(began) != end {
					t.Errorf("%q after %s, want the end after %s", heard, time.Since(began), end)
				}
			})
		})
	}
}

// Whoever stops the server says how long websockets may take to say goodbye; one whose client does not answer it is not waited for any longer.
func TestSocket_AStopDoesNotWaitForAClientThatDoesNotAnswerTheGoodbye(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPiped(t, Options{})
		go func() { _, _ = io.Copy(io.Discard, p) }()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		p.h.CloseSockets(ctx)
		if took := time.Since(began); took != time.Second {
			t.Errorf("it took %s, want a second", took)
		}
		synctest.Wait()
		if n := len(p.h.sockets.all()); n != 0 {
			t.Errorf("%d websockets are open", n)
		}
	})
}

// The end of an operation waits behind what the client has not read yet. Meanwhile nothing of the operation goes on, and an answer that somebody else has ready
// for it is not taken for its last word.
func TestSocket_TheEndOfAnOperationIsHeardHoweverFarTheClientIsBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPiped(t, Options{})
		p.say(`{"type":"connection_init"}`)
		p.hear()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		o := &socketOperation{c: p.c, id: "1", quoted: `"1"`, head: `{"type":"next","id":"1","payload":`, cancel: cancel}
		if err := p.c.enrol(o); err != nil {
			t.Fatal(err)
		}
		p.c.mu.Lock()
		p.c.writing, p.c.queue = true, make([]outgoing, queuedMessages)
		p.c.mu.Unlock()
		go o.end()
		synctest.Wait()
		if ctx.Err() == nil {
			t.Error("what feeds the operation goes on until its client has read")
		}
		p.c.mu.Lock()
		p.c.queue = nil
		p.c.mu.Unlock()
		o.tryNext([]byte(`{}`), domain.Cursor{})
		p.c.room.Broadcast()
		go p.c.write()
		for heard := p.hear(); heard != `{"type":"complete","id":"1"}`; heard = p.hear() {
			if heard != `{"type":"next","id":"1","payload":{}}` {
				t.Fatalf("instead of its end came %s", heard)
			}
		}
	})
}
