// Package fcmtest is a fake of Firebase Cloud Messaging's HTTP v1 API for tests and for trying things without an account. It
// is at least as strict about a message as the real one, and fails on demand in the ways the real one does.
package fcmtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Failure is a way to fail, in the words of the real service.
type Failure int

// The failures that can be ordered.
const (
	Unregistered   Failure = iota + 1 // 404: the app was removed
	InvalidToken                      // 400: this never was a token
	SenderMismatch                    // 403: the token belongs to another project
	Quota                             // 429, with Retry-After
	Unavailable                       // 503, with Retry-After when SetRetryAfter said so
	Internal                          // 500
	APNSAuth                          // 401: the project has no working APNs key
	Forbidden                         // 403: our credentials may not send
	Hang                              // no answer until the client leaves
	Slow                              // an acceptance, late (see SetSlow)
	Drop                              // accepted, but the connection is cut before the answer
)

// Message is an alert the server accepted.
type Message struct {
	ID      string            // the name it was given, "projects/p/messages/1"
	Token   string            // the device
	Title   string            // of the common notification
	Body    string            // of the common notification
	Data    map[string]string // the common data
	Header  http.Header       // of the request
	Message map[string]any    // the whole message as decoded JSON
	At      time.Time
}

// Get returns what stands at a path such as "android.notification.channel_id" of the message, or nil. Keys that have a dot in
// them do not occur in FCM messages.
func (m Message) Get(path string) any {
	var v any = m.Message
	for key := range strings.SplitSeq(path, ".") {
		obj, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = obj[key]
	}
	return v
}

// Server is the fake. All methods are safe for concurrent use.
type Server struct {
	url  string
	http *http.Server
	quit chan struct{}

	mu         sync.Mutex
	accepted   []Message
	changed    chan struct{} // closed and replaced at each acceptance
	requests   int
	opened     int
	tries      map[string]int
	byToken    map[string]Failure
	next       []Failure
	retryAfter time.Duration
	slow       time.Duration
}

// New starts a server that ends with the test.
func New(tb testing.TB) *Server {
	tb.Helper()
	s, err := Start("127.0.0.1:0")
	if err != nil {
		tb.Fatalf("fcmtest: %v", err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// Start listens on addr ("127.0.0.1:9099", or port 0 for a free one) until Close.
func Start(addr string) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for fake FCM: %w", err)
	}
	s := &Server{
		url:     "http://" + l.Addr().String(),
		quit:    make(chan struct{}),
		changed: make(chan struct{}),
		tries:   map[string]int{},
		byToken: map[string]Failure{},
		slow:    200 * time.Millisecond,
	}
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ConnState: s.countConn, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.http.Serve(l) }()
	return s, nil
}

// URL is the endpoint to configure, without a path.
func (s *Server) URL() string { return s.url }

// Close ends the server and every hanging request.
func (s *Server) Close() error {
	s.mu.Lock()
	select {
	case <-s.quit:
	default:
		close(s.quit)
	}
	s.mu.Unlock()
	return s.http.Close()
}

// FailNext makes the next n well-formed requests fail, whatever their token.
func (s *Server) FailNext(n int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, slices.Repeat([]Failure{f}, n)...)
}

// FailToken makes each request for the token fail until HealToken.
func (s *Server) FailToken(token string, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byToken[token] = f
}

// HealToken ends what FailToken began.
func (s *Server) HealToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byToken, token)
}

// SetRetryAfter sets the Retry-After header of Quota, Unavailable and Internal; zero, the default, leaves it out.
func (s *Server) SetRetryAfter(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retryAfter = d
}

// SetSlow sets how late a Slow answer is; default 200 ms.
func (s *Server) SetSlow(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slow = d
}

// Messages returns what was accepted so far, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accepted)
}

// Requests returns how many requests came in, refused ones included.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Connections returns how many connections were opened.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

func (s *Server) countConn(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		s.mu.Lock()
		s.opened++
		s.mu.Unlock()
	}
}

// Tries returns how many well-formed requests came in for the token.
func (s *Server) Tries(token string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tries[token]
}

// Wait returns as soon as n messages were accepted, or with the error of ctx and those that were.
func (s *Server) Wait(ctx context.Context, n int) ([]Message, error) {
	for {
		s.mu.Lock()
		got, changed := slices.Clone(s.accepted), s.changed
		s.mu.Unlock()
		if len(got) >= n {
			return got, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return got, fmt.Errorf("waiting for %d messages, have %d: %w", n, len(got), ctx.Err())
		}
	}
}

var sendPath = regexp.MustCompile(`^/v1/projects/([^/]+)/messages:send$`)

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	s.mu.Unlock()
	path := sendPath.FindStringSubmatch(r.URL.Path)
	if path == nil || r.Method != http.MethodPost {
		writeError(w, http.StatusNotFound, "NOT_FOUND", "Requested entity was not found.", "", nil)
		return
	}
	message, dryRun, violations, err := readRequest(r)
	if err != nil {
		writeError(w, http.StatusBadRequest, "INVALID_ARGUMENT", "Invalid JSON payload received. "+err.Error(), "", nil)
		return
	}
	if len(violations) > 0 {
		writeError(w, http.StatusBadRequest, "INVALID_ARGUMENT", "Request contains an invalid argument.", "INVALID_ARGUMENT", violations)
		return
	}
	token, _ := message["token"].(string)
	failure, late := s.begin(token)
	switch failure {
	case 0:
	case Slow:
		if !s.pause(r.Context(), late) {
			return
		}
	case Drop:
		s.accept(path[1], r, message)
		panic(http.ErrAbortHandler)
	case Hang:
		s.pause(r.Context(), time.Hour)
		return
	default:
		s.fail(w, failure)
		return
	}
	name := "projects/" + path[1] + "/messages/fake_message_id"
	if !dryRun {
		name = s.accept(path[1], r, message)
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(map[string]string{"name": name})
}

func readRequest(r *http.Request) (message map[string]any, dryRun bool, violations []Violation, err error) {
	if ct := r.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
		return nil, false, nil, fmt.Errorf("content type %q", ct)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return nil, false, nil, err
	}
	dec := json.NewDecoder(strings.NewReader(string(body)))
	dec.UseNumber()
	var request any
	if err := dec.Decode(&request); err != nil {
		return nil, false, nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, false, nil, errors.New("expected end of data")
	}
	message, dryRun, violations = check(request)
	return message, dryRun, violations, nil
}

// begin counts the request and says how it shall end.
func (s *Server) begin(token string) (Failure, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries[token]++
	if f, ok := s.byToken[token]; ok {
		return f, s.slow
	}
	if len(s.next) == 0 {
		return 0, s.slow
	}
	f := s.next[0]
	s.next = s.next[1:]
	return f, s.slow
}

func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
	case <-s.quit:
	}
	return false
}

func (s *Server) accept(project string, r *http.Request, message map[string]any) string {
	m := Message{Data: map[string]string{}, Header: r.Header.Clone(), Message: message, At: time.Now()}
	m.Token, _ = message["token"].(string)
	m.Title, _ = m.Get("notification.title").(string)
	m.Body, _ = m.Get("notification.body").(string)
	data, _ := message["data"].(map[string]any)
	for k, v := range data {
		m.Data[k], _ = v.(string)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m.ID = "projects/" + project + "/messages/" + strconv.Itoa(len(s.accepted)+1)
	s.accepted = append(s.accepted, m)
	close(s.changed)
	s.changed = make(chan struct{})
	return m.ID
}

func (s *Server) fail(w http.ResponseWriter, f Failure) {
	s.mu.Lock()
	wait := s.retryAfter
	s.mu.Unlock()
	if wait > 0 && (f == Quota || f == Unavailable || f == Internal) {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
	}
	switch f {
	case Unregistered:
		writeError(w, 404, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED", nil)
	case InvalidToken:
		writeError(w, 400, "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token", "INVALID_ARGUMENT", nil)
	case SenderMismatch:
		writeError(w, 403, "PERMISSION_DENIED", "SenderId mismatch", "SENDER_ID_MISMATCH", nil)
	case Quota:
		writeError(w, 429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Messages sent'.", "QUOTA_EXCEEDED", nil)
	case Unavailable:
		writeError(w, 503, "UNAVAILABLE", "The service is currently unavailable.", "UNAVAILABLE", nil)
	case Internal:
		writeError(w, 500, "INTERNAL", "Internal error encountered.", "INTERNAL", nil)
	case APNSAuth:
		writeError(w, 401, "UNAUTHENTICATED", "Auth error from APNS or Web Push Service", "THIRD_PARTY_AUTH_ERROR", nil)
	default:
		writeError(w, 403, "PERMISSION_DENIED", "Permission 'cloudmessaging.messages.create' denied.", "", nil)
	}
}

// Violation is one thing wrong with a message: the field's path and what is wrong with it.
type Violation struct {
	Field       string `json:"field"`
	Description string `json:"description"`
}

func writeError(w http.ResponseWriter, code int, status, message, fcmCode string, violations []Violation) {
	details := []any{}
	if fcmCode != "" {
		details = append(details, map[string]any{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": fcmCode})
	}
	if len(violations) > 0 {
		details = append(details, map[string]any{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations})
	}
	body := map[string]any{"code": code, "message": message, "status": status}
	if len(details) > 0 {
		body["details"] = details
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": body})
}
