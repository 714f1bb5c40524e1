package graph

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"

	"kabinet/domain"
)

func parse(t *testing.T, document string) *ast.OperationDefinition {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(Schema(), document, rules.NewDefaultRules())
	if errs != nil {
		t.Fatalf("%s: %v", document, errs)
	}
	return doc.Operations[0]
}

func TestFollowsFromCatalogue(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]bool{
		`{products(first:20){nodes{id name price{amount currencyCode} category{name}}}}`:                     true,
		`{products{edges{cursor node{...P}} pageInfo{endCursor} totalCount}} fragment P on Product{id slug}`: true,
		`query @inContext(language:"en"){business{name pointsProgram{returnWindowDays}} categories{slug}}`:   true,
		`{product(slug:"a"){pictures{url(width:100)} variants{sku price{amount}} whatToExpect{documents}}}`:  true,
		`{__typename products{nodes{__typename}}}`:                                                           true,
		`{products{nodes{availability}}}`:                                                                    false,
		`{products{nodes{variants{stock}}}}`:                                                                 false,
		`{products{nodes{...A}}} fragment A on Product{name ...B} fragment B on Product{availability}`:       false,
		`{business{pointsProgram{earnPercent}}}`:                                                             false,
		`{viewer{customer{name}}}`:                                                                           false,
		`{products{nodes{name}} viewer{staff{name}}}`:                                                        false,
		`{node(id:"x"){id}}`:                        false,
		`{desk{products{nodes{name}}}}`:             false,
		`{__schema{types{name}}}`:                   false,
		`mutation{sessionEnd(input:{}){sessionId}}`: false,
		`subscription{customerEvents{cursor}}`:      false,
	} {
		if got := followsFromCatalogue(parse(t, document)); got != want {
			t.Errorf("%s: kept in memory %v, want %v", document, got, want)
		}
	}
}

func TestMeter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		document string
		vars     map[string]any
		want     extent
	}{
		{`{business{name}}`, nil, extent{cost: 2, depth: 2}},
		{`{products(first:3){nodes{id name}}}`, nil, extent{cost: 1 + 3*(1+2), depth: 3}},
		{`{products{nodes{id}}}`, nil, extent{cost: 1 + 20*2, depth: 3}},
		{`query($n:Int){products(first:$n){nodes{id}}}`, map[string]any{"n": int64(7)}, extent{cost: 1 + 7*2, depth: 3}},
		{`{products(last:2){nodes{id}}}`, nil, extent{cost: 1 + 2*2, depth: 3}},
		{`{products(first:1000000){nodes{id}}}`, nil, extent{cost: 1 + 100*2, depth: 3}},
		{`{products(first:-5){nodes{id}}}`, nil, extent{cost: 1 + 2, depth: 3}},
		{`{product(slug:"a"){variants{sku}}}`, nil, extent{cost: 1 + 1 + 5, depth: 3}},
		{`{a:business{b:name} business{name}}`, nil, extent{cost: 4, depth: 2, aliases: 2}},
		{`{products(first:2){...F ...F}} fragment F on ProductConnection{nodes{id}}`, nil, extent{cost: 1 + 2*4, depth: 3}},
	} {
		m := meter{vars: c.vars, fragments: map[string]extent{}}
		if got := m.measure(parse(t, c.document).SelectionSet); got != c.want {
			t.Errorf("%s measures %+v, want %+v", c.document, got, c.want)
		}
	}
}

// Each fragment spreads the next one twice: 2^60 fields, which must be counted without visiting them.
func TestMeter_DoublingFragmentsAreMeasuredOnce(t *testing.T) {
	t.Parallel()
	var document strings.Builder
	document.WriteString("{business{...F0}}\n")
	for i := range 60 {
		fmt.Fprintf(&document, "fragment F%d on Business{...F%d ...F%d}\n", i, i+1, i+1)
	}
	document.WriteString("fragment F60 on Business{name}")
	m := meter{fragments: map[string]extent{}}
	if got := m.measure(parse(t, document.String()).SelectionSet); got.cost != math.MaxInt32 {
		t.Errorf("cost %d, want the largest number", got.cost)
	}
}

func TestAnswerCache_StaysWithinItsMemoryAndNeverMixesAnswers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const limit = 20_000
		c := newAnswerCache(limit)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			key := fmt.Sprint("key", rapid.IntRange(0, 20).Draw(t, "key"))
			version := int64(rapid.IntRange(1, 5).Draw(t, "version"))
			body := strings.Repeat(fmt.Sprint(key, version), rapid.IntRange(1, 400).Draw(t, "length"))
			before := c.get([]byte(key))
			c.put(&answer{key: key, version: version, body: []byte(body)})
			after := c.get([]byte(key))
			if before != nil && after != nil && after.version < before.version {
				t.Fatalf("version %d replaced %d", after.version, before.version)
			}
			if after != nil && !strings.HasPrefix(string(after.body), fmt.Sprint(key, after.version)) {
				t.Fatalf("%s of version %d holds %s", key, after.version, after.body)
			}
			var size int64
			for _, at := range c.items {
				size += at.Value.(*answer).weight()
			}
			if size != c.size || size > limit || c.order.Len() != len(c.items) {
				t.Fatalf("size %d, counted %d, limit %d, %d in order, %d by key", size, c.size, limit, c.order.Len(), len(c.items))
			}
		}
	})
}

func TestAnswerCache_ForgetsWhatWasUsedLongestAgo(t *testing.T) {
	t.Parallel()
	c := newAnswerCache(20 * (answerOverhead + 10))
	for i := range 20 {
		c.put(&answer{key: fmt.Sprintf("%05d", i), version: 1, body: []byte("12345")})
	}
	if c.get([]byte("00000")) == nil {
		t.Fatal("forgotten before the memory was full")
	}
	c.put(&answer{key: "new--", version: 1, body: []byte("12345")})
	if c.get([]byte("00000")) == nil || c.get([]byte("00001")) != nil {
		t.Error("forgot the one that was just used")
	}
}

func TestRateLimiter_CountsPeopleAndNetworksApart(t *testing.T) {
	t.Parallel()
	l, err := newRateLimiter(Rate{PerSecond: 0.001, Burst: 1})
	if err != nil {
		t.Fatal(err)
	}
	from := func(ip string, customer int64) *request {
		return &request{client: Client{IP: ip}, viewer: domain.Viewer{CustomerID: customer}}
	}
	for _, c := range []struct {
		req  *request
		wait bool
	}{
		{from("10.0.0.1", 0), false}, {from("10.0.0.1", 0), true}, {from("10.0.0.2", 0), false},
		{from("10.0.0.1", 5), false}, {from("10.0.0.9", 5), true}, {from("10.0.0.1", 6), false},
		{from("2001:db8::1", 0), false}, {from("2001:db8::2", 0), true}, {from("2001:db8:0:1::1", 0), false},
	} {
		if wait := l.take(c.req); (wait > 0) != c.wait {
			t.Errorf("%s, customer %d: wait %v, want one: %v", c.req.client.IP, c.req.viewer.CustomerID, wait, c.wait)
		}
	}
}

func TestAcceptedLocale(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]domain.Locale{
		"en-GB,en;q=0.9":           domain.EN,
		"de, ru;q=0.5, en;q=0.4":   domain.RU,
		"ru;q=0.3,en;q=0.8":        domain.EN,
		"de":                       "",
		"":                         "",
		"en;q=0":                   "",
		"en;q=x, ru;q=0.1":         domain.RU,
		strings.Repeat("en,", 999): "",
	} {
		if got, ok := acceptedLocale(header); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", header, got, ok)
		}
	}
}
