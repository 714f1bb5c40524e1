package live_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kabinet/domain"
	"kabinet/internal/live"
	"kabinet/store"
	"kabinet/store/storetest"
)

// Two processes on one database, each with writers and a hub of its own: whoever follows, wherever and from whenever, is told the same story.
func TestHub_TellsTheSameStoryOnEveryProcess(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	var hubs [2]running
	var stores [2]*store.Store
	for i := range hubs {
		stores[i] = storetest.OpenAt(t, dsn, func(c *store.Config) { c.Told = func() { hubs[i].Wake() } })
		hubs[i] = run(live.Config{Source: stores[i], Poll: 20 * time.Millisecond, Batch: 5}, nil)
		t.Cleanup(hubs[i].stop)
	}
	slug, kind, name, stock := "tea", domain.Goods, domain.Text{RU: "Чай", EN: "Tea"}, int64(1000)
	product, err := stores[0].CreateProduct(t.Context(), domain.Viewer{}, "tea", domain.ProductDraft{Slug: &slug, Kind: &kind, Name: &name},
		[]domain.VariantDraft{{SKU: "tea", PriceMinor: 100_00, Stock: &stock, Active: true}})
	if err != nil {
		t.Fatal(err)
	}
	variants, err := stores[0].VariantsByProduct(t.Context(), []int64{product.ID})
	if err != nil {
		t.Fatal(err)
	}
	const customers, orders = 4, 8
	var writers sync.WaitGroup
	for n := range customers {
		st := stores[n%2]
		id, err := st.AddCustomer(t.Context(), domain.NewCustomer{Email: fmt.Sprintf("c%d@example.com", n), Locale: domain.RU})
		if err != nil {
			t.Fatal(err)
		}
		writers.Go(func() {
			for i := range orders {
				_, err := st.PlaceOrder(t.Context(), domain.Viewer{CustomerID: id}, domain.OrderDraft{IdempotencyKey: fmt.Sprint(i),
					Lines: []domain.LineAsk{{VariantID: variants[product.ID][0].ID, Quantity: 1}}})
				if err != nil {
					t.Errorf("place: %v", err)
				}
			}
		})
	}
	beginning := domain.Cursor{}
	const all = customers*orders + 1 // and the product
	var told [2][]int64
	for i := range hubs {
		events, err := hubs[i].Subscribe(t.Context(), domain.Topic{Desk: true}, &beginning)
		if err != nil {
			t.Fatal(err)
		}
		told[i] = numbers(take(t, events, all))
	}
	writers.Wait()
	if !slices.Equal(told[0], told[1]) || !slices.IsSorted(told[0]) || len(slices.Compact(slices.Clone(told[0]))) != all {
		t.Errorf("one process told %v, the other %v", told[0], told[1])
	}
	middle := domain.Cursor{Seq: told[0][all/2]}
	events, err := hubs[1].Subscribe(t.Context(), domain.Topic{Desk: true}, &middle)
	if err != nil {
		t.Fatal(err)
	}
	if rest := numbers(take(t, events, all-all/2-1)); !slices.Equal(rest, told[0][all/2+1:]) {
		t.Errorf("behind %d stands %v, want %v", middle.Seq, rest, told[0][all/2+1:])
	}
}

// It is not parallel, so that what it leaves behind is its own.
func TestHub_LeavesNothingRunning(t *testing.T) { //nolint:paralleltest // see above
	before := goleak.IgnoreCurrent()
	j := &journal{}
	h := run(live.Config{Source: j, Poll: time.Millisecond}, nil)
	for i := range 100 {
		ctx, leave := context.WithCancel(t.Context())
		start := domain.Cursor{}
		events, err := h.Subscribe(ctx, domain.Topic{CustomerID: 1}, &start)
		if err != nil {
			t.Fatal(err)
		}
		j.write(1, 10)
		h.Wake()
		if i%2 == 0 {
			take(t, events, 1)
		}
		leave()
		ends(t, events)
	}
	h.stop()
	goleak.VerifyNone(t, before)
}
