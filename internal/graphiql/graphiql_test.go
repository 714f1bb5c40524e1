package graphiql_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kabinet/internal/graphiql"
)

func TestHandler_ServesThePageAndEveryAssetItNames(t *testing.T) {
	t.Parallel()
	page := get(t, "/graphiql", nil)
	expectOK(t, page, "text/html; charset=utf-8")
	if got := page.header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("page Cache-Control = %q, want no-cache: a new build must be seen at once", got)
	}
	if !strings.Contains(page.body, "<title>Kabinet · GraphiQL</title>") {
		t.Error("the page has another title")
	}

	types := map[string]string{
		".js":  "text/javascript; charset=utf-8",
		".css": "text/css; charset=utf-8",
		".svg": "image/svg+xml",
	}
	seen := map[string]bool{}
	for _, address := range addressesIn(page.body) {
		extension := address[strings.LastIndex(address, "."):]
		seen[extension] = true
		asset := get(t, address, nil)
		expectOK(t, asset, types[extension])
		if got := asset.header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s: Cache-Control = %q, want immutable", address, got)
		}
		if asset.body == "" {
			t.Errorf("%s is empty", address)
		}
	}
	for extension := range types {
		if !seen[extension] {
			t.Errorf("the page names no %s file", extension)
		}
	}
}

func TestHandler_AnswersAtBothSpellingsOfItsPath(t *testing.T) {
	t.Parallel()
	if get(t, "/graphiql", nil).body != get(t, "/graphiql/", nil).body {
		t.Error("/graphiql and /graphiql/ differ")
	}
}

func TestHandler_ServesLicencesOfWhatIsBundled(t *testing.T) {
	t.Parallel()
	licences := get(t, "/graphiql/LICENSES.txt", nil)
	expectOK(t, licences, "text/plain; charset=utf-8")
	for _, name := range []string{"graphiql 4.", "react 19.", "codemirror 5.", "graphql-ws 6."} {
		if !strings.Contains(licences.body, "\n"+name) {
			t.Errorf("no licence of %s", name)
		}
	}
}

func TestHandler_UnchangedFilesAreNotSentAgain(t *testing.T) {
	t.Parallel()
	page := get(t, "/graphiql", nil)
	for _, address := range append(addressesIn(page.body), "/graphiql") {
		etag := get(t, address, nil).header.Get("ETag")
		again := get(t, address, http.Header{"If-None-Match": {etag}})
		if etag == "" || again.status != http.StatusNotModified || again.body != "" {
			t.Errorf("%s with its ETag %s: status %d, %d bytes, want 304 and none", address, etag, again.status, len(again.body))
		}
	}
}

func TestHandler_RefusesWhatItDoesNotHave(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"/graphiql/assets/none.js", "/graphiql/assets", "/graphiql/index.html", "/graphiql/../go.mod"} {
		if got := get(t, address, nil).status; got != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", address, got)
		}
	}
	response := httptest.NewRecorder()
	graphiql.Handler("/graphql").ServeHTTP(response, httptest.NewRequest(http.MethodPost, "/graphiql", nil))
	if response.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d, want 405", response.Code)
	}
}

func TestHandler_PolicyAllowsOnlyTheOwnOriginAndNoInlineCode(t *testing.T) {
	t.Parallel()
	page := get(t, "/graphiql", nil)
	policy := page.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
	for _, loose := range []string{"unsafe", "http:", "https:", "*"} {
		if strings.Contains(policy, loose) {
			t.Errorf("policy %q allows %q", policy, loose)
		}
	}
	inline := regexp.MustCompile(`<script(?:\s[^>]*)?>|<style|\son\w+=|\sstyle=`).FindAllString(page.body, -1)
	for _, tag := range inline {
		if !strings.Contains(tag, "src=") && !strings.Contains(tag, `type="application/json"`) {
			t.Errorf("the page has inline code that its policy forbids: %s", tag)
		}
	}
}

// Origins that may stand in the built files: names of XML formats, and links for readers, some in error messages. None is loaded.
var linkedOrigins = []string{
	"http://www.w3.org",
	"https://codemirror.net",
	"https://commonmark.org",
	"https://en.wikipedia.org",
	"https://github.com",
	"https://react.dev",
	"https://yarnpkg.com",
}

func TestPage_RefersToNoOtherOrigin(t *testing.T) {
	t.Parallel()
	page := get(t, "/graphiql", nil)
	for _, address := range addressesIn(page.body) {
		if !strings.HasPrefix(address, "/graphiql/assets/") {
			t.Errorf("the page loads %s", address)
		}
	}
	origin := regexp.MustCompile(`(?i)(?:https?|wss?)://[a-z0-9.-]+\.[a-z]+`)
	loaded := regexp.MustCompile("(?i)(?:import\\s*\\(?|fetch\\(|importScripts\\(|url\\(|\\bfrom|\\.src\\s*=)\\s*[\"'`]?(?:https?:|wss?:)?//[a-z0-9]")
	for _, address := range addressesIn(page.body) {
		body := get(t, address, nil).body
		for _, found := range origin.FindAllString(body, -1) {
			if !slices.Contains(linkedOrigins, found) {
				t.Errorf("%s names %s", address, found)
			}
		}
		for _, found := range loaded.FindAllString(body, -1) {
			t.Errorf("%s loads from another origin: %s", address, found)
		}
	}
}

func TestPage_ConfigHoldsTheEndpointAndTheExamplesInOrder(t *testing.T) {
	t.Parallel()
	page := serve(t, graphiql.Handler("/api/</script>"), "/graphiql", nil)
	block := regexp.MustCompile(`(?s)<script type="application/json" id="config">(.*?)</script>`).FindStringSubmatch(page.body)
	if block == nil {
		t.Fatal("the page has no config block")
	}
	var config struct {
		Endpoint string
		Examples []struct{ Query, Variables string }
	}
	if err := json.Unmarshal([]byte(block[1]), &config); err != nil {
		t.Fatalf("config block: %v", err)
	}
	if config.Endpoint != "/api/</script>" {
		t.Errorf("endpoint = %q", config.Endpoint)
	}
	operations := []string{"SignInComplete", "Catalogue", "OrderPlace", "FollowOrder", "Wallet", "OrderAdvance"}
	if len(config.Examples) != len(operations) {
		t.Fatalf("%d examples, want %d", len(config.Examples), len(operations))
	}
	for i, operation := range operations {
		if !regexp.MustCompile(`\b(query|mutation|subscription) ` + operation + `\b`).MatchString(config.Examples[i].Query) {
			t.Errorf("example %d has no operation %s", i+1, operation)
		}
	}
}

func TestLockFile_NamesNoRegistry(t *testing.T) {
	t.Parallel()
	lock, err := os.ReadFile("page/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(lock), `"resolved"`) {
		t.Error("the lock file says where packages were fetched from: install with page/.npmrc in place")
	}
}

// addressesIn returns what the page's tags point to.
func addressesIn(page string) []string {
	var addresses []string
	for _, match := range regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		addresses = append(addresses, match[1])
	}
	return addresses
}

type answer struct {
	address string
	status  int
	header  http.Header
	body    string
}

func get(t *testing.T, address string, header http.Header) answer {
	t.Helper()
	return serve(t, graphiql.Handler("/graphql"), address, header)
}

func serve(t *testing.T, handler http.Handler, address string, header http.Header) answer {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, address, nil)
	for name, values := range header {
		request.Header[name] = values
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	response := recorder.Result()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return answer{address: address, status: response.StatusCode, header: response.Header, body: string(body)}
}

func expectOK(t *testing.T, a answer, contentType string) {
	t.Helper()
	if got := a.header.Get("Content-Type"); a.status != http.StatusOK || got != contentType {
		t.Errorf("%s: status %d, type %q, want 200 and %q", a.address, a.status, got, contentType)
	}
}
