package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// catalogueClients is how many ask for the catalogue at once.
const catalogueClients = 24

// catalogueCustomers is how many customers the business of the page has.
const catalogueCustomers = 100

const pageQuery = `query Page { products(first: 20) { nodes { id name price { amount currencyCode } category { id name } } } }`

// measureCatalogue sets a page of 20 products with price and category against a hand-written handler that runs the same SQL, and against a
// server that does nothing but send the same bytes.
func measureCatalogue(ctx context.Context, b *bench) error {
	dsn, err := b.database(ctx, "catalogue", "")
	if err != nil {
		return err
	}
	if err := storetest.Fill(ctx, dsn, catalogueCustomers, 0); err != nil {
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
	sides, err := b.pageSides(k, floor, string(page))
	if err != nil {
		return err
	}
	r, err := b.compare(ctx, sides)
	if err != nil {
		return err
	}
	r.printRates(fmt.Sprintf("Catalogue page of 20 products, %d at once", catalogueClients), sides, "(a) same SQL by hand", "(b) same bytes")
	b.noteRatio("catalogue page, from memory / a bare server of the same bytes", r, sides[0].name, "(b) same bytes", 0.5)
	b.noteRatio("catalogue page, from memory / the same SQL by hand", r, sides[0].name, "(a) same SQL by hand", 0.8)
	b.noteRatio("catalogue page, not in memory / the same SQL by hand", r, sides[1].name, "(a) same SQL by hand", 0)
	if b.other != "" {
		b.noteRatio("catalogue page, from memory / the other server", r, sides[0].name, "other server", 3)
		b.noteRatio("catalogue page, not in memory / the other server", r, sides[1].name, "other server", 3)
	}
	return nil
}

// pageSides are those who answer the page, Kabinet in three ways first.
func (b *bench) pageSides(k *kabinet, floor *floor, page string) ([]side, error) {
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
	otherBody := strings.TrimSuffix(page, "}") + `,"extensions":{"nonce":"` + unique + `"}}`
	otherDocument := strings.Replace(page, " products(", " n"+unique+": products(", 1)
	sides := []side{
		{name: "Kabinet, from memory", pid: k.cmd.Process.Pid, run: to(k.addr, page, "page-hit")},
		{name: "Kabinet, not in memory", pid: k.cmd.Process.Pid, run: to(k.addr, otherBody, "page-miss")},
		{name: "Kabinet, unknown document", pid: k.cmd.Process.Pid, run: to(k.addr, otherDocument, "page-document")},
		{name: "(a) same SQL by hand", pid: floor.cmd.Process.Pid, run: to(floor.sqlAddr, page, "")},
		{name: "(b) same bytes", pid: floor.cmd.Process.Pid, run: to(floor.bytesAddr, page, "")},
	}
	if b.other != "" {
		query, err := os.ReadFile(b.otherQuery)
		if err != nil {
			return nil, err
		}
		sides = append(sides, side{name: "other server", run: to(b.other, bodyOf(string(query), nil), "")})
	}
	return sides, nil
}

// fillCatalogue makes the schema and the data of this page in an empty database, for another server to show.
func fillCatalogue(ctx context.Context, dsn string) error {
	if _, err := store.Migrate(ctx, dsn); err != nil {
		return err
	}
	return storetest.Fill(ctx, dsn, catalogueCustomers, 0)
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
