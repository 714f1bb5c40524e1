package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/coder/websocket/wsjson"
)

func TestLimits_EachRefusalNamesTheLimitAndWhatWasAsked(t *testing.T) {
	t.Parallel()
	c := newWorld(t).serve(t).as(t, nobody)
	var aliases, tokens strings.Builder
	for i := range 31 {
		fmt.Fprintf(&aliases, " a%d:__typename", i)
	}
	for range 2001 {
		tokens.WriteString(" __typename")
	}
	deep := "{viewer{" + strings.Repeat("customer{wallet{entries(first:1){nodes{order{", 3) + "id" + strings.Repeat("}}}}}", 3) + "}}"
	for _, l := range []struct {
		what, query string
		words       []string
	}{
		{"cost", `{products(first:100){nodes{variants{product{variants{product{name slug description} sku}}}}}}`, []string{"the cost of the operation is ", "the limit is 10000"}},
		{"cost of a variable", `query($n:Int=100){products(first:$n){nodes{variants{product{variants{product{name slug description} sku}}}}}}`, []string{"the limit is 10000"}},
		{"depth", deep, []string{"the depth of the operation is 17", "the limit is 15"}},
		{"aliases", "{" + aliases.String() + "}", []string{"the aliases of the operation is 31", "the limit is 30"}},
		{"tokens", "{" + tokens.String() + "}", []string{"2000"}},
		{"a page that is too large", `{products(first:101){nodes{slug}}}`, []string{"a page holds 1 to 100 items"}},
		{"an empty page", `{products(first:0){nodes{slug}}}`, []string{"a page holds 1 to 100 items"}},
		{"a page of less than nothing", `{products(last:-1){nodes{slug}}}`, []string{"a page holds 1 to 100 items"}},
		{"a cursor that was made up", `{products(after:"junk"){nodes{slug}}}`, []string{"cursor"}},
		{"a fragment that holds itself", `{...f} fragment f on Query{__typename ...f}`, []string{"Cannot spread fragment"}},
		{"fragments that hold each other", `{...f} fragment f on Query{...g} fragment g on Query{...f}`, []string{"Cannot spread fragment"}},
		{"a directive again and again", `{__typename ` + strings.Repeat("@skip(if:false)", 200) + `}`, []string{"can only be used once"}},
		{"a variable that is not declared", `{products(first:$n){nodes{id}}}`, []string{"not defined"}},
		{"a variable declared twice", `query($n:Int,$n:Int){products(first:$n){nodes{id}}}`, []string{"only one variable"}},
		{"a field that does not exist", `{nothing}`, []string{`Cannot query field \"nothing\"`}},
	} {
		got := c.ask(t, l.query).failed("INVALID").has(l.words...)
		if t.Failed() {
			t.Fatalf("%s: %s", l.what, got.text)
		}
	}
	c.ask(t, strings.Replace(deep, "{entries(first:1){nodes{order{id}}}}", "{active}", 1)).want()
	fragments := "query{...a}" + "fragment a on Query{" + strings.Repeat("...b ", 20) + "} fragment b on Query{" + strings.Repeat("...c ", 20) + "} fragment c on Query{" +
		strings.Repeat("...d ", 20) + "} fragment d on Query{categories{id}}"
	c.ask(t, fragments).failed("INVALID").has("the cost of the operation is")
}

func TestLimits_BodiesThatAreTooLargeOrMalformedAreRefusedAndNotRepeated(t *testing.T) {
	t.Parallel()
	c := newWorld(t).serve(t).as(t, nobody)
	const mark = "marker-7731"
	c.post(t, []byte(`{"query":"`+strings.Repeat("x", 1<<20)+`"}`)).status(413).failed("INVALID").has("1048576 bytes")
	for _, body := range []string{"", mark, `{"query":"{business{name}}"`, `{"query":` + mark + `}`, `"` + mark + `"`, `{"query":1,"x":"` + mark + `"}`, `{"query":"{__typename}"}{"` + mark + `":1}`, `null`, "\x00\xff" + mark} {
		c.post(t, []byte(body)).status(400).failed("INVALID").hasNot(mark)
	}
	c.post(t, []byte(`[{"query":"{__typename}"}]`)).status(400).failed("INVALID").has("batches are not accepted")
	c.with("Content-Type", "text/plain").post(t, []byte(`{"query":"{__typename}"}`)).status(415).failed("INVALID")
	c.ask(t, `query($n:Int!){products(first:$n){nodes{slug}}}`, "n", mark).failed("INVALID")
	c.post(t, []byte(`{"query":"{`+mark+`"}`)).failed("INVALID")
	c.with("Accept", "application/graphql-response+json").ask(t, `{nothing}`).status(400).failed("INVALID")
	c.with("Accept", "application/graphql-response+json").ask(t, `{__typename}`).status(200).want("__typename", "Query")
}

func TestLimits_OneCallerIsSlowedDownAndOthersAreNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t, "KABINET_RATE=2.5")
	me, other := s.as(t, anna), s.as(t, boris)
	refused := answer{}
	for range 50 {
		if refused = me.ask(t, `{__typename}`); refused.code != 200 {
			break
		}
	}
	refused.status(429).failed("RATE_LIMITED").has(`"retryable":true`, `"retryAfter":`)
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	other.ask(t, `{__typename}`).want()
}

func TestLimits_AWebsocketCarriesAtMostFiftyOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	conn, ctx, _ := w.serve(t).as(t, anna).socket(t)
	for i := range 51 {
		must(t, wsjson.Write(ctx, conn, map[string]any{"type": "subscribe", "id": fmt.Sprint(i), "payload": map[string]any{"query": customerEventsDoc}}))
	}
	var m message
	must(t, wsjson.Read(ctx, conn, &m))
	if !strings.Contains(string(m.Payload), "at most 50 operations") || !strings.Contains(string(m.Payload), `"code":"INVALID"`) {
		t.Errorf("the 51st is answered with %s %s", m.Type, m.Payload)
	}
}

func TestPersistedQuery_IsSentOnceAndThenNamed(t *testing.T) {
	t.Parallel()
	c := newWorld(t).serve(t).as(t, nobody)
	const query = `{product(slug:"honey"){name}}`
	sum := sha256.Sum256([]byte(query))
	hash := hex.EncodeToString(sum[:])
	named := map[string]any{"extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}}
	whole := map[string]any{"query": query, "extensions": named["extensions"]}
	forged := map[string]any{"query": `{business{name}}`, "extensions": named["extensions"]}
	c.post(t, named).has("PersistedQueryNotFound")
	c.post(t, forged).hasNot(`"data":{"business"`)
	c.post(t, whole).want("product.name", "Linden honey")
	c.post(t, named).want("product.name", "Linden honey")
	c.send(t, "GET", `/graphql?extensions=%7B%22persistedQuery%22%3A%7B%22version%22%3A1%2C%22sha256Hash%22%3A%22`+hash+`%22%7D%7D`, nil).want("product.name", "Linden honey")
}
