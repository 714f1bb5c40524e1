package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// openSocket is a websocket of a server whose kernel takes little at once, and its client.
func openSocket(t *testing.T) (*socket, *websocket.Conn) {
	t.Helper()
	opened := make(chan *socket, 1)
	all := &sockets{h: &Handler{options: Options{WriteTimeout: 30 * time.Second, InitTimeout: time.Hour}}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		small := &smallBuffers{ResponseWriter: w}
		conn, err := websocket.Accept(small, r, nil)
		if err != nil {
			t.Error(err)
			close(opened)
			return
		}
		if err := small.wire.Conn.(*net.TCPConn).SetWriteBuffer(8 << 10); err != nil {
			t.Error(err)
		}
		c := newSocket(all, conn, small.wire, nil)
		go func() { // answers pings
			defer c.timer.Stop()
			_, _, _ = conn.Read(context.Background())
		}()
		opened <- c
	}))
	t.Cleanup(server.Close)
	client, _, err := websocket.Dial(t.Context(), server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.CloseNow() })
	client.SetReadLimit(-1)
	c := <-opened
	if c == nil {
		t.FailNow()
	}
	return c, client
}

// Messages of all sizes go out as whole frames and in their order, however little the kernel takes at once, and the pongs of the library stand between them.
func TestWire_MessagesAndPongsDoNotTearOneAnother(t *testing.T) {
	t.Parallel()
	c, client := openSocket(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	sizes := []int{0, 1, 124, 125, 126, 127, 4096, 65_534, 65_535, 65_536, 65_537, 300_000}
	const many = 250
	var want []string
	for n := range many {
		want = append(want, fmt.Sprint(n, strings.Repeat("я", sizes[rand.IntN(len(sizes))]/2)))
	}
	pinged := make(chan error, 1)
	go func() {
		for range 100 {
			if err := client.Ping(ctx); err != nil {
				pinged <- err
				return
			}
		}
		pinged <- nil
	}()
	go func() {
		for n, text := range want {
			parts := outgoing{body: text}
			if n%2 == 0 {
				parts = outgoing{head: text[:len(text)/3], answer: []byte(text[len(text)/3:])}
			}
			if n%3 == 0 && c.trySend(nil, parts) {
				continue
			}
			if !c.send(nil, parts) {
				t.Errorf("message %d has nobody to go to", n)
			}
		}
	}()
	for n, text := range want {
		_, got, err := client.Read(ctx)
		if err != nil {
			t.Fatalf("message %d: %v", n, err)
		}
		if string(got) != text {
			t.Fatalf("message %d has %d bytes and begins with %.10q, want %d bytes", n, len(got), got, len(text))
		}
	}
	go func() { _, _, _ = client.Read(ctx) }() // pongs are read by who reads
	if err := <-pinged; err != nil {
		t.Errorf("a ping was not answered: %v", err)
	}
	atRest := func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return !c.writing && len(c.queue) == 0 && c.queued == 0 && c.rest == nil
	}
	if !waitFor(ctx, atRest) {
		t.Error("something is left to write")
	}
}

// Nothing follows the goodbye, and what is before it arrives.
func TestWire_NothingFollowsTheGoodbye(t *testing.T) {
	t.Parallel()
	c, client := openSocket(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	long := strings.Repeat("x", 1<<20)
	c.send(nil, outgoing{body: long})
	c.send(nil, outgoing{body: "behind it"})
	c.close(closeForbidden, "enough")
	if c.send(nil, outgoing{body: "too late"}) || c.trySend(nil, outgoing{body: "too late"}) {
		t.Error("a message is taken after the goodbye")
	}
	for _, want := range []string{long, "behind it"} {
		if _, got, err := client.Read(ctx); err != nil || string(got) != want {
			t.Fatalf("%d bytes, %v, want %d bytes", len(got), err, len(want))
		}
	}
	if _, _, err := client.Read(ctx); websocket.CloseStatus(err) != closeForbidden {
		t.Errorf("the end is %v", err)
	}
	if n := c.wire.try([]byte("x")); n != 0 {
		t.Errorf("%d bytes were written after the goodbye", n)
	}
	if err := c.wire.send([]byte("x"), time.Second); err == nil {
		t.Error("bytes were sent after the goodbye")
	}
}

// While a goroutine works off the queue, what comes waits behind it, even when the kernel would take it.
func TestWire_NothingOvertakesWhatWaits(t *testing.T) {
	t.Parallel()
	c, client := openSocket(t)
	c.mu.Lock()
	c.writing, c.queue = true, []outgoing{{body: "first"}}
	c.mu.Unlock()
	if !c.trySend(nil, outgoing{body: "second"}) {
		t.Error("there is room for a second message")
	}
	go c.write()
	for _, want := range []string{"first", "second"} {
		if _, got, err := client.Read(t.Context()); err != nil || string(got) != want {
			t.Errorf("%q comes instead of %q: %v", got, want, err)
		}
	}
}

// halting is a connection that takes half of the first thing that is written to it, and is too late for the rest.
type halting struct {
	net.Conn
	took []byte
}

func (h *halting) SetWriteDeadline(time.Time) error { return nil }

func (h *halting) Write(b []byte) (int, error) {
	if h.took == nil {
		h.took = append(h.took, b[:len(b)/2]...)
		return len(h.took), os.ErrDeadlineExceeded
	}
	h.took = append(h.took, b...)
	return len(b), nil
}

// After a frame that was not written whole there is no place where another one could begin.
func TestWire_NothingFollowsHalfAFrame(t *testing.T) {
	t.Parallel()
	frame, pong := append(appendFrame(nil, 4), "text"...), []byte{0x8a, 0}
	for name, first := range map[string]func(*wire) error{
		"a message":          func(w *wire) error { return w.send(frame, time.Second) },
		"one of the library": func(w *wire) error { _, err := w.Write(frame); return err },
	} {
		conn := &halting{}
		w := newWire(conn)
		if err := first(w); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := w.Write(pong); err == nil {
			t.Errorf("%s: a frame of the library follows", name)
		}
		if err := w.send(frame, time.Second); err == nil {
			t.Errorf("%s: a message follows", name)
		}
		if want := frame[:len(frame)/2]; !bytes.Equal(conn.took, want) {
			t.Errorf("%s: written was %q, want %q", name, conn.took, want)
		}
	}
}
