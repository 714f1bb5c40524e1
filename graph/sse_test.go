package graph_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/graph"
)

// listenSSE opens a stream by GET, as EventSource does.
func (s served) listenSSE(t *testing.T, ctx context.Context, document string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+inAddress("query", document), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.stream(t, r)
}

func TestSSE_ByGETCarriesTheCursorAsTheIDOfEachEvent(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.events = heard(&domain.Event{Cursor: domain.Cursor{Seq: 1}}, &domain.Event{Cursor: domain.Cursor{Seq: 36}})
	for _, from := range []string{"rendered", "shared"} { // the second one gets the answers of the first
		ctx, leave := context.WithTimeout(t.Context(), 10*time.Second)
		answer, lines := s.listenSSE(t, ctx, followProduct)
		for name, want := range map[string]string{
			"Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-store, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "",
		} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		var got []string
		for len(got) < 6 && lines.Scan() {
			if line := lines.Text(); line != "" && line != ":" {
				got = append(got, line)
			}
		}
		leave()
		want := []string{"id: e1", "event: next", `data: {"data":{"customerEvents":{"cursor":"e1","product":{"name":"Tea"}}}}`,
			"id: e10", "event: next", `data: {"data":{"customerEvents":{"cursor":"e10","product":{"name":"Tea"}}}}`}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: %q", from, got)
		}
	}
}

func TestSSE_WhatIsNoRequestIsRefusedBeforeTheStream(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Rate = graph.Rate{PerSecond: 0.001, Burst: 6} })
	events := []string{"Accept", "text/event-stream"}
	for _, e := range []exchange{
		{says: "no JSON", body: "{", status: 400},
		{says: "no query", body: "{}", status: 400},
		{says: "GET without a query", method: "GET", status: 400},
		{says: "GET of a mutation", method: "GET", query: inAddress("query", `mutation{sessionEnd(input:{}){sessionId}}`), status: 405, allow: "POST"},
		{says: "a form", body: "query=x", headers: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415},
		{says: "a bad token", body: asks(follow), headers: []string{"Authorization", "Bearer stolen"}, status: 401},
		{says: "HEAD", method: "HEAD", query: inAddress("query", follow), status: 406},
		{says: "too many", body: asks(follow), status: 429},
	} {
		e.headers = append(e.headers, events...)
		if e.kind = graphRes; e.method != "HEAD" {
			e.has = `{"errors":[{"message":`
		}
		e.check(t, s)
	}
}

func TestSSE_ByGETEndsWithTheClient(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	var ended atomic.Int64
	s.events = cursors(nil, &ended, "one")
	ctx, leave := context.WithCancel(t.Context())
	_, lines := s.listenSSE(t, ctx, follow)
	for lines.Scan() && !strings.Contains(lines.Text(), "one") {
	}
	leave()
	eventually(t, "the resolver ends", func() bool { return ended.Load() == 1 })
	left, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if s.handler.WaitForStreams(left); left.Err() != nil {
		t.Error("a stream is still counted")
	}
}

// Streams and websockets are counted together.
func TestSSE_OneAddressAndOnePersonHoldSoManyOpen(t *testing.T) {
	t.Parallel()
	s := serve(t, func(o *graph.Options) { o.Limits.AddressSockets, o.Limits.ViewerSockets = 3, 1 })
	s.events = cursors(nil, nil, "one")
	refused := func(who, what string) bool {
		t.Helper()
		ctx, leave := context.WithTimeout(t.Context(), 10*time.Second)
		defer leave()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, strings.NewReader(asks(follow)))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"Content-Type": "application/json", "Accept": "text/event-stream", "Authorization": "Bearer " + who} {
			r.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		if answer.StatusCode != http.StatusTooManyRequests {
			return false
		}
		if body, _ := io.ReadAll(answer.Body); answer.Header.Get("Retry-After") == "" || !strings.Contains(string(body), what) {
			t.Errorf("%v %s", answer.Header, body)
		}
		return true
	}
	ctx, leave := context.WithCancel(t.Context())
	s.listenSSE(t, ctx, follow)
	if !refused("customer", "this person") {
		t.Error("a person holds two streams where one is allowed")
	}
	s.raw(t, modern)
	s.raw(t, modern)
	if !refused("operator", "this network address") {
		t.Error("streams and websockets of an address are not counted together")
	}
	leave()
	for _, who := range []string{"operator", "customer"} {
		eventually(t, "there is room again", func() bool { return !refused(who, "") })
	}
}
