// Package mailtest is a mail server for tests: it speaks SMTP, keeps what it is sent, and fails on demand.
package mailtest

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Failure is a way to fail.
type Failure int

// The failures that can be ordered.
const (
	Busy    Failure = iota + 1 // 421 instead of a greeting
	Full                       // 452 to RCPT TO: try again later
	NoSuch                     // 550 to RCPT TO: there is no such mailbox
	BadAuth                    // 535 to AUTH
	Hang                       // silence after DATA
)

// Letter is a message the server accepted.
type Letter struct {
	From    string   // the envelope's sender
	To      []string // the envelope's recipients
	Header  mail.Header
	Subject string // decoded
	Text    string // the text/plain part, decoded, with \n line ends
	HTML    string // the text/html part, decoded
	Raw     string
}

// Server is the fake. All methods are safe for concurrent use.
type Server struct {
	listener net.Listener
	sessions sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	open     map[net.Conn]bool
	letters  []Letter
	logins   []string
	changed  chan struct{}
	next     []Failure
	mailbox  map[string]Failure
	attempts int
}

// New starts a server that ends with the test.
func New(tb testing.TB) *Server {
	tb.Helper()
	s, err := Start("127.0.0.1:0")
	if err != nil {
		tb.Fatalf("mailtest: %v", err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// Start listens on addr until Close. The server offers AUTH PLAIN, takes any password, and does not insist on it.
func Start(addr string) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	s := &Server{listener: l, changed: make(chan struct{}), open: map[net.Conn]bool{}, mailbox: map[string]Failure{}}
	s.sessions.Go(s.listen)
	return s, nil
}

// URL is what a mailer is configured with; its sender is "Kabinet <cabinet@example.com>".
func (s *Server) URL() string {
	return "smtp://" + s.listener.Addr().String() + "?tls=none&from=Kabinet+%3Ccabinet%40example.com%3E"
}

// Addr is the host and port the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close cuts every connection and waits until all sessions ended.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	for c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	err := s.listener.Close()
	s.sessions.Wait()
	return err
}

// FailNext makes the next n letters fail.
func (s *Server) FailNext(n int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, slices.Repeat([]Failure{f}, n)...)
}

// FailMailbox makes each letter to the address fail with Full, NoSuch or Hang.
func (s *Server) FailMailbox(address string, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mailbox[address] = f
}

// Letters returns what was accepted so far, oldest first.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.letters)
}

// Logins returns the user names and passwords that were given, as "user:password".
func (s *Server) Logins() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.logins)
}

// Attempts returns how many connections were made.
func (s *Server) Attempts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts
}

// Wait returns as soon as n letters were accepted, or with the error of ctx and those that were.
func (s *Server) Wait(ctx context.Context, n int) ([]Letter, error) {
	for {
		s.mu.Lock()
		got, changed := slices.Clone(s.letters), s.changed
		s.mu.Unlock()
		if len(got) >= n {
			return got, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return got, fmt.Errorf("waiting for %d letters, have %d: %w", n, len(got), ctx.Err())
		}
	}
}

func (s *Server) listen() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = conn.Close()
			return
		}
		s.open[conn] = true
		s.attempts++
		var f Failure
		if len(s.next) > 0 {
			f, s.next = s.next[0], s.next[1:]
		}
		s.mu.Unlock()
		s.sessions.Go(func() {
			(&session{server: s, failure: f, text: textproto.NewConn(conn)}).run()
			s.mu.Lock()
			delete(s.open, conn)
			s.mu.Unlock()
			_ = conn.Close()
		})
	}
}

// session is one connection.
type session struct {
	server  *Server
	failure Failure
	text    *textproto.Conn
	from    string
	to      []string
	hang    bool
}

func (c *session) run() {
	if c.failure == Busy {
		_ = c.text.PrintfLine("421 4.3.2 too busy")
		return
	}
	_ = c.text.PrintfLine("220 mailtest ESMTP")
	for {
		line, err := c.text.ReadLine()
		if err != nil || !c.command(line) {
			return
		}
	}
}

// command answers one line; it returns false when the session is over.
func (c *session) command(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO":
		return c.reply("250-mailtest\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN")
	case "HELO", "NOOP":
		return c.reply("250 2.0.0 ok")
	case "RSET":
		c.from, c.to = "", nil
		return c.reply("250 2.0.0 ok")
	case "AUTH":
		return c.login(rest)
	case "MAIL":
		c.from = address(rest)
		return c.reply("250 2.1.0 ok")
	case "RCPT":
		return c.recipient(address(rest))
	case "DATA":
		return c.data()
	case "QUIT":
		c.reply("221 2.0.0 bye")
		return false
	}
	return c.reply("502 5.5.1 unknown command")
}

func (c *session) reply(lines string) bool { return c.text.PrintfLine("%s", lines) == nil }

func (c *session) login(args string) bool {
	if c.failure == BadAuth {
		return c.reply("535 5.7.8 authentication failed")
	}
	_, coded, _ := strings.Cut(args, " ")
	raw, err := base64.StdEncoding.DecodeString(coded)
	parts := strings.Split(string(raw), "\x00")
	if err != nil || len(parts) != 3 {
		return c.reply("501 5.5.2 cannot decode")
	}
	c.server.mu.Lock()
	c.server.logins = append(c.server.logins, parts[1]+":"+parts[2])
	c.server.mu.Unlock()
	return c.reply("235 2.7.0 welcome")
}

func (c *session) recipient(to string) bool {
	c.server.mu.Lock()
	f, ok := c.server.mailbox[to]
	c.server.mu.Unlock()
	if !ok {
		f = c.failure
	}
	switch f {
	case Full:
		return c.reply("452 4.2.2 mailbox full")
	case NoSuch:
		return c.reply("550 5.1.1 no such mailbox")
	case Hang:
		c.hang = true
	}
	c.to = append(c.to, to)
	return c.reply("250 2.1.5 ok")
}

func (c *session) data() bool {
	if c.from == "" || len(c.to) == 0 {
		return c.reply("503 5.5.1 MAIL and RCPT first")
	}
	if !c.reply("354 go on") {
		return false
	}
	raw, err := io.ReadAll(c.text.DotReader())
	if err != nil {
		return false
	}
	if c.hang {
		_, _ = c.text.ReadLine() // until the client gives up or the server closes
		return false
	}
	l, err := parse(raw)
	if err != nil {
		return c.reply("554 5.6.0 " + err.Error())
	}
	l.From, l.To = c.from, c.to
	c.server.mu.Lock()
	c.server.letters = append(c.server.letters, l)
	close(c.server.changed)
	c.server.changed = make(chan struct{})
	c.server.mu.Unlock()
	c.from, c.to = "", nil
	return c.reply("250 2.0.0 accepted")
}

func address(args string) string {
	_, rest, _ := strings.Cut(args, "<")
	addr, _, _ := strings.Cut(rest, ">")
	return addr
}

func parse(raw []byte) (Letter, error) {
	m, err := mail.ReadMessage(bufio.NewReader(strings.NewReader(string(raw))))
	if err != nil {
		return Letter{}, fmt.Errorf("unreadable message: %w", err)
	}
	l := Letter{Header: m.Header, Raw: string(raw)}
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return Letter{}, fmt.Errorf("unreadable subject: %w", err)
	}
	err = l.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	return l, err
}

func (l *Letter) part(contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("content type %q: %w", contentType, err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("part: %w", err)
			}
			if err := l.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("body: %w", err)
	}
	switch decoded := strings.ReplaceAll(string(content), "\r\n", "\n"); kind {
	case "text/plain":
		l.Text = decoded
	case "text/html":
		l.HTML = decoded
	}
	return nil
}
