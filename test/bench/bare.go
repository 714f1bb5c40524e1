package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/coder/websocket"
)

// This file is the floor of live events: a server that does nothing but send the bytes of an event to all of its websockets, each from a goroutine of its own,
// by the library that Kabinet uses.

const bareMessage = `{"type":"next","id":"1","payload":{"data":{"deskEvents":{"cursor":"e12345","kind":"ORDER_CONFIRMED",` +
	`"order":{"id":"T3JkZXI6MTIzNDU2Nzg","number":"R-30000123","status":"CONFIRMED"}}}}}`

func (b *bench) startBare(ctx context.Context) (*floor, error) {
	f := &floor{}
	err := f.start(ctx, b, "bare", nil, &f.bytesAddr)
	return f, err
}

// serveBare is that server, until the input ends. Whoever connects is greeted as graphql-transport-ws has it; a request without a websocket sends to all.
func serveBare(in io.Reader, out io.Writer) error {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- http.Serve(l, &bare{messages: map[chan string]struct{}{}}) }()
	if _, err := fmt.Fprintln(out, l.Addr()); err != nil {
		return err
	}
	go func() {
		_, _ = bufio.NewReader(in).ReadByte()
		failed <- nil
	}()
	return <-failed
}

type bare struct {
	mu       sync.Mutex
	messages map[chan string]struct{}
}

// ServeHTTP is a websocket's life, or sends to all.
func (s *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") == "" {
		s.mu.Lock()
		defer s.mu.Unlock()
		for m := range s.messages {
			m <- bareMessage
		}
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	if _, _, err := conn.Read(r.Context()); err != nil {
		return
	}
	messages := make(chan string, 4)
	s.mu.Lock()
	s.messages[messages] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.messages, messages)
		s.mu.Unlock()
	}()
	if err := conn.Write(r.Context(), websocket.MessageText, []byte(`{"type":"connection_ack"}`)); err != nil {
		return
	}
	if _, _, err := conn.Read(r.Context()); err != nil {
		return
	}
	ctx := conn.CloseRead(r.Context())
	for {
		select {
		case m := <-messages:
			if err := conn.Write(ctx, websocket.MessageText, []byte(m)); err != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// sendToAll asks a bare server to send.
func sendToAll(ctx context.Context, addr string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/", strings.NewReader(""))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
