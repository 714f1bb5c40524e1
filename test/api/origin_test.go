package api_test

import (
	"net/http"
	"testing"

	"github.com/coder/websocket"
)

const (
	listed = "https://app.example.com"
	evil   = "https://evil.example"
)

func TestOrigin_OnlyListedOnesMayCallAndRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, none := w.serve(t, "KABINET_ORIGINS="+listed+",capacitor://localhost"), w.serve(t)
	me := s.as(t, anna)
	for _, c := range []struct {
		origin string
		may    bool
	}{
		{listed, true}, {"capacitor://localhost", true}, {evil, false}, {"http://app.example.com", false}, {"https://app.example.com.evil.example", false},
		{"https://app.example.com:8443", false}, {"https://sub.app.example.com", false}, {"null", false}, {"app.example.com", false},
	} {
		allowed := ""
		if c.may {
			allowed = c.origin
		}
		from := me.with("Origin", c.origin)
		preflight := from.with("Access-Control-Request-Method", "POST").with("Access-Control-Request-Headers", "authorization,content-type,x-request-id")
		got := preflight.send(t, http.MethodOptions, "/graphql", nil)
		h := got.header
		if h.Get("Access-Control-Allow-Origin") != allowed || h.Get("Access-Control-Allow-Credentials") != "" || (h.Get("Access-Control-Max-Age") == "7200") != c.may {
			t.Errorf("a preflight of %s is answered with %d %v", c.origin, got.code, h)
		}
		upload := preflight.with("Access-Control-Request-Method", "PUT").send(t, http.MethodOptions, "/import/upload/ticket", nil)
		if upload.header.Get("Access-Control-Allow-Origin") != allowed {
			t.Errorf("a preflight of an upload of %s is answered with %v", c.origin, upload.header)
		}
		for _, answered := range []answer{
			from.ask(t, `{viewer{customer{email}}}`), from.send(t, http.MethodGet, "/graphql?query=%7Bviewer%7Bcustomer%7Bemail%7D%7D%7D", nil),
			from.with("Accept", "text/event-stream").ask(t, `{viewer{customer{email}}}`),
		} {
			h := answered.header
			if h.Get("Access-Control-Allow-Origin") != allowed || h.Get("Vary") == "" {
				t.Errorf("%s gets %v", c.origin, h)
			}
			if c.may {
				answered.status(200).has(anna)
			} else {
				answered.status(403).failed("FORBIDDEN").hasNot(anna)
			}
		}
		from.s = none
		closed := from.with("Access-Control-Request-Method", "POST").send(t, http.MethodOptions, "/graphql", nil)
		if closed.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("with no origin listed %s gets %v", c.origin, closed.header)
		}
		from.ask(t, `{viewer{customer{email}}}`).status(403).failed("FORBIDDEN")
		for server, may := range map[*server]bool{s: c.may, none: false} {
			conn, answered, _ := websocket.Dial(t.Context(), server.url+"/graphql",
				&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Origin": {c.origin}}})
			if (answered.StatusCode == http.StatusSwitchingProtocols) != may {
				t.Errorf("a websocket of %s is answered with %d", c.origin, answered.StatusCode)
			}
			if conn != nil {
				_ = conn.CloseNow()
			}
		}
	}
	me.with("Origin", s.url).ask(t, `{viewer{customer{email}}}`).status(200).has(anna)
	if code := w.launch(t, "KABINET_ORIGINS=app.example.com").exit(t); code != 2 {
		t.Errorf("an origin without a scheme ends the start with %d", code)
	}
	if code := w.launch(t, "KABINET_ORIGINS=https://*.example.com").exit(t); code != 2 {
		t.Errorf("a pattern of origins ends the start with %d", code)
	}
}

// exit waits until a program that cannot start has ended, and returns its code.
func (s *server) exit(t *testing.T) int {
	t.Helper()
	eventually(t, "the program ends", func() bool {
		select {
		case <-s.ended:
			return true
		default:
			return false
		}
	})
	return s.cmd.ProcessState.ExitCode()
}

func TestHeaders_NoAnswerLacksThoseOfSafety(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, secure := w.serve(t), w.serve(t, "KABINET_PUBLIC_URL=https://app.example.com")
	nobodyAt := func(s *server) caller { return caller{s: s} }
	for _, path := range []string{"/", "/desk", "/graphql", "/graphql?query=%7Bbusiness%7Bname%7D%7D", "/graphiql", "/media/nothing", "/export/nothing", "/statement/nothing",
		"/import/rejects/nothing", "/healthz", "/readyz", "/i/nobody", "/metrics", "/debug/pprof/", "/nothing/at/all", "/assets/nothing.js", "/sw.js", "/manifest.webmanifest"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions} {
			got := nobodyAt(s).send(t, method, path, []byte("{}"))
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Strict-Transport-Security": ""} {
				if got.header.Get(name) != want {
					t.Errorf("%s %s: %s is %q", method, path, name, got.header.Get(name))
				}
			}
			if got.header.Get("Referrer-Policy") == "" {
				t.Errorf("%s %s has no Referrer-Policy", method, path)
			}
			if kind := got.header.Get("Content-Type"); len(kind) > 8 && kind[:9] == "text/html" && got.code == 200 && got.header.Get("Content-Security-Policy") == "" {
				t.Errorf("%s %s is a page without a policy", method, path)
			}
		}
		if got := nobodyAt(secure).send(t, http.MethodGet, path, nil); got.header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s lacks Strict-Transport-Security", path)
		}
	}
}

func TestIntrospection_IsShownInDevAndWhereItIsSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const schema = `{__schema{queryType{name}}}`
	for _, c := range []struct {
		settings []string
		shown    bool
	}{
		{nil, true}, {[]string{"KABINET_INTROSPECTION=false"}, false}, {[]string{"KABINET_ENV=prod"}, false}, {[]string{"KABINET_ENV=prod", "KABINET_INTROSPECTION=true"}, true},
	} {
		got := w.serve(t, c.settings...).as(t, nobody).ask(t, schema)
		if c.shown {
			got.want("__schema.queryType.name", "Query")
		} else {
			got.failed("INVALID").has("introspection is off")
		}
	}
}
