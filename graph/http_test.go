package graph_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kabinet/graph"
)

const plainRes = "application/json"

// exchange is a request and what GraphQL over HTTP says of its answer.
type exchange struct {
	says    string
	method  string // POST when empty
	query   string // of the address
	body    string
	headers []string
	status  int
	kind    string // media type of the answer
	allow   string
	has     string
	lacks   string
}

func (e exchange) check(t *testing.T, s served) {
	t.Helper()
	if e.method == "" {
		e.method = http.MethodPost
	}
	got := s.send(t, e.method, e.query, e.body, e.headers...)
	if got.status != e.status || !strings.Contains(got.body, e.has) || e.lacks != "" && strings.Contains(got.body, e.lacks) {
		t.Errorf("%s: %d %s, want %d with %q and without %q", e.says, got.status, got.body, e.status, e.has, e.lacks)
	}
	if kind := got.header.Get("Content-Type"); e.kind != "" && kind != e.kind+"; charset=utf-8" {
		t.Errorf("%s: content type %q, want %q", e.says, kind, e.kind)
	}
	if got.header.Get("Allow") != e.allow {
		t.Errorf("%s: Allow %q, want %q", e.says, got.header.Get("Allow"), e.allow)
	}
}

func asks(query string, more ...any) string {
	body := map[string]any{"query": query}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func inAddress(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return "?" + values.Encode()
}

// What happens to a well-formed request is told by the status in the media type of GraphQL, and by the body alone in plain JSON.
func TestHTTP_StatusOfWellFormedRequestsFollowsFromTheMediaType(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	const noData, someData = `{"errors":`, `"data":{`
	for _, c := range []struct {
		says, body      string
		status          int // in the media type of GraphQL
		has, lacks, who string
	}{
		{"all is well", asks(names), 200, someData, `"errors"`, ""},
		{"null for optional entries is as good as none", `{"query":"{__typename}","variables":null,"operationName":null,"extensions":null}`, 200, someData, `"errors"`, ""},
		{"empty operation name is as good as none", asks("{__typename}", "operationName", ""), 200, someData, `"errors"`, ""},
		{"other entries are ignored", asks("{__typename}", "id", 7), 200, someData, `"errors"`, ""},
		{"unknown extensions are ignored", asks("{__typename}", "extensions", map[string]any{"some": "value"}), 200, someData, `"errors"`, ""},
		{"one operation of several by its name", asks("query A{a:__typename} query B{b:__typename}", "operationName", "B"), 200, `{"data":{"b":`, "", ""},
		{"variables", asks("query($n:Int!){products(first:$n){nodes{name}}}", "variables", map[string]any{"n": 1}), 200, someData, `"errors"`, ""},
		{"the document does not parse", asks("{"), 400, noData, `"data"`, ""},
		{"the document is empty", asks(""), 400, noData, `"data"`, ""},
		{"the document is not valid", asks("{nothing}"), 400, noData, `"data"`, ""},
		{"the operation cannot be told: no such name", asks("query A{__typename}", "operationName", "B"), 400, noData, `"data"`, ""},
		{"the operation cannot be told: several, no name", asks("query A{__typename} query B{__typename}"), 400, noData, `"data"`, ""},
		{"variable is null", asks("query($id:ID!){node(id:$id){id}}", "variables", map[string]any{"id": nil}), 400, noData, `"data"`, ""},
		{"variable is missing", asks("query($id:ID!){node(id:$id){id}}"), 400, noData, `"data"`, ""},
		{"variable is of another type", asks("query($n:Int){products(first:$n){nodes{name}}}", "variables", map[string]any{"n": "many"}), 400, noData, `"data"`, ""},
		{"a persisted document is not known", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`, 400, "PersistedQueryNotFound", `"data"`, ""},
		{"language of the operation is none", asks(`query @inContext(language:"fr"){products{nodes{name}}}`), 400, noData, `"data"`, ""},
		{"a field failed, others did not", asks(`{a:__typename node(id:"x"){id} products(search:"go error"){nodes{name}}}`), 294, `"data":null`, "", ""},
		{"a person may not", asks(`mutation{orderPlace(input:{idempotencyKey:"k",lines:[]}){userErrors{code}}}`), 294, `"data":null`, "", ""},
	} {
		for kind, status := range map[string]int{graphRes: c.status, plainRes: 200} {
			exchange{says: c.says + ", " + kind, body: c.body, headers: []string{"Accept", kind}, status: status, kind: kind, has: c.has, lacks: c.lacks}.check(t, s)
		}
	}
}

func TestHTTP_WhatIsNoRequestIsRefusedByAStatusInEveryMediaType(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Limits.BodyBytes = 1000 })
	mutation := `mutation{sessionEnd(input:{}){sessionId}}`
	for _, e := range []exchange{
		{says: "no body", status: 400},
		{says: "no JSON", body: `{"query":`, status: 400},
		{says: "no object", body: `"{__typename}"`, status: 400},
		{says: "not UTF-8", body: "{\"query\":\"{__typename} #\xff\"}", status: 400},
		{says: "no query", body: `{"qeury":"{__typename}"}`, status: 400, has: "no query"},
		{says: "query is null", body: `{"query":null}`, status: 400, has: "no query"},
		{says: "query is an object", body: `{"query":{}}`, status: 400},
		{says: "query is a number", body: `{"query":0}`, status: 400},
		{says: "query is a boolean", body: `{"query":false}`, status: 400},
		{says: "query is a list", body: `{"query":["{__typename}"]}`, status: 400},
		{says: "operation name is an object", body: `{"query":"{__typename}","operationName":{}}`, status: 400},
		{says: "operation name is a number", body: `{"query":"{__typename}","operationName":0}`, status: 400},
		{says: "variables are a string", body: `{"query":"{__typename}","variables":"{}"}`, status: 400},
		{says: "variables are a list", body: `{"query":"{__typename}","variables":[7]}`, status: 400},
		{says: "extensions are a list", body: `{"query":"{__typename}","extensions":[]}`, status: 400},
		{says: "extensions are a boolean", body: `{"query":"{__typename}","extensions":false}`, status: 400},
		{says: "a batch", body: `[{"query":"{__typename}"}]`, status: 400, has: "batches"},
		{says: "too long", body: asks(strings.Repeat("#", 1200)), status: 413},
		{says: "no content type", body: asks(names), headers: []string{"Content-Type", ""}, status: 415},
		{says: "text", body: asks(names), headers: []string{"Content-Type", "text/plain"}, status: 415},
		{says: "a form, which pages of other sites can send", body: "query={__typename}", headers: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415},
		{says: "a document without JSON", body: names, headers: []string{"Content-Type", "application/graphql"}, status: 415},
		{says: "a content type that is none", body: asks(names), headers: []string{"Content-Type", "application/json; ="}, status: 415},
		{says: "another encoding of characters", body: asks(names), headers: []string{"Content-Type", "application/json; charset=utf-16"}, status: 415, has: "UTF-8"},
		{says: "another encoding of content", body: asks(names), headers: []string{"Content-Encoding", "br"}, status: 415, has: "gzip"},
		{says: "content that is not in the encoding it names", body: asks(names), headers: []string{"Content-Encoding", "gzip"}, status: 400},
		{says: "GET without a query", method: "GET", status: 400, has: "no query"},
		{says: "GET with variables that are a list", method: "GET", query: inAddress("query", "{__typename}", "variables", "[7]"), status: 400},
		{says: "GET with extensions that are no JSON", method: "GET", query: inAddress("query", "{__typename}", "extensions", "x"), status: 400},
		{says: "GET of a mutation", method: "GET", query: inAddress("query", mutation), status: 405, allow: "POST"},
		{says: "GET of a mutation by name", method: "GET", query: inAddress("query", "query Q{__typename} "+strings.Replace(mutation, "{", " M{", 1), "operationName", "M"), status: 405, allow: "POST"},
		{says: "HEAD of a mutation", method: "HEAD", query: inAddress("query", mutation), status: 405, allow: "POST"},
		{says: "GET of a subscription", method: "GET", query: inAddress("query", follow), status: 406, has: "event-stream"},
		{says: "PUT", method: "PUT", body: asks(names), status: 405, allow: "GET, HEAD, OPTIONS, POST"},
		{says: "DELETE", method: "DELETE", status: 405, allow: "GET, HEAD, OPTIONS, POST"},
	} {
		for _, kind := range []string{graphRes, plainRes} {
			e := e
			e.says, e.kind = e.says+", "+kind, kind
			e.headers = append([]string{"Accept", kind}, e.headers...)
			if e.lacks = `"data"`; e.method != "HEAD" && e.has == "" {
				e.has = `{"errors":[{"message":`
			}
			e.check(t, s)
		}
	}
	for _, accept := range []string{"text/html", "application/json;q=0", "application/json; charset=utf-16", "image/*"} {
		for _, method := range []string{"GET", "POST"} {
			exchange{says: "Accept: " + accept, method: method, query: inAddress("query", names), body: asks(names), headers: []string{"Accept", accept},
				status: 406, kind: graphRes, has: "answers are", lacks: `"data"`}.check(t, s)
		}
	}
}

func TestHTTP_MethodsThatOnlyRead(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for _, e := range []exchange{
		{says: "query", query: inAddress("query", names), status: 200, kind: plainRes, has: "Чай"},
		{says: "empty entries are as good as none", query: inAddress("query", names, "variables", "", "operationName", "", "extensions", ""), status: 200, has: "Чай"},
		{says: "null is as good as none in JSON", query: inAddress("query", names, "variables", "null", "extensions", "null"), status: 200, has: "Чай"},
		{says: "null is a name as any other", query: inAddress("query", "query null{a:__typename} query B{b:__typename}", "operationName", "null"), status: 200, has: `{"data":{"a":`},
		{says: "variables", query: inAddress("query", "query($n:Int!){products(first:$n){nodes{name}}}", "variables", `{"n":1}`), status: 200, has: "Чай"},
		{says: "refused, plain JSON", query: inAddress("query", "{nothing}"), status: 200, kind: plainRes, has: `{"errors":`},
		{says: "refused, JSON of GraphQL", query: inAddress("query", "{nothing}"), headers: []string{"Accept", graphRes}, status: 400, kind: graphRes, has: `{"errors":`},
	} {
		e.method = http.MethodGet
		e.check(t, s)
		e.method, e.has = http.MethodHead, ""
		e.check(t, s)
	}
	get := s.send(t, http.MethodGet, inAddress("query", names), "")
	head := s.send(t, http.MethodHead, inAddress("query", names), "")
	if head.body != "" || head.header.Get("Content-Length") != fmt.Sprint(len(get.body)) || get.header.Get("Cache-Control") != "no-store" {
		t.Errorf("HEAD %q %v, GET %v", head.body, head.header, get.header)
	}
	exchange{says: "OPTIONS", method: http.MethodOptions, status: 204, allow: "GET, HEAD, OPTIONS, POST"}.check(t, s)
	exchange{says: "an upgrade to something else is declined by answering", method: http.MethodPost, body: asks(names),
		headers: []string{"Upgrade", "h2c", "Connection", "Upgrade"}, status: 200, has: "Чай"}.check(t, s)
}

func packedBody(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func unpacked(t *testing.T, text string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func TestHTTP_RequestsInGzipAreUnpackedUpToTheLimit(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Limits.BodyBytes = 2000 })
	exchange{says: "gzip", body: packedBody(t, asks(names)), headers: []string{"Content-Encoding", "gzip"}, status: 200, has: "Чай"}.check(t, s)
	exchange{says: "a bomb", body: packedBody(t, asks(names+strings.Repeat(" ", 1<<20))), headers: []string{"Content-Encoding", "gzip"}, status: 413}.check(t, s)
}

func TestHTTP_LongAnswersToQueriesArePackedForThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	var many strings.Builder
	for i := range 29 {
		fmt.Fprintf(&many, "a_rather_long_name_for_the_type_of_the_root_%d:__typename ", i)
	}
	document := "{" + many.String() + names[1:]
	plain := s.ask(t, document)
	if len(plain.body) < 1400 || plain.header.Get("Content-Encoding") != "" || !strings.Contains(plain.header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("%d bytes, %v", len(plain.body), plain.header)
	}
	for _, want := range []string{"miss", "hit"} {
		s := serve(t, nil)
		var got reply
		for range map[string]int{"miss": 1, "hit": 2}[want] {
			got = s.ask(t, document, "Accept-Encoding", "gzip")
		}
		if got.header.Get("Content-Encoding") != "gzip" || got.header.Get("X-Kabinet-Cache") != want || unpacked(t, got.body) != plain.body {
			t.Errorf("%s: %v", want, got.header)
		}
		if after := s.ask(t, document); after.body != plain.body || after.header.Get("Content-Encoding") != "" {
			t.Errorf("who takes no gzip gets %v", after.header)
		}
	}
	other := serve(t, nil)
	other.ask(t, document, "Accept-Encoding", "identity")
	if got := other.ask(t, document, "Accept-Encoding", "gzip"); got.header.Get("Content-Encoding") != "gzip" || got.header.Get("X-Kabinet-Cache") != "hit" || unpacked(t, got.body) != plain.body {
		t.Errorf("an answer in memory that was made for somebody who takes no gzip: %v", got.header)
	}
	if got := s.ask(t, names, "Accept-Encoding", "gzip"); got.header.Get("Content-Encoding") != "" {
		t.Error("a short answer was packed")
	}
	mutation := "mutation{" + many.String() + "}"
	if got := s.ask(t, mutation, "Accept-Encoding", "gzip"); got.header.Get("Content-Encoding") != "" || len(got.body) < 1400 {
		t.Errorf("an answer to a mutation was packed, or is not long: %v, %d bytes", got.header, len(got.body))
	}
}
