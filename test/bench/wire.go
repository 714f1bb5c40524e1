package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"slices"
	"sync"
	"time"
)

// wire is a dialer that listens in on the connections it makes: which statements run with which parameters, and how often the client waits
// for the server.
type wire struct {
	mu    sync.Mutex
	trips int
	calls []call
}

// call is a statement that was executed.
type call struct {
	sql      string
	params   [][]byte // as text; nil is null. Binary ones are in hex form.
	prepared bool
	fresh    bool // it was prepared just now
}

// Dial connects.
func (w *wire) Dial(network, address string) (net.Conn, error) {
	return w.DialTimeout(network, address, 0)
}

// DialTimeout connects within a time.
func (w *wire) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx := context.Background()
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	return &tapped{Conn: conn, wire: w, statements: map[string]string{}}, err
}

// take returns what was heard since the last time.
func (w *wire) take() (calls []call, trips int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls, trips = w.calls, w.trips
	w.calls, w.trips = nil, 0
	return calls, trips
}

// tapped is one connection of a wire.
type tapped struct {
	net.Conn
	wire       *wire
	statements map[string]string // by name
	buffer     []byte
	greeted    bool
	fresh      bool
	wrote      bool
}

// Write counts, listens and writes.
func (c *tapped) Write(p []byte) (int, error) {
	c.wire.mu.Lock()
	c.wrote = true
	c.buffer = append(c.buffer, p...)
	c.listen()
	c.wire.mu.Unlock()
	return c.Conn.Write(p)
}

// Read reads. The first read after a write waits for the server: a round trip.
func (c *tapped) Read(p []byte) (int, error) {
	c.wire.mu.Lock()
	if c.wrote {
		c.wrote = false
		c.wire.trips++
	}
	c.wire.mu.Unlock()
	return c.Conn.Read(p)
}

// listen takes whole messages of the frontend protocol out of the buffer. Only the first one, the greeting, has no type.
func (c *tapped) listen() {
	for {
		head := 1
		if !c.greeted {
			head = 0
		}
		if len(c.buffer) < head+4 {
			return
		}
		end := head + int(binary.BigEndian.Uint32(c.buffer[head:]))
		if len(c.buffer) < end {
			return
		}
		if c.greeted {
			c.message(c.buffer[0], c.buffer[head+4:end])
		}
		c.greeted = true
		c.buffer = slices.Clone(c.buffer[end:])
	}
}

func (c *tapped) message(kind byte, body []byte) {
	switch kind {
	case 'Q':
		c.wire.calls = append(c.wire.calls, call{sql: string(bytes.TrimRight(body, "\x00"))})
	case 'P':
		name, rest, _ := bytes.Cut(body, []byte{0})
		text, _, _ := bytes.Cut(rest, []byte{0})
		c.statements[string(name)] = string(text)
		c.fresh = true
	case 'B':
		_, rest, _ := bytes.Cut(body, []byte{0})
		name, rest, _ := bytes.Cut(rest, []byte{0})
		params, err := bound(rest)
		if err == nil {
			c.wire.calls = append(c.wire.calls, call{sql: c.statements[string(name)], params: params, prepared: true, fresh: c.fresh})
		}
		c.fresh = false
	}
}

var errShort = errors.New("the message ends too early")

// bound reads the parameters of a Bind message, from their formats on.
func bound(b []byte) (params [][]byte, err error) {
	number := func(size int) (n int) {
		if len(b) < size {
			err = errShort
			return 0
		}
		for _, digit := range b[:size] {
			n = n<<8 | int(digit)
		}
		b = b[size:]
		return n
	}
	formats := make([]int, number(2))
	for i := range formats {
		formats[i] = number(2)
	}
	params = make([][]byte, number(2))
	for i := range params {
		size := number(4)
		switch {
		case size == 1<<32-1: // null
		case err != nil || len(b) < size:
			return nil, errShort
		default:
			params[i] = slices.Clone(b[:size])
			if params[i] == nil {
				params[i] = []byte{}
			}
			b = b[size:]
			if len(formats) == 1 && formats[0] == 1 || i < len(formats) && formats[i] == 1 {
				params[i] = append([]byte(`\x`), hexed(params[i])...)
			}
		}
	}
	return params, err
}

func hexed(b []byte) []byte {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return out
}
