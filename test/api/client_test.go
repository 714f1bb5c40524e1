package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"kabinet/push/mailtest"
)

// caller is somebody who asks a server.
type caller struct {
	s      *server
	token  string
	header http.Header
}

// as is a person who asks this server; they sign in with a code from their mailbox when they have not yet.
func (s *server) as(t *testing.T, email string) caller {
	t.Helper()
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	token, known := s.w.tokens[email]
	if !known {
		token = s.signIn(t, email).at("signInComplete.accessToken")
		s.w.tokens[email] = token
	}
	return caller{s: s, token: token, header: http.Header{"Accept-Language": {"en"}}}
}

// with is the same caller with another header.
func (c caller) with(name, value string) caller {
	if c.header = c.header.Clone(); c.header == nil {
		c.header = http.Header{}
	}
	c.header.Set(name, value)
	return c
}

const (
	startDoc    = `mutation($a:String!){signInStart(input:{channel:EMAIL,address:$a}){resendAt expiresAt userErrors{code message field ...on SignInCodeError{retryAt triesLeft}}}}`
	completeDoc = `mutation($a:String!,$c:String!){signInComplete(input:{channel:EMAIL,address:$a,code:$c}){accessToken refreshToken accessTokenExpiresAt
		viewer{customer{id email} staff{id role}} userErrors{__typename code message field ...on SignInCodeError{retryAt triesLeft}}}}`
)

// signIn goes the whole way: ask for a code, read the letter, bring the code.
func (s *server) signIn(t *testing.T, email string) answer {
	t.Helper()
	c := caller{s: s}
	c.ask(t, startDoc, "a", email).want("signInStart.userErrors", "[]")
	return c.ask(t, completeDoc, "a", email, "c", s.w.code(t, email)).want("signInComplete.userErrors", "[]")
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// code waits for the next letter to the address with a code and returns the code.
func (w *world) code(t *testing.T, email string) string {
	t.Helper()
	for {
		if code := sixDigits.FindString(w.letter(t, email).Text); code != "" {
			return code
		}
	}
}

// letter waits for the next letter to the address.
func (w *world) letter(t *testing.T, email string) mailtest.Letter {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		letters, err := w.mail.Wait(ctx, w.read+1)
		if err != nil {
			t.Fatalf("no letter to %s: %v", email, err)
		}
		w.read++
		if letter := letters[w.read-1]; letter.To[0] == email {
			return letter
		}
	}
}

// answer is what came back.
type answer struct {
	t      *testing.T
	code   int // of HTTP
	header http.Header
	text   string
	body   map[string]any
}

// ask sends a document with variables, given as name, value, name, value.
func (c caller) ask(t *testing.T, query string, vars ...any) answer {
	t.Helper()
	return c.post(t, map[string]any{"query": query, "variables": variables(vars)})
}

func variables(vars []any) map[string]any {
	out := map[string]any{}
	for i := 0; i+1 < len(vars); i += 2 {
		out[vars[i].(string)] = vars[i+1]
		if s, ok := vars[i+1].(fmt.Stringer); ok {
			out[vars[i].(string)] = s.String()
		}
	}
	return out
}

func (c caller) post(t *testing.T, request any) answer {
	t.Helper()
	body, raw := request.([]byte)
	if !raw {
		var err error
		body, err = json.Marshal(request)
		must(t, err)
	}
	return c.send(t, http.MethodPost, "/graphql", body)
}

// client keeps connections as a browser does.
var client = &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}

func (c caller) send(t *testing.T, method, path string, body []byte) answer {
	t.Helper()
	got, err := c.try(t, method, path, body)
	must(t, err)
	return got
}

// try is send for a server that may be stopping.
func (c caller) try(t *testing.T, method, path string, body []byte) (answer, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, c.s.url+path, bytes.NewReader(body))
	must(t, err)
	if c.header != nil {
		r.Header = c.header.Clone()
	}
	if r.Header.Get("Content-Type") == "" && method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	got := answer{t: t, code: response.StatusCode, header: response.Header, text: string(text)}
	_ = json.Unmarshal(text, &got.body)
	return got, nil
}

// at is the value at a dotted path below data, as text; lists by index.
func (a answer) at(path string) string {
	a.t.Helper()
	v, ok := lookUp(a.body["data"], path)
	if !ok {
		a.t.Fatalf("no %s in %s", path, a.text)
	}
	return asText(v)
}

func asText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, _ := json.Marshal(v)
	return string(b)
}

func lookUp(v any, path string) (any, bool) {
	for step := range strings.SplitSeq(path, ".") {
		switch node := v.(type) {
		case map[string]any:
			found, ok := node[step]
			if !ok {
				return nil, false
			}
			v = found
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(node) {
				return nil, false
			}
			v = node[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// list is the texts at a path below each item of a list.
func (a answer) list(path, item string) []string {
	a.t.Helper()
	v, ok := lookUp(a.body["data"], path)
	items, isList := v.([]any)
	if !ok || !isList {
		a.t.Fatalf("no list %s in %s", path, a.text)
	}
	out := []string{}
	for _, i := range items {
		found, ok := lookUp(i, item)
		if !ok {
			a.t.Fatalf("no %s in %v", item, i)
		}
		out = append(out, asText(found))
	}
	return out
}

// want checks values at paths, given as path, value, path, value, and that nothing failed.
func (a answer) want(pairs ...string) answer {
	a.t.Helper()
	if a.body["errors"] != nil || a.code != http.StatusOK {
		a.t.Errorf("status %d, errors in %s", a.code, a.text)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := a.at(pairs[i]); got != pairs[i+1] {
			a.t.Errorf("%s is %q, want %q in %s", pairs[i], got, pairs[i+1], a.text)
		}
	}
	return a
}

// status checks the status of HTTP.
func (a answer) status(code int) answer {
	a.t.Helper()
	if a.code != code {
		a.t.Errorf("status %d, want %d: %s", a.code, code, a.text)
	}
	return a
}

// has checks that all the texts are in the answer.
func (a answer) has(texts ...string) answer {
	a.t.Helper()
	for _, s := range texts {
		if !strings.Contains(a.text, s) {
			a.t.Errorf("no %s in %s", s, a.text)
		}
	}
	return a
}

// hasNot checks that none of the texts is in the answer.
func (a answer) hasNot(texts ...string) answer {
	a.t.Helper()
	for _, s := range texts {
		if strings.Contains(a.text, s) {
			a.t.Errorf("%s in %s", s, a.text)
		}
	}
	return a
}

// failed checks that the request as a whole was refused with the code, and that the error has what every error has.
func (a answer) failed(code string) answer {
	a.t.Helper()
	if got := a.errorCode(); got != code {
		a.t.Errorf("error %q, want %s: %s", got, code, a.text)
	}
	return a
}

// errorCode is the code of the first error, empty when there is none.
func (a answer) errorCode() string {
	a.t.Helper()
	if a.body["errors"] == nil {
		return ""
	}
	code, _ := lookUp(a.body, "errors.0.extensions.code")
	id, hasID := lookUp(a.body, "errors.0.extensions.requestId")
	_, hasRetry := lookUp(a.body, "errors.0.extensions.retryable")
	if !hasID || !hasRetry || id == "" {
		a.t.Errorf("an error without requestId or retryable: %s", a.text)
	}
	return asText(code)
}

// instant reads a time of an answer.
func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	must(t, err)
	return at
}
