package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// FuzzRequest sends headers and bodies of any kind. Whatever they are, the answer has a status of the contract, is what it says it is, and fails for no
// fault of ours.
func FuzzRequest(f *testing.F) {
	const query = `{"query":"{__typename}"}`
	f.Add("POST", "application/json", "application/graphql-response+json, application/json;q=0.9", "en;q=0.5,ru", "", query)
	f.Add("POST", "application/json; charset=utf-8", "*/*;q=0", "de", "Bearer customer", `{"query":"{a","variables":[]}`)
	f.Add("GET", "", "text/html", "", "Basic x", "query=%7B__typename%7D&variables={")
	f.Add("POST", "multipart/form-data; boundary=", "text/event-stream", "en", "", "[]")
	s := serve(f, nil)
	known := []int{200, 202, 204, 400, 401, 403, 405, 406, 413, 415, 422, 429}
	f.Fuzz(func(t *testing.T, method, contentType, accept, language, authorization, body string) {
		if strings.Contains(body, "products") || strings.Contains(body, "subscription") || len(body) > 64<<10 { // resolvers that panic on purpose, streams
			return
		}
		target := "/graphql"
		if method == http.MethodGet {
			target, body = "/graphql?"+strings.Map(printable, body), ""
		}
		r, err := http.NewRequest(method, "http://kabinet.test"+target, strings.NewReader(body))
		if err != nil {
			return
		}
		for name, value := range map[string]string{"Content-Type": contentType, "Accept": accept, "Accept-Language": language, "Authorization": authorization} {
			r.Header.Set(name, value)
		}
		r.RemoteAddr = "192.0.2.1:1"
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r.WithContext(ctx))
		if ctx.Err() != nil {
			t.Fatal("it takes longer than 5 s")
		}
		kind, _, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
		switch {
		case !slices.Contains(known, w.Code):
			t.Errorf("status %d: %s", w.Code, w.Body)
		case strings.Contains(w.Body.String(), `"INTERNAL"`) && !strings.Contains(s.log.String(), "nil pointer"): // of resolvers that this world lacks
			t.Errorf("a fault of ours: %s", w.Body)
		case strings.HasSuffix(kind, "json") && !json.Valid(w.Body.Bytes()):
			t.Errorf("no JSON: %q", w.Body)
		case kind == "" && w.Body.Len() > 0:
			t.Errorf("an answer without a type: %q", w.Body)
		}
	})
}

func printable(r rune) rune {
	if r <= ' ' || r == 0x7f {
		return '+'
	}
	return r
}

// FuzzUpload sends bodies of forms. No file of theirs is left behind.
func FuzzUpload(f *testing.F) {
	form := func(operations, places, file string) []byte {
		return []byte("--b\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + operations + "\r\n--b\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n" + places +
			"\r\n--b\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n" + file + "\r\n--b--\r\n")
	}
	const operations = `{"query":"query{__typename}","variables":{"input":{"file":null}}}`
	f.Add(form(operations, `{"0":["variables.input.file"]}`, "PNG"))
	f.Add(form(operations, `{"0":["variables.input.file","variables.input.file"]}`, ""))
	f.Add(form(`{"query":"mutation{","variables":{"input":[]}}`, `{}`, strings.Repeat("x", 100)))
	f.Add([]byte("--b\r\n\r\n--b--"))
	s := serve(f, nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 64<<10 {
			return
		}
		t.Setenv("TMPDIR", t.TempDir())
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		r.Header.Set("Authorization", "Bearer customer")
		r.Header.Set("GraphQL-Preflight", "1")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d: %s", w.Code, w.Body)
		}
		left, err := os.ReadDir(os.Getenv("TMPDIR"))
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	})
}

// FuzzSocket says anything over a websocket that has introduced itself. It is heard, or the connection is closed with a code of the protocol; never with that of
// a fault of ours.
func FuzzSocket(f *testing.F) {
	f.Add(`{"type":"ping","payload":{"a":[1]}}`, `{"type":"complete","id":"1"}`)
	f.Add(`{"type":"subscribe","id":"1","payload":{"query":"{__typename}"}}`, `{"type":"subscribe","id":"1","payload":{"query":"{__typename}"}}`)
	f.Add(`{"type":"connection_init","payload":null}`, `{"type":"pong","payload":1}`)
	f.Add(`{"id":1}`, "\x00")
	s := serve(f, nil)
	known := []websocket.StatusCode{4400, 4401, 4403, 4409, 4429, websocket.StatusPolicyViolation}
	f.Fuzz(func(t *testing.T, first, second string) {
		if strings.Contains(first+second, "products") || strings.Contains(first+second, "subscription") || len(first)+len(second) > 64<<10 {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		c, _, err := websocket.Dial(ctx, s.url, &websocket.DialOptions{Subprotocols: []string{modern}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.CloseNow() }()
		for _, text := range []string{`{"type":"connection_init"}`, first, second, `{"type":"ping"}`} {
			if c.Write(ctx, websocket.MessageText, []byte(text)) != nil {
				break
			}
		}
		for {
			_, said, err := c.Read(ctx)
			var closed websocket.CloseError
			switch {
			case errors.As(err, &closed) && slices.Contains(known, closed.Code):
				return
			case err != nil:
				t.Fatalf("%q, %q: %v", first, second, err)
			case !json.Valid(said):
				t.Fatalf("%q, %q: no JSON: %q", first, second, said)
			case string(said) == `{"type":"pong"}`:
				return
			}
		}
	})
}
