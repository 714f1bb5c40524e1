package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/resolvers"
	"kabinet/store"
)

// wantRetailBands asks the API, as an operator, how many customers of the retail file spent how much: in all until its end, and in its third quarter.
func wantRetailBands(t *testing.T, st *store.Store, from, to time.Time) {
	t.Helper()
	tokens := newTokens([][]byte{[]byte("a secret of tests, long enough for prod")}, time.Now)
	operator, _, err := tokens.Issue(domain.Viewer{SessionID: 1, StaffID: 1, Role: domain.Operator})
	must(t, err)
	root := resolvers.New(st, nil, tokens, nil)
	h, err := graph.NewHandler(root, graph.Options{Authenticate: tokens.Authenticate, PerResponse: root.WithLoaders, CatalogVersion: st.CatalogVersion})
	must(t, err)
	server := httptest.NewServer(h)
	defer server.Close()

	allTime := spendBands(t, server.URL, operator, map[string]any{"lt": to.UTC().Format(time.RFC3339)})
	if want := []int64{56, 1_630, 1_368, 542, 62}; !slices.Equal(allTime, want) {
		t.Errorf("by net spend of all time, in GBP, <= 0, to 500, to 2,000, to 10,000 and more: %d, want %d", allTime, want)
	}
	if got := spendBands(t, server.URL, operator, nil); !slices.Equal(got, allTime) {
		t.Errorf("without an end %d, with the end of the file %d", got, allTime)
	}
	quarter := spendBands(t, server.URL, operator, map[string]any{"gte": from.UTC().Format(time.RFC3339), "lt": to.UTC().Format(time.RFC3339)})
	sum := func(bands []int64) (n int64) {
		for _, customers := range bands {
			n += customers
		}
		return n
	}
	if got, want := []int64{sum(quarter), sum(quarter[2:]), sum(quarter[3:]), quarter[0]}, []int64{2_196, 980, 159, 48}; !slices.Equal(got, want) {
		t.Errorf("in the third quarter bought, at 500 and more, at 2,000 and more, at 0 or below: %d, want %d", got, want)
	}
	t.Logf("spend bands through the API: %d of all time, %d in the third quarter", allTime, quarter)
}

// spendBands asks for the bands of 500, 2,000 and 10,000 over HTTP and returns how many customers are in each.
func spendBands(t *testing.T, url, token string, at map[string]any) (customers []int64) {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"query":     `query($at:DateTimeFilter){desk{spendBands(bounds:["500","2000","10000"],at:$at){from to customers}}}`,
		"variables": map[string]any{"at": at},
	})
	must(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	var got struct {
		Data struct {
			Desk struct {
				SpendBands []struct{ Customers int64 }
			}
		}
		Errors []struct{ Message string }
	}
	must(t, json.NewDecoder(response.Body).Decode(&got))
	if len(got.Errors) > 0 || len(got.Data.Desk.SpendBands) != 5 {
		t.Fatalf("the API answered %+v", got)
	}
	for _, b := range got.Data.Desk.SpendBands {
		customers = append(customers, b.Customers)
	}
	return customers
}
