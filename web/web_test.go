package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func handler(t *testing.T, files fstest.MapFS) *Handler {
	t.Helper()
	h, err := newHandler(files, []string{"https://push.example"}, []string{"https://pictures.example"})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func pages() fstest.MapFS {
	return fstest.MapFS{
		"index.html":            {Data: []byte(`<meta name="csp-nonce" content="{{nonce}}"><p>page</p>`)},
		"assets/app-1234.js":    {Data: []byte("plain script")},
		"assets/app-1234.js.br": {Data: []byte("short script")},
		"assets/app-1234.js.gz": {Data: []byte("shorter script")},
		"icons/icon.svg":        {Data: []byte("<svg/>")},
		"sw.js":                 {Data: []byte("worker")},
		".vite/manifest.json":   {Data: []byte("{}")},
	}
}

func get(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandler_AnswersEveryPageAddressWithTheShell(t *testing.T) {
	t.Parallel()
	h := handler(t, pages())
	for _, path := range []string{"/", "/index.html", "/orders/R-10293", "/desk/customers", "/.vite/manifest.json"} {
		w := get(h, path)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<p>page</p>") {
			t.Errorf("%s: %d %q", path, w.Code, w.Body)
		}
		if got := w.Header().Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
	if w := get(h, "/assets/gone-0000.js"); w.Code != http.StatusNotFound {
		t.Errorf("a file of an earlier build: %d", w.Code)
	}
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

func TestHandler_GivesEachAnswerANonceOfItsOwn(t *testing.T) {
	t.Parallel()
	h := handler(t, pages())
	inPage, inPolicy := regexp.MustCompile(`content="([^"]+)"`), regexp.MustCompile(`'nonce-([^']+)'`)
	seen := map[string]bool{}
	for range 3 {
		w := get(h, "/")
		policy := w.Header().Get("Content-Security-Policy")
		page, header := inPage.FindStringSubmatch(w.Body.String()), inPolicy.FindStringSubmatch(policy)
		if page == nil || header == nil || page[1] != header[1] || seen[page[1]] {
			t.Fatalf("page %q, policy %q", page, policy)
		}
		seen[page[1]] = true
		if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "script-src 'self';") {
			t.Errorf("policy %q", policy)
		}
		for _, allowed := range []string{"connect-src 'self' https://push.example", "img-src 'self' data: blob: https://pictures.example"} {
			if !strings.Contains(policy, allowed) {
				t.Errorf("policy %q lacks %q", policy, allowed)
			}
		}
	}
}

func TestHandler_ServesTheShortestEncodingThatTheCallerTakes(t *testing.T) {
	t.Parallel()
	h := handler(t, pages())
	for accept, want := range map[string]string{
		"gzip, deflate, br": "short script", "gzip": "shorter script", "": "plain script", "br;q=0, gzip;q=0.5": "shorter script", "identity": "plain script",
	} {
		w := get(h, "/assets/app-1234.js", "Accept-Encoding", accept)
		if w.Body.String() != want || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: %q, Vary %q", accept, w.Body, w.Header().Get("Vary"))
		}
		if got := w.Header().Get("Cache-Control"); got != cacheForever {
			t.Errorf("Cache-Control %q", got)
		}
		again := get(h, "/assets/app-1234.js", "Accept-Encoding", accept, "If-None-Match", w.Header().Get("ETag"))
		if again.Code != http.StatusNotModified {
			t.Errorf("asked again with its ETag: %d", again.Code)
		}
	}
	if w := get(h, "/sw.js"); w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("the worker must be asked for each time: %q", w.Header().Get("Cache-Control"))
	}
	if w := get(h, "/assets/app-1234.js.br"); w.Code != http.StatusNotFound {
		t.Errorf("an encoded file has no address of its own: %d", w.Code)
	}
}

func TestHandler_FailsWithoutAPage(t *testing.T) {
	t.Parallel()
	if _, err := newHandler(fstest.MapFS{".gitkeep": {}}, nil, nil); err == nil {
		t.Error("a binary without its pages must say so")
	}
}
