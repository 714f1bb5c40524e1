package graph_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

// heard streams events that all subscribers of a test are handed in one order.
func heard(hand ...*domain.Event) func(context.Context) (<-chan model.Event, error) {
	return func(ctx context.Context) (<-chan model.Event, error) {
		out := make(chan model.Event)
		go func() {
			defer close(out)
			for _, e := range hand {
				stream := graph.StreamFrom(ctx)
				ok := stream.Try(e) || stream.Share(ctx, e, func() graph.Handing {
					select {
					case out <- model.ProductEvent{Cursor: e.Cursor.String(), ProductID: e.ProductID}:
						return graph.Given
					case <-ctx.Done():
						return graph.Left
					}
				})
				if !ok {
					return
				}
			}
			<-ctx.Done()
		}()
		return out, nil
	}
}

const followProduct = `subscription{customerEvents{cursor ...on ProductEvent{product{name}}}}`

// next3 reads the answers to three events.
func next3(t *testing.T, c socket) (all [3]string) {
	t.Helper()
	for i := range all {
		m := c.read()
		if m.Type != "next" {
			t.Fatalf("%s %s", m.Type, m.Payload)
		}
		all[i] = string(m.Payload)
	}
	return all
}

func TestShare_OneRenderingServesAllWhoAskForTheSame(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	one, two, again := &domain.Event{Cursor: domain.Cursor{Seq: 1}}, &domain.Event{Cursor: domain.Cursor{Seq: 2}}, &domain.Event{Cursor: domain.Cursor{Seq: 2}}
	s.events = heard(one, two, again)
	var first [3]string
	for n := range 5 {
		c := s.ready(t)
		c.subscribe("1", followProduct)
		got := next3(t, c)
		if n == 0 {
			first = got
		}
		if got != first || !strings.Contains(got[0], `"e1"`) || !strings.Contains(got[1], `"e2"`) {
			t.Errorf("subscriber %d heard %v, the first one %v", n, got, first)
		}
	}
	if n := s.rendered.Load(); n != 3 {
		t.Errorf("3 events were rendered %d times", n)
	}
	for name, ask := range map[string]func(socket){
		"another document": func(c socket) { c.subscribe("1", strings.Replace(followProduct, "cursor", "cursor kind", 1)) },
		"another language": func(c socket) {
			c.subscribe("1", strings.Replace(followProduct, "subscription", `subscription @inContext(language:"ru")`, 1))
		},
	} {
		before := s.rendered.Load()
		c := s.ready(t)
		ask(c)
		if got := next3(t, c); got == first || s.rendered.Load() != before+3 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestShare_WhatDependsOnTheCallerIsNotGivenToOthers(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.personal.Store(true)
	s.events = heard(&domain.Event{Cursor: domain.Cursor{Seq: 1}}, &domain.Event{Cursor: domain.Cursor{Seq: 2}}, &domain.Event{Cursor: domain.Cursor{Seq: 3}})
	for i, c := range []struct {
		token    string
		rendered int64
	}{{"customer", 3}, {"customer", 3}, {"operator", 6}, {"customer", 6}, {"operator", 6}, {"manager", 9}} {
		sock := s.dial(t, `{"Authorization":"Bearer `+c.token+`"}`, nil)
		sock.read()
		sock.subscribe("1", followProduct)
		for n, answer := range next3(t, sock) {
			if want := whoSees[c.token]; !strings.Contains(answer, want) {
				t.Errorf("subscriber %d, %s, event %d: %s, want %s", i, c.token, n, answer, want)
			}
		}
		if n := s.rendered.Load(); n != c.rendered {
			t.Errorf("subscriber %d, %s: rendered %d times, want %d", i, c.token, n, c.rendered)
		}
	}
}

func TestShare_AnAnswerWithErrorsIsTheOneOfWhoGotIt(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.failing.Store(true)
	s.events = heard(&domain.Event{Cursor: domain.Cursor{Seq: 1}}, &domain.Event{Cursor: domain.Cursor{Seq: 2}}, &domain.Event{Cursor: domain.Cursor{Seq: 3}})
	for n := range int64(2) {
		c := s.ready(t)
		c.subscribe("1", followProduct)
		for _, answer := range next3(t, c) {
			if !strings.Contains(answer, `"INTERNAL"`) {
				t.Errorf("%s", answer)
			}
		}
		if got := s.rendered.Load(); got != 3*(n+1) {
			t.Errorf("rendered %d times", got)
		}
	}
}

// The first one leaves while its answer is being made: those who wait for it make their own.
func TestShare_WhoWaitsForOneThatLeavesIsServedAllTheSame(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	enter, leave := make(chan struct{}), make(chan struct{})
	var entered atomic.Bool
	s.slow = func(context.Context) {
		if entered.CompareAndSwap(false, true) {
			close(enter)
			<-leave
		}
	}
	s.events = heard(&domain.Event{Cursor: domain.Cursor{Seq: 1}}, &domain.Event{Cursor: domain.Cursor{Seq: 2}}, &domain.Event{Cursor: domain.Cursor{Seq: 3}})
	first := s.ready(t)
	first.subscribe("1", followProduct)
	<-enter
	second := s.ready(t)
	second.subscribe("1", followProduct)
	_ = first.CloseNow()
	time.AfterFunc(20*time.Millisecond, func() { close(leave) })
	next3(t, second)
}
