package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kabinet/store/storetest"
)

// measureScale asks the same of a business with 1,000 orders and of one with many, each customer having ten.
func measureScale(ctx context.Context, b *bench) error {
	many := 100_000
	if b.full {
		many = 1_000_000
	}
	small, err := b.startWith(ctx, 1_000)
	if err != nil {
		return err
	}
	defer func() { _ = small.stop() }()
	large, err := b.startWith(ctx, many)
	if err != nil {
		return err
	}
	defer func() { _ = large.stop() }()
	fmt.Printf("\n## The same request at 1,000 and at %d orders, one at a time\n\n| request | at 1,000 | at %d | ratio, best (median) |\n| --- | ---: | ---: | ---: |\n", many, many)
	for _, q := range scaleRequests {
		few, lots := q.requests(1_000), q.requests(many)
		r, err := b.compare(ctx, []side{
			{name: "few", run: func(ctx context.Context) (turn, error) { return q.ask(ctx, b, small, few) }},
			{name: "many", run: func(ctx context.Context) (turn, error) { return q.ask(ctx, b, large, lots) }},
		})
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		bestFew, bestMany := r.half("few"), r.half("many")
		var each []float64
		for i, t := range r["many"] {
			each = append(each, float64(t.half)/float64(r["few"][i].half))
		}
		slices.Sort(each)
		ratio, median := float64(bestMany)/float64(bestFew), each[len(each)/2]
		b.note(fmt.Sprintf("%s: time at %d orders / at 1,000", q.name, many), fmt.Sprintf("%.2f (%.2f)", ratio, median), "≤ 1.3", ratio <= 1.3)
		fmt.Printf("| %s | %s | %s | %.2f (%.2f) |\n", q.name, short(bestFew), short(bestMany), ratio, median)
	}
	return nil
}

// startWith starts Kabinet with so many past orders.
func (b *bench) startWith(ctx context.Context, orders int) (*kabinet, error) {
	dsn, err := b.database(ctx, fmt.Sprintf("orders_%d", orders), "")
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := storetest.Fill(ctx, dsn, orders/10, orders); err != nil {
		return nil, err
	}
	fmt.Printf("(filled %d orders in %.0f s)\n", orders, time.Since(began).Seconds())
	return b.start(ctx, dsn)
}

// scaleRequest is one request; vary makes it one of order number n out of all.
type scaleRequest struct {
	name string
	want string
	vary func(n, all int) request
}

func (q scaleRequest) requests(all int) []request {
	requests := make([]request, 2000)
	for i := range requests {
		requests[i] = q.vary(1+rand.IntN(all), all)
	}
	return requests
}

func (q scaleRequest) ask(ctx context.Context, b *bench, k *kabinet, requests []request) (turn, error) {
	return load{Addr: k.addr, Requests: requests, Clients: 1, Length: b.length / 2, Want: q.want}.run(ctx, b)
}

// ownerOf is whose order the nth one is; see storetest.Fill.
func ownerOf(n, all int) int64 { return 1 + int64(n)*7919%int64(all/10) }

// own makes a request of the customer whose order number n is.
func own(query string) func(n, all int) request {
	return func(n, all int) request {
		return request{Token: token(ownerOf(n, all), 0, ""), Body: bodyOf(query, map[string]any{"number": fmt.Sprintf("R-%d", 10_000+n)})}
	}
}

func bodyOf(query string, variables map[string]any) string {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err) // texts and numbers only
	}
	return string(body)
}

var scaleRequests = []scaleRequest{
	{"a customer's orders", `"number":"R-`, own(`query Orders { viewer { customer { orders(first: 20) {
 nodes { number status placedAt total { amount currencyCode } lines { name quantity } } pageInfo { hasNextPage endCursor } } } } }`)},
	{"an order by its number", `"number":"R-`, own(`query Order($number: String!) { viewer { customer { order(number: $number) {
 number status promisedAt total { amount currencyCode } lines { name quantity total { amount } } timeline { nodes { at kind text } } availableActions } } } }`)},
	{"a wallet with its entries", `"entries":{"nodes":[{`, own(`query Wallet { viewer { customer { wallet { active pending held debt
 entries(first: 20) { nodes { at cause points } pageInfo { hasNextPage } } lots { expiresAt } expiringPoints(within: 30) } } } }`)},
	{"the desk's new orders", `"status":"NEW"`, func(int, int) request {
		return request{Token: token(0, 1, "ADMIN"), Body: bodyOf(`query New { desk { orders(first: 20, where: { status: { oneOf: [NEW, READY] } }) {
 nodes { number status placedAt total { amount } customer { name } } pageInfo { hasNextPage endCursor } } } }`, nil)}
	}},
	{"the desk's orders by date", `"number":"R-`, func(int, int) request {
		return request{Token: token(0, 1, "ADMIN"), Body: bodyOf(`query All { desk { orders(first: 20) {
 nodes { number status placedAt total { amount } customer { name } } pageInfo { hasNextPage endCursor } } } }`, nil)}
	}},
	{"placing an order", `"userErrors":[]`, func(_, all int) request { return placements(all/10, 1)[0] }},
}
