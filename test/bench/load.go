package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// roleVariable names the role that this program plays as a process of its own.
const roleVariable = "KABINET_BENCH_ROLE"

func playRole(role string) error {
	switch role {
	case "load":
		return generate(os.Stdin, os.Stdout)
	case "floor":
		return serveFloor(os.Stdin, os.Stdout)
	case "bare":
		return serveBare(os.Stdin, os.Stdout)
	}
	return errors.New("no such role")
}

// load is what the generator is told: requests are sent in random order over connections that stay open, for so long.
type load struct {
	Addr     string
	Requests []request
	Clients  int
	Length   time.Duration
	// Want must occur in each answer.
	Want string
}

// request is a request's body and whose it is. "@@@@@@@@@@@@" in the body becomes a number that no other request has.
type request struct {
	Token string
	Body  string
}

const unique = "@@@@@@@@@@@@"

// loaded is what the generator answers.
type loaded struct {
	Ops    int64
	Took   time.Duration
	Half   time.Duration
	Most   time.Duration
	Failed int64
	Wrong  string // one of the failed answers
}

// run lets a generator in a process of its own do the load.
func (l load) run(ctx context.Context, b *bench) (turn, error) {
	in, err := json.Marshal(l)
	if err != nil {
		return turn{}, err
	}
	cmd := exec.CommandContext(ctx, b.self)
	cmd.Env = append(os.Environ(), roleVariable+"=load")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return turn{}, err
	}
	var got loaded
	if err := json.Unmarshal(out, &got); err != nil {
		return turn{}, err
	}
	if got.Failed > 0 {
		return turn{}, fmt.Errorf("%d of %d answers are wrong, for example %s", got.Failed, got.Ops, got.Wrong)
	}
	return turn{ops: got.Ops, took: got.Took, half: got.Half, most: got.Most}, nil
}

// generate is the generator: one goroutine and connection per client, plain HTTP/1.1, so that it costs little beside what it measures.
func generate(in io.Reader, out io.Writer) error {
	var l load
	if err := json.NewDecoder(in).Decode(&l); err != nil {
		return err
	}
	clients := make([]*client, l.Clients)
	for i := range clients {
		conn, err := net.Dial("tcp", l.Addr)
		if err != nil {
			return err
		}
		clients[i] = &client{load: &l, conn: conn, in: bufio.NewReaderSize(conn, 64<<10), next: rand.Uint64N(1e11) * 10}
	}
	var all sync.WaitGroup
	began := time.Now()
	for _, c := range clients {
		all.Go(func() { c.err = c.work(began.Add(l.Length)) })
	}
	all.Wait()
	sum := loaded{Took: time.Since(began)}
	var times []time.Duration
	for _, c := range clients {
		if c.err != nil {
			return c.err
		}
		times = append(times, c.times...)
		sum.Failed += c.failed
		sum.Wrong += c.wrong
	}
	slices.Sort(times)
	sum.Ops, sum.Half, sum.Most = int64(len(times)), times[len(times)/2], times[len(times)*99/100]
	sum.Wrong = sum.Wrong[:min(len(sum.Wrong), 500)]
	return json.NewEncoder(out).Encode(sum)
}

type client struct {
	load   *load
	conn   net.Conn
	in     *bufio.Reader
	out    []byte
	body   []byte
	next   uint64
	times  []time.Duration
	failed int64
	wrong  string
	err    error
}

func (c *client) work(until time.Time) error {
	want := []byte(c.load.Want)
	for {
		began := time.Now()
		if !began.Before(until) && len(c.times) > 0 {
			return c.conn.Close()
		}
		c.write(c.load.Requests[rand.IntN(len(c.load.Requests))])
		if _, err := c.conn.Write(c.out); err != nil {
			return err
		}
		status, err := c.read()
		if err != nil {
			return err
		}
		c.times = append(c.times, time.Since(began))
		if status != "200" || !bytes.Contains(c.body, want) {
			c.failed++
			c.wrong = status + " " + string(c.body)
		}
	}
}

// write puts a request into the buffer.
func (c *client) write(r request) {
	b := c.out[:0]
	b = append(b, "POST /graphql HTTP/1.1\r\nHost: kabinet\r\nContent-Type: application/json\r\nAccept: application/json\r\nAccept-Language: en\r\n"...)
	if r.Token != "" {
		b = append(append(append(b, "Authorization: Bearer "...), r.Token...), "\r\n"...)
	}
	b = append(b, "Content-Length: "...)
	b = strconv.AppendInt(b, int64(len(r.Body)), 10)
	b = append(b, "\r\n\r\n"...)
	start := len(b)
	b = append(b, r.Body...)
	if at := strings.Index(r.Body, unique); at >= 0 {
		c.next++
		copy(b[start+at:], fmt.Sprintf("%012d", c.next))
	}
	c.out = b
}

// read takes in an answer with a known length.
func (c *client) read() (status string, err error) {
	length := -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		switch {
		case first:
			status = string(line[len("HTTP/1.1 "):len("HTTP/1.1 200")])
		case len(line) == 2:
			if length < 0 {
				return "", errors.New("an answer without a length")
			}
			c.body = slices.Grow(c.body[:0], length)[:length]
			_, err = io.ReadFull(c.in, c.body)
			return status, err
		case bytes.HasPrefix(line, []byte("Content-Length: ")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len("Content-Length: "):]))); err != nil {
				return "", err
			}
		}
	}
}
