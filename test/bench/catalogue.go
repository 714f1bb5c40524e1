package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// catalogueClients is how many ask for the catalogue at once.
const catalogueClients = 24

const pageQuery = `query Page { products(first: 20) { nodes { id name price { amount currencyCode } category { id name } } } }`

// measureCatalogue sets a page of 20 products with price and category against a hand-written handler that runs the same SQL, and against a
// server that does nothing but send the same bytes.
func measureCatalogue(ctx context.Context, b *bench) error {
	dsn, err := b.database(ctx, "catalogue", "")
	if err != nil {
		return err
	}
	if err := storetest.Fill(ctx, dsn, 100, 0); err != nil {
		return err
	}
	k, err := b.start(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = k.stop() }()
	spec, err := recordPage(ctx, dsn)
	if err != nil {
		return err
	}
	page, err := json.Marshal(map[string]string{"query": pageQuery})
	if err != nil {
		return err
	}
	if spec.Bytes, err = bytesOf(ctx, k.addr, string(page)); err != nil {
		return err
	}
	floor, err := b.startFloor(ctx, spec)
	if err != nil {
		return err
	}
	defer func() { _ = floor.stop() }()
	if handmade, err := bytesOf(ctx, floor.sqlAddr, string(page)); err != nil || !bytes.Equal(handmade, spec.Bytes) {
		return fmt.Errorf("the hand-written handler answers otherwise: %w\n%s\n%s", err, handmade, spec.Bytes)
	}
	fmt.Printf("\nThe page has %d bytes; making it runs %d statements.\n", len(spec.Bytes), 2)
	if err := b.showFreshness(ctx, dsn, k, string(page)); err != nil {
		return err
	}
	to := func(addr, body, name string) func(context.Context) (turn, error) {
		return func(ctx context.Context) (turn, error) {
			wait := func() error { return nil }
			if addr == k.addr {
				wait = b.startProfile(ctx, k, name)
			}
			t, err := load{Addr: addr, Requests: []request{{Body: body}}, Clients: catalogueClients, Length: b.length, Want: `"data":{"`}.run(ctx, b)
			return t, errors.Join(err, wait())
		}
	}
	// Another body is another request, though it asks for the same; another document must be parsed and checked as well.
	otherBody := strings.TrimSuffix(string(page), "}") + `,"extensions":{"nonce":"` + unique + `"}}`
	otherDocument := strings.Replace(string(page), " products(", " n"+unique+": products(", 1)
	sides := []side{
		{name: "Kabinet, from memory", pid: k.cmd.Process.Pid, run: to(k.addr, string(page), "page-hit")},
		{name: "Kabinet, not in memory", pid: k.cmd.Process.Pid, run: to(k.addr, otherBody, "page-miss")},
		{name: "Kabinet, unknown document", pid: k.cmd.Process.Pid, run: to(k.addr, otherDocument, "page-document")},
		{name: "(a) same SQL by hand", pid: floor.cmd.Process.Pid, run: to(floor.sqlAddr, string(page), "")},
		{name: "(b) same bytes", pid: floor.cmd.Process.Pid, run: to(floor.bytesAddr, string(page), "")},
	}
	r, err := b.compare(ctx, sides)
	if err != nil {
		return err
	}
	r.printRates(fmt.Sprintf("Catalogue page of 20 products, %d at once", catalogueClients), sides, "(a) same SQL by hand", "(b) same bytes")
	return nil
}

// recordPage asks the store for what the page needs and returns the statements it runs.
func recordPage(ctx context.Context, dsn string) (floorSpec, error) {
	w := &wire{}
	st, err := store.Open(ctx, store.Config{DSN: dsn, Secret: []byte(secret), MaxConns: 1, Dialer: w})
	if err != nil {
		return floorSpec{}, err
	}
	defer func() { _ = st.Close() }()
	w.take()
	filter := domain.ProductFilter{Statuses: []domain.ProductStatus{domain.ProductActive}}
	if _, err := st.Products(ctx, filter, domain.ProductSort{Field: "POSITION"}, domain.EN, domain.Page{First: 20}, false); err != nil {
		return floorSpec{}, err
	}
	if _, err := st.CategoriesByID(ctx, []int64{1}); err != nil {
		return floorSpec{}, err
	}
	calls, _ := w.take()
	if len(calls) != 2 {
		return floorSpec{}, fmt.Errorf("the page takes %d statements, not 2: %s", len(calls), summary(calls))
	}
	spec := floorSpec{DSN: dsn, Products: calls[0].sql, Categories: calls[1].sql}
	for _, p := range calls[0].params {
		spec.Args = append(spec.Args, string(p))
	}
	return spec, nil
}
