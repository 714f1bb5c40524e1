package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// repeated writes a text so many times, with its number in the place of %d.
func repeated(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "%d", fmt.Sprint(i)))
	}
	return b.String()
}

// dearest are documents that ask for as much as the limits let them: of the database, of the executor, of the parser and the rules of validation.
func dearest() map[string]string {
	const page = "products(first:100)"
	return map[string]string{
		"wide page":       `{` + page + `{nodes{id slug name description kind status availability price{amount currencyCode} category{id name} variants{id sku price{amount} stock} pictures{url} attributes{name value} rating{average count}}}}`,
		"pages by alias":  `{` + repeated(28, `a%d:products(first:100,search:"o"){nodes{id slug name}}`) + `}`,
		"searches":        `{` + repeated(30, `a%d:products(first:1,search:"чай %d"){totalCount nodes{id}}`) + `}`,
		"back and forth":  `{products(first:20){nodes{variants{product{variants{product{id}}}}}}}`,
		"own history":     `{viewer{customer{` + repeated(8, `o%d:orders(first:100){nodes{id number status}}`) + `}}}`,
		"orders and all":  `{viewer{customer{orders(first:30){nodes{id lines{id name total{amount}} timeline(first:20){nodes{id text}}}}}}}`,
		"same field":      `{` + strings.Repeat("__typename ", 1_990) + `}`,
		"same object":     `{` + strings.Repeat("business{name} ", 490) + `}`,
		"fields again":    `{` + strings.Repeat("business{"+strings.Repeat("name ", 70)+"}", 27) + `}`,
		"two fragments":   `{` + strings.Repeat("...f ...g ", 20) + "} fragment f on Query{" + strings.Repeat("__typename ", 900) + "} fragment g on Query{" + strings.Repeat("__typename ", 900) + "}",
		"same fragment":   `{` + strings.Repeat("...f ", 640) + `} fragment f on Query{__typename business{name}}`,
		"many fragments":  `{` + repeated(150, "...f%d ") + `}` + repeated(150, "fragment f%d on Query{__typename}"),
		"chain":           `{...f0 }` + repeated(80, "fragment f%d on Query{...g%d __typename} fragment g%d on Query{...h%d}") + repeated(80, "fragment h%d on Query{__typename}"),
		"nested fragment": `{` + strings.Repeat("...on Query{", 600) + "__typename" + strings.Repeat("}", 601),
		"directives":      `{__typename ` + strings.Repeat("@skip(if:false)", 280) + `}`,
		"variables":       `query(` + repeated(480, "$v%d:Int ") + `){__typename}`,
		"deep literal":    `{products(where:` + strings.Repeat("[", 900) + strings.Repeat("]", 900) + `){nodes{id}}}`,
		"long list":       `{products(where:{status:{oneOf:[` + strings.Repeat("ACTIVE ", 1_900) + `]}}){nodes{id}}}`,
	}
}

// dearestCPU is how many seconds of the server's CPU time a request may cost that the limits let through. The race detector makes them several times
// as many as of the program that people run.
const dearestCPU = 6

// What the limits let through costs little, with thousands of products. CPU time is compared, which is the same however busy the machine is;
// docs/contract.md says how long the answers took.
func TestLimits_TheDearestDocumentCostsLittle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t, 3_000)
	s := w.serve(t)
	me := s.as(t, anna)
	for i := range 30 {
		me.ask(t, placeDoc, "key", fmt.Sprint(i), "lines", of(w.tea, 1)).want("orderPlace.userErrors", "[]")
	}
	// cost measures a request, with what the server does besides.
	cost := func(name string, ask func() answer) answer {
		spent, begin := s.metrics(t)["process_cpu_seconds_total"], time.Now()
		got := ask()
		took := time.Since(begin)
		cpu := s.metrics(t)["process_cpu_seconds_total"] - spent
		t.Logf("%6d ms, of CPU %6.0f ms  %d  %d bytes  %q  %s", took.Milliseconds(), cpu*1000, got.code, len(got.text), got.errorCode(), name)
		if cpu > dearestCPU {
			t.Errorf("%s cost %.1f s", name, cpu)
		}
		return got
	}
	answered := 0
	for name, document := range dearest() {
		got := cost(name, func() answer { return me.ask(t, document) })
		if code := got.errorCode(); code == "" {
			answered++
		} else if code != "INVALID" || len(got.text) > 10_000 {
			t.Errorf("%s: %.300s", name, got.text)
		}
	}
	if answered < 5 {
		t.Errorf("only %d documents were let through", answered)
	}
	for name, variables := range map[string]string{
		"nested variables": strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"deep variables":   strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000),
		"many variables":   "{" + repeated(60_000, `"k%d":1,`) + `"z":1}`,
		"large number":     strings.Repeat("9", 1_000_000),
	} {
		got := cost(name, func() answer { return me.post(t, []byte(`{"query":"{__typename}","variables":{"v":`+variables+`}}`)) })
		if got.code >= 500 {
			t.Errorf("%s: %d %.200s", name, got.code, got.text)
		}
	}
}
