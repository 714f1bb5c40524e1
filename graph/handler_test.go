package graph_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kabinet/domain"
	"kabinet/graph"
)

const (
	names    = `{products{nodes{name price{amount}}}}`
	graphRes = "application/graphql-response+json"
)

func TestErrors_LeaveWithCodeRequestIDAndNoSecrets(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	search := func(word string) string { return fmt.Sprintf(`{products(search:%q){nodes{name}}}`, word) }
	for _, c := range []struct {
		name, query, code, contains string
		headers                     []string
		status                      int
	}{
		{"a Go error", search("go error"), "INTERNAL", `"retryable":true`, nil, 200},
		{"a panic", search("panic"), "INTERNAL", `"path":["products"]`, nil, 200},
		{"a coded error", search("busy"), "RATE_LIMITED", `"retryAfter":2`, nil, 200},
		{"a refusal where there are no user errors", search("refused"), "INVALID", "Такого часового пояса нет", nil, 200},
		{"the same in English", search("refused"), "INVALID", "no such time zone", []string{"Accept-Language", "en"}, 200},
		{"a syntax error", `{products{`, "INVALID", "requestId", nil, 200},
		{"an unknown field", `{produkts{nodes{name}}}`, "INVALID", "produkts", nil, 200},
		{"an unknown field, new content type", `{produkts}`, "INVALID", "produkts", []string{"Accept", graphRes}, 400},
		{"a number that is too large", `{products(first:99999999999){nodes{name}}}`, "INVALID", "32 bits", nil, 200},
		{"a bad language", `query @inContext(language:"fr"){products{nodes{name}}}`, "INVALID", "ru or en", nil, 200},
		{"not signed in", `mutation{orderPlace(input:{idempotencyKey:"k",lines:[]}){userErrors{code}}}`, "UNAUTHENTICATED", "", nil, 200},
		{"too low a role", `mutation{walletAdjust(input:{idempotencyKey:"k",customerId:"c",points:1,reason:"r"}){userErrors{code}}}`,
			"FORBIDDEN", "MANAGER", []string{"Authorization", "Bearer operator"}, 200},
		{"a customer at the desk", `{desk{__typename}}`, "FORBIDDEN", "", []string{"Authorization", "Bearer customer"}, 200},
		{"introspection while off", `{__schema{types{name}}}`, "INVALID", "introspection is off", nil, 200},
		{"a subscription by plain POST", `subscription{customerEvents{cursor}}`, "INVALID", "graphql-transport-ws",
			[]string{"Authorization", "Bearer customer"}, 406},
		{"a token that is not valid", names, "UNAUTHENTICATED", "", []string{"Authorization", "Bearer stolen"}, 401},
		{"another scheme", names, "UNAUTHENTICATED", "", []string{"Authorization", "Basic abc"}, 401},
	} {
		got := s.ask(t, c.query, c.headers...)
		if got.status != c.status || got.code() != c.code || !strings.Contains(got.body, c.contains) {
			t.Errorf("%s: %d %s, want %d %s with %q", c.name, got.status, got.body, c.status, c.code, c.contains)
		}
		id := got.header.Get("X-Request-Id")
		if id == "" || !strings.Contains(got.body, `"requestId":"`+id+`"`) || !strings.Contains(got.body, `"retryable":`) {
			t.Errorf("%s: no request id %q or no retryable in %s", c.name, id, got.body)
		}
		if strings.Contains(got.body, "secret") {
			t.Errorf("%s: %s", c.name, got.body)
		}
	}
	for _, secret := range []string{"secret of the database", "secret of the program"} {
		if !strings.Contains(s.log.String(), secret) {
			t.Errorf("the log lacks the %s", secret)
		}
	}
}

func TestBodies_ThatAreNoRequestAreRefusedWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Limits.BodyBytes = 1000 })
	for _, c := range []struct {
		name, method, query, body, contentType, contains string
		status                                           int
	}{
		{"broken JSON", "POST", "", `{"query":"hunter2`, "application/json", "JSON object", 400},
		{"nothing", "POST", "", ``, "application/json", "JSON object", 400},
		{"two values", "POST", "", `{"query":"{__typename}"}{"query":"hunter2"}`, "application/json", "JSON object", 400},
		{"a batch", "POST", "", `[{"query":"{__typename}"}]`, "application/json", "batches", 400},
		{"wrong types", "POST", "", `{"query":7}`, "application/json", "JSON object", 400},
		{"too large", "POST", "", `{"query":"` + strings.Repeat("x", 2000) + `"}`, "application/json", "1000 bytes", 413},
		{"a form", "POST", "", `query={__typename}`, "application/x-www-form-urlencoded", "application/json", 415},
		{"GET without a query", "GET", "", ``, "", "no query", 400},
		{"GET with bad variables", "GET", "?query={__typename}&variables=hunter2", ``, "", "variables must be", 400},
		{"GET of a mutation", "GET", "?query=" + url.QueryEscape(`mutation{sessionEnd(input:{}){sessionId}}`), ``, "", "GET is for queries", 405},
		{"another method", "PUT", "", `{}`, "application/json", "POST", 405},
	} {
		got := s.send(t, c.method, c.query, c.body, "Content-Type", c.contentType)
		if got.status != c.status || got.code() != "INVALID" || !strings.Contains(got.body, c.contains) || strings.Contains(got.body, "hunter2") {
			t.Errorf("%s: %d %s, want %d with %q", c.name, got.status, got.body, c.status, c.contains)
		}
	}
	if got := s.log.String(); strings.Contains(got, "hunter2") {
		t.Errorf("logged: %s", got)
	}
}

func TestLimits_SayWhichAndHowMuchWasAsked(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Limits = graph.Limits{Cost: 200, Depth: 4, Aliases: 2, Tokens: 100} })
	for query, contains := range map[string]string{
		`{products(first:100){nodes{name}}}`:                               "the cost of the operation is 201, the limit is 200",
		`{products(first:1){edges{node{category{name}}}}}`:                 "the depth of the operation is 5, the limit is 4",
		`{a:__typename b:__typename c:__typename}`:                         "the aliases of the operation is 3, the limit is 2",
		"{" + strings.Repeat("__typename ", 200) + "}":                     "token limit",
		`{products(first:99){nodes{name}}}`:                                `{"data":`,
		`{products(first:1){edges{node{name}}} a:__typename b:__typename}`: `{"data":`,
		`query($n:Int){products(first:$n){nodes{name}}}`:                   `{"data":`,
	} {
		if got := s.ask(t, query); !strings.Contains(got.body, contains) {
			t.Errorf("%.60s: %s, want %q", query, got.body, contains)
		}
	}
}

func TestRate_IsLimitedPerCallerWithRetryAfter(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Rate = graph.Rate{PerSecond: 0.01, Burst: 2} })
	for i, want := range []int{200, 200, 429} {
		got := s.ask(t, names)
		if got.status != want {
			t.Fatalf("request %d: %d %s", i, got.status, got.body)
		}
		if want == 429 && (got.code() != "RATE_LIMITED" || got.header.Get("Retry-After") == "" || !strings.Contains(got.body, `"retryable":true`)) {
			t.Errorf("%s %v", got.body, got.header)
		}
	}
	if got := s.ask(t, names, "Authorization", "Bearer customer"); got.status != 200 {
		t.Errorf("a signed-in caller shares the limit of the address: %d", got.status)
	}
}

func TestLanguage_OfTheOperationThenOfTheHeaderThenOfThePersonThenOfTheServer(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for _, c := range []struct {
		query   string
		headers []string
		want    string
	}{
		{names, nil, "Чай <улун>"},
		{names, []string{"Accept-Language", "en-US"}, "Tea"},
		{names, []string{"Accept-Language", "de"}, "Чай"},
		{`query @inContext(language:"EN"){products{nodes{name}}}`, []string{"Accept-Language", "ru"}, "Tea"},
		{`query($l:Locale!) @inContext(language:$l){products{nodes{name}}}`, nil, "must be defined"},
		{`{viewer{customer{locale}} products{nodes{name}}}`, []string{"Authorization", "Bearer customer"}, "Tea"},
		{`{viewer{customer{locale}}}`, []string{"Authorization", "Bearer customer", "Accept-Language", "ru"}, `"ru"`},
	} {
		if got := s.ask(t, c.query, c.headers...); !strings.Contains(got.body, c.want) {
			t.Errorf("%s %v: %s, want %s", c.query, c.headers, got.body, c.want)
		}
	}
}

func TestNode_WithAnIDThatIsNoneIsNull(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for id, want := range map[string]string{
		`"nonsense"`: `{"data":{"node":null}}`, `""`: `{"data":{"node":null}}`, `123`: `{"data":{"node":null}}`,
		fmt.Sprintf("%q", domain.GID{Kind: "Order", N: 1}):    `{"data":{"node":null}}`,
		fmt.Sprintf("%q", domain.GID{Kind: "Category", N: 9}): `{"data":{"node":{"__typename":"Category","slug":"tea"}}}`,
	} {
		if got := s.ask(t, `{node(id:`+id+`){__typename ...on Category{slug}}}`); got.body != want {
			t.Errorf("%s: %s, want %s", id, got.body, want)
		}
	}
}

func TestUserErrors_CarryWhatTheClientNeedsNext(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	id := domain.GID{Kind: "ProductVariant", N: 3}.String()
	got := s.ask(t, `mutation{orderPlace(input:{idempotencyKey:"any text 1",lines:[{variantId:"`+id+`",quantity:5}]}){
		order{id} userErrors{code message field ...on OutOfStockError{available variantId}}}}`, "Authorization", "Bearer customer")
	want := `"code":"OUT_OF_STOCK"`
	if !strings.Contains(got.body, want) || !strings.Contains(got.body, `"available":2,"variantId":"`+id+`"`) ||
		!strings.Contains(got.body, `"field":["lines","0","quantity"]`) {
		t.Error(got.body)
	}
}

func TestGET_AnswersQueriesAndPersistedQueries(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	if got := s.send(t, "GET", "?query="+url.QueryEscape(names), ""); got.status != 200 || !strings.Contains(got.body, "Чай") {
		t.Fatalf("%d %s", got.status, got.body)
	}
	digest := sha256.Sum256([]byte(names))
	extensions := `{"persistedQuery":{"version":1,"sha256Hash":"` + hex.EncodeToString(digest[:]) + `"}}`
	byHash := "?extensions=" + url.QueryEscape(extensions)
	if got := s.send(t, "GET", byHash, ""); !strings.Contains(got.body, "PersistedQueryNotFound") || got.code() != "INVALID" {
		t.Errorf("before: %s", got.body)
	}
	s.send(t, "POST", "", fmt.Sprintf(`{"query":%q,"extensions":%s}`, names, extensions))
	if got := s.send(t, "GET", byHash, ""); !strings.Contains(got.body, "Чай") {
		t.Errorf("after: %s", got.body)
	}
}

func TestContentType_IsWhatTheClientAsksFor(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for accept, want := range map[string]string{
		"": "application/json", "*/*": "application/json", graphRes: graphRes,
		graphRes + ", application/json;q=0.9": graphRes, "application/json, " + graphRes: "application/json",
	} {
		for range 2 { // the second one from memory
			if got := s.ask(t, names, "Accept", accept); got.header.Get("Content-Type") != want+"; charset=utf-8" || got.status != http.StatusOK {
				t.Errorf("Accept %q: %q", accept, got.header.Get("Content-Type"))
			}
		}
	}
}

func TestMemory_AnswersOnceUntilTheCatalogueChanges(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	first, second := s.ask(t, names), s.ask(t, names)
	if second.header.Get("X-Kabinet-Cache") != "hit" || second.body != first.body || s.executed.Load() != 1 {
		t.Fatalf("second answer %v %s after %s, read %d times", second.header, second.body, first.body, s.executed.Load())
	}
	s.price.Store(250)
	s.version.Add(1)
	if got := s.ask(t, names); !strings.Contains(got.body, `"2.50"`) || got.header.Get("X-Kabinet-Cache") != "miss" {
		t.Errorf("the new price is not in %s", got.body)
	}
	if got := s.ask(t, names); !strings.Contains(got.body, `"2.50"`) || got.header.Get("X-Kabinet-Cache") != "hit" {
		t.Errorf("the new price is not kept: %s", got.body)
	}
	s.broken.Store(true)
	s.price.Store(300)
	if got := s.ask(t, names); !strings.Contains(got.body, `"3.00"`) {
		t.Errorf("an answer of which nobody knows whether it is fresh: %s", got.body)
	}
}

func TestMemory_KeepsNothingThatIsNotForEverybody(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	twice := func(query string, headers ...string) reply {
		s.ask(t, query, headers...)
		return s.ask(t, query, headers...)
	}
	for name, query := range map[string]string{
		"stock": `{products{nodes{availability}}}`, "a person": `{viewer{customer{id}}}`, "an error": `{products(search:"busy"){nodes{name}}}`,
	} {
		if got := twice(query, "Authorization", "Bearer customer"); got.header.Get("X-Kabinet-Cache") != "" {
			t.Errorf("%s was kept: %s", name, got.body)
		}
	}
	s.personal.Store(true)
	if got := twice(names); got.header.Get("X-Kabinet-Cache") != "" {
		t.Error("an answer for which somebody asked who is calling was kept")
	}
	s.personal.Store(false)
	twice(names)
	if got := s.ask(t, names, "Authorization", "Bearer stolen"); got.status != 401 {
		t.Errorf("a bad token was answered from memory: %d", got.status)
	}
	if got := s.ask(t, names, "Accept-Language", "en"); !strings.Contains(got.body, "Tea") {
		t.Errorf("an answer in the wrong language: %s", got.body)
	}
}
