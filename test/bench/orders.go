package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// orderCustomers is how many customers place orders, each with points.
const orderCustomers = 10_000

// spentPoints is how many points each order spends.
const spentPoints = 117

const placeQuery = `mutation Place($input: OrderPlaceInput!) { orderPlace(input: $input) {
 order { id number status total { amount currencyCode } pointsSpent pointsToEarn promisedAt } userErrors { code message } } }`

// placements are requests to place an order of two lines with points, each of another customer and with other variants.
func placements(customers, n int) []request {
	requests := make([]request, n)
	for i := range requests {
		// The first half of the variants and the second, so that the two differ.
		first, second := domain.GID{Kind: "ProductVariant", N: 1 + rand.Int64N(100)}, domain.GID{Kind: "ProductVariant", N: 101 + rand.Int64N(100)}
		body, err := json.Marshal(map[string]any{"query": placeQuery, "variables": map[string]any{"input": map[string]any{
			"idempotencyKey": "bench-" + unique, "spendPoints": spentPoints,
			"lines": []map[string]any{{"variantId": first.String(), "quantity": 1}, {"variantId": second.String(), "quantity": 2}},
		}}})
		if err != nil {
			panic(err) // texts and numbers only
		}
		requests[i] = request{Token: token(1+rand.Int64N(int64(customers)), 0, ""), Body: string(body)}
	}
	return requests
}

// measureOrders sets orderPlace over HTTP against pgbench with the statements that an order runs.
func measureOrders(ctx context.Context, b *bench) error {
	if _, err := b.database(ctx, "orders_filled", ""); err != nil {
		return err
	}
	if err := storetest.Fill(ctx, b.pg.AdminDSN("orders_filled"), orderCustomers, 0); err != nil {
		return err
	}
	served, err := b.database(ctx, "orders_served", "orders_filled")
	if err != nil {
		return err
	}
	floor, err := b.database(ctx, "orders_floor", "orders_filled")
	if err != nil {
		return err
	}
	script, err := b.recordOrder(ctx, floor)
	if err != nil {
		return err
	}
	k, err := b.start(ctx, served)
	if err != nil {
		return err
	}
	defer func() { _ = k.stop() }()
	db, err := sql.Open("postgres", served)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	requests := placements(orderCustomers, 5000)
	if err := b.settleIn(ctx, k, requests, script, served, floor); err != nil {
		return err
	}
	for _, clients := range []int{1, 8, 16} {
		if err := errors.Join(b.resetStatements(ctx, served), b.resetStatements(ctx, floor)); err != nil {
			return err
		}
		sides := []side{
			{name: fmt.Sprintf("orderPlace, %d clients", clients), pid: k.cmd.Process.Pid, run: func(ctx context.Context) (turn, error) {
				wait := b.startProfile(ctx, k, fmt.Sprintf("orders-%d", clients))
				t, err := load{Addr: k.addr, Requests: requests, Clients: clients, Length: b.length, Want: `"userErrors":[]`}.run(ctx, b)
				return t, errors.Join(err, wait(), settled(ctx, db))
			}},
			{name: "pgbench", run: func(ctx context.Context) (turn, error) { return script.run(ctx, b, floor, clients) }},
		}
		r, err := b.compare(ctx, sides)
		if err != nil {
			return err
		}
		r.printRates(fmt.Sprintf("Placing orders, %d at once", clients), sides, "pgbench")
		b.noteRatio(fmt.Sprintf("orderPlace, %d at once / pgbench", clients), r, sides[0].name, "pgbench", 0.6)
		for i, dsn := range []string{served, floor} {
			if err := b.printStatements(ctx, dsn, r.ops(sides[i].name)); err != nil {
				return err
			}
		}
	}
	b.note("memory after the load of orders", fmt.Sprintf("%.0f MB", float64(k.residentKB())/1024), "", true)
	return nil
}

// settleIn places orders on both sides and then does what autovacuum does in the first minute of a business. Kabinet keeps its connections, and with them
// the plans that were made while the tables were empty and known to be so: until somebody counts the rows anew, they read the tables through.
func (b *bench) settleIn(ctx context.Context, k *kabinet, requests []request, script script, served, floor string) error {
	if _, err := (load{Addr: k.addr, Requests: requests, Clients: 16, Length: b.length, Want: `"userErrors":[]`}).run(ctx, b); err != nil {
		return err
	}
	if err := b.atDatabase(served, func(db *sql.DB) error { return settled(ctx, db) }); err != nil {
		return err
	}
	if _, err := script.run(ctx, b, floor, 16); err != nil {
		return err
	}
	for _, dsn := range []string{served, floor} {
		err := b.atDatabase(dsn, func(db *sql.DB) error {
			_, err := db.ExecContext(ctx, "vacuum analyze")
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settled waits until the jobs that the orders asked for are done, so that they do not slow the other side. Their CPU counts as the order's.
func settled(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		left := 0
		if err := db.QueryRowContext(ctx, `select (select count(*) from job) + (select count(*) from event where seq is null)`).Scan(&left); err != nil || left == 0 {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.New("jobs are left over")
		}
	}
}

// recordOrder places orders until the statements are prepared, listens to one more, and writes that one's statements for pgbench.
func (b *bench) recordOrder(ctx context.Context, dsn string) (script, error) {
	w := &wire{}
	st, err := store.Open(ctx, store.Config{DSN: dsn, Secret: []byte(secret), MaxConns: 1, Dialer: w})
	if err != nil {
		return script{}, err
	}
	defer func() { _ = st.Close() }()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return script{}, err
	}
	defer func() { _ = db.Close() }()
	for n := range 100 {
		who := domain.Viewer{CustomerID: 4321 + int64(n)}
		var order domain.Order
		key := ""
		for _, nth := range []string{"first", "second"} { // with the second order, the points held are more than the points spent
			w.take()
			key = fmt.Sprintf("the key of the %s order of %d", nth, n)
			order, err = st.PlaceOrder(ctx, who, domain.OrderDraft{IdempotencyKey: key, SpendPoints: spentPoints,
				Lines: []domain.LineAsk{{VariantID: 77, Quantity: 1}, {VariantID: 177, Quantity: 2}}})
			if err != nil {
				return script{}, err
			}
		}
		calls, trips := w.take()
		if slices.ContainsFunc(calls, func(c call) bool { return c.prepared && c.fresh || strings.Contains(c.sql, "pg_advisory") }) {
			continue // still warming up
		}
		fmt.Printf("\nOne order makes %d round trips to the database: %s\n", trips, summary(calls))
		r := recording{calls: calls, change: map[string]string{
			strconv.FormatInt(who.CustomerID, 10): ":customer", fmt.Sprintf("customer:%d", who.CustomerID): "('customer:' || cast(:customer as text))",
			key: "('bench-' || cast(:key as text))", "77": ":first", "177": ":second",
			strconv.FormatInt(order.ID, 10): ":o_order_id", order.Number: "('R-' || cast(:o_number as text))",
			strconv.Itoa(1_000_000 - 2*spentPoints): fmt.Sprintf("(cast(:o_active as bigint) - %d)", spentPoints),
			strconv.Itoa(2 * spentPoints):           fmt.Sprintf("(cast(:o_held as bigint) + %d)", spentPoints),
		}}
		if err := r.nameLot(ctx, db, who.CustomerID); err != nil {
			return script{}, err
		}
		setup := fmt.Sprintf("\\set customer random(1, %d)\n\\set first random(1, 100)\n\\set second random(101, 200)\n\\set key random(1, 1000000000000000)\n", orderCustomers)
		return b.pgbenchScript(ctx, db, r, setup, map[string]string{"nextval('order_number')": "o_", "from lot": "l_"})
	}
	return script{}, errors.New("the statements of an order do not settle")
}

// nameLot makes a variable of the lot that the order took from.
func (r *recording) nameLot(ctx context.Context, db *sql.DB, customerID int64) error {
	var lot int64
	if err := db.QueryRowContext(ctx, `select id from lot where customer_id = $1`, customerID).Scan(&lot); err != nil {
		return err
	}
	if same := strconv.FormatInt(lot, 10); r.change[same] == "" {
		r.change[same] = ":l_id"
		return nil
	}
	return errors.New("the lot has the number of something else: choose another customer to record")
}

// summary names the statements of a transaction by their first words.
func summary(calls []call) string {
	var names []string
	for _, c := range calls {
		words := strings.Fields(c.sql)
		names = append(names, strings.Join(words[:min(len(words), 3)], " "))
	}
	return strings.Join(names, "; ")
}
