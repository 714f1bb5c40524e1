package graph

import (
	"context"
	"testing"
	"time"

	"kabinet/domain"
)

func TestShare_WhoLeavesWithAnEventInTheirHandsHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	h := &Handler{renderings: renderings{byKey: map[sharedKey]*rendering{}}}
	event := &domain.Event{}
	subscriber := func(ctx context.Context) (context.Context, *operation) {
		o := &operation{h: h, answered: make(chan struct{}, 1)}
		return context.WithValue(ctx, operationKey{}, o), o
	}
	leaving, leave := context.WithCancel(t.Context())
	leaving, _ = subscriber(leaving)
	if StreamFrom(leaving).Share(leaving, event, func() Handing { leave(); return Given }) {
		t.Fatal("who left was answered")
	}
	patience, end := context.WithTimeout(t.Context(), 10*time.Second)
	defer end()
	staying, o := subscriber(patience)
	if !StreamFrom(staying).Share(staying, event, func() Handing { o.answered <- struct{}{}; return Given }) {
		t.Error("the next one waits for an answer that nobody makes")
	}
}
