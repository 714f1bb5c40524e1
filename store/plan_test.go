package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// Every list on a filled table goes by an index and stops when the page is full: it neither reads a big table through nor sorts what it will not
// show. The plans are those of the statements as the store sends them, heard on its connection, with the parameters it sends.
func TestLists_ReadNoMoreThanTheirPage(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	if err := storetest.Fill(t.Context(), dsn, 5_000, 50_000); err != nil {
		t.Fatal(err)
	}
	heard := &ear{}
	st := storetest.OpenAt(t, dsn, func(c *store.Config) { c.Dialer, c.MaxConns = heard, 1 })
	db, err := sql.Open("postgres", dsn)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	for _, l := range lists(st) {
		heard.take()
		cursor, err := l.read(t.Context(), domain.Page{First: 20})
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
			continue
		}
		if cursor != "" {
			if _, err := l.read(t.Context(), domain.Page{First: 20, After: cursor}); err != nil {
				t.Errorf("%s, second page: %v", l.name, err)
			}
			if _, err := l.read(t.Context(), domain.Page{Last: 20, Before: cursor}); err != nil {
				t.Errorf("%s, page before: %v", l.name, err)
			}
		}
		asked := heard.take()
		if len(asked) == 0 {
			t.Errorf("%s: no statement was heard", l.name)
		}
		for i, q := range asked {
			plan := explain(t, db, q)
			for _, wrong := range plan.wrongs() {
				t.Errorf("%s, statement %d: %s\n%s", l.name, i+1, wrong, q.sql)
			}
			if l.index != "" && !plan.uses(l.index) {
				t.Errorf("%s, statement %d goes by %v, not by %s", l.name, i+1, plan.indexes(), l.index)
			}
		}
	}
}

// A plan that reads a table through must not pass.
func TestPlan_SeesATableReadThroughAndALargeSort(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	if err := storetest.Fill(t.Context(), dsn, 500, 5_000); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("postgres", dsn)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	for _, q := range []query{
		{sql: "select id from orders where note = $1", params: []any{"x"}},
		{sql: "select id from orders where customer_id > $1 order by total + id limit 20", params: []any{"0"}},
		{sql: "select id from orders order by placed_at desc, id desc offset $1 limit 20", params: []any{"3000"}},
	} {
		if explain(t, db, q).wrongs() == nil {
			t.Errorf("nothing is wrong with %s", q.sql)
		}
	}
}

// list is a list of the store; read returns the last cursor of the page when the list has cursors.
type list struct {
	name  string
	index string // which every statement must go by; empty when there are several
	read  func(context.Context, domain.Page) (cursor string, err error)
}

func lists(st *store.Store) []list {
	someone := int64(77)
	day := time.Now().Add(-30 * 24 * time.Hour)
	orders := func(f domain.OrderFilter, field string, desc bool) func(context.Context, domain.Page) (string, error) {
		return func(ctx context.Context, p domain.Page) (string, error) {
			l, err := st.Orders(ctx, f, domain.OrderSort{Field: field, Desc: desc}, p)
			return last(l, err)
		}
	}
	products := func(f domain.ProductFilter, field string, locale domain.Locale) func(context.Context, domain.Page) (string, error) {
		return func(ctx context.Context, p domain.Page) (string, error) {
			l, err := st.Products(ctx, f, domain.ProductSort{Field: field}, locale, p, false)
			return last(l, err)
		}
	}
	customers := func(search, field string) func(context.Context, domain.Page) (string, error) {
		return func(ctx context.Context, p domain.Page) (string, error) {
			l, err := st.Customers(ctx, search, domain.CustomerSort{Field: field, Desc: true}, p)
			return last(l, err)
		}
	}
	once := func(read func(context.Context) error) func(context.Context, domain.Page) (string, error) {
		return func(ctx context.Context, _ domain.Page) (string, error) { return "", read(ctx) }
	}
	open := []domain.OrderStatus{domain.OrderNew, domain.OrderConfirmed, domain.OrderInProgress, domain.OrderReady}
	return []list{
		{"a customer's orders", "orders_customer", orders(domain.OrderFilter{CustomerID: &someone}, "PLACED_AT", true)},
		{"a customer's open orders", "orders_customer", orders(domain.OrderFilter{CustomerID: &someone, Statuses: open}, "PLACED_AT", true)},
		{"a customer's promised orders", "orders_customer_promised", orders(domain.OrderFilter{CustomerID: &someone}, "PROMISED_AT", false)},
		{"all orders", "orders_placed", orders(domain.OrderFilter{}, "PLACED_AT", true)},
		{"all orders, oldest first", "orders_placed", orders(domain.OrderFilter{}, "PLACED_AT", false)},
		{"new orders", "orders_status", orders(domain.OrderFilter{Statuses: open[:1]}, "PLACED_AT", true)},
		{"open orders", "orders_status", orders(domain.OrderFilter{Statuses: open}, "PLACED_AT", true)},
		{"orders since a day", "orders_placed", orders(domain.OrderFilter{PlacedFrom: &day}, "PLACED_AT", true)},
		{"cancelled orders since a day", "orders_status", orders(domain.OrderFilter{PlacedFrom: &day, Statuses: []domain.OrderStatus{domain.OrderCancelled}}, "PLACED_AT", true)},
		{"promised orders", "orders_promised", orders(domain.OrderFilter{}, "PROMISED_AT", false)},
		{"promised orders in states", "orders_promised", orders(domain.OrderFilter{Statuses: open}, "PROMISED_AT", false)},
		{"customers", "customer_created", customers("", "CREATED_AT")},
		{"customers by what they paid", "customer_figures_net", customers("", "NET")},
		{"one customer by phone", "customer_search", customers("79990000077", "CREATED_AT")},
		{"one customer by address, by what they paid", "customer_search", customers("customer-77@", "NET")},
		{"products", "", products(domain.ProductFilter{}, "POSITION", domain.RU)},
		{"products of a category", "", products(domain.ProductFilter{Categories: []string{"category-3"}}, "POSITION", domain.RU)},
		{"products by name", "", products(domain.ProductFilter{}, "NAME", domain.EN)},
		{"wallet entries", "transfer_customer", func(ctx context.Context, p domain.Page) (string, error) {
			l, err := st.WalletEntries(ctx, someone, p)
			return last(l, err)
		}},
		{"timeline", "timeline_order", func(ctx context.Context, p domain.Page) (string, error) {
			l, err := st.Timeline(ctx, 777, true, p)
			return last(l, err)
		}},
		{"order by number", "orders_number_unique", once(func(ctx context.Context) error {
			_, err := st.OrderByNumber(ctx, "R-10777")
			return err
		})},
		{"lines of orders", "order_line_order", once(func(ctx context.Context) error {
			_, err := st.LinesByOrder(ctx, []int64{7, 77, 777})
			return err
		})},
		{"lots", "lot_spendable", once(func(ctx context.Context) error {
			_, err := st.Lots(ctx, someone)
			return err
		})},
		{"expiring points", "", once(func(ctx context.Context) error {
			_, err := st.ExpiringPoints(ctx, someone, 30)
			return err
		})},
	}
}

func last[T any](l domain.List[T], err error) (string, error) {
	if err != nil || len(l.Cursors) == 0 {
		return "", err
	}
	return l.Cursors[len(l.Cursors)-1], nil
}

// node is a step of a plan, with what it really did.
type node struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Rows     float64 `json:"Actual Rows"`
	Loops    float64 `json:"Actual Loops"`
	Removed  float64 `json:"Rows Removed by Filter"`
	Plans    []node  `json:"Plans"`
}

// fewRows is what a page may read on its way.
const fewRows = 400

// wrongs says what in a plan grows with the table.
func (n node) wrongs() (wrong []string) {
	read := (n.Rows + n.Removed) * max(n.Loops, 1)
	small := []string{"business", "category", "product", "variant", "stock", "earning_rule", "staff", "catalog_version"}
	switch {
	case n.Type == "Seq Scan" && !slices.Contains(small, n.Relation):
		wrong = append(wrong, "reads "+n.Relation+" through")
	case read > fewRows:
		wrong = append(wrong, fmt.Sprintf("%s on %s%s reads %.0f rows", n.Type, n.Relation, n.Index, read))
	}
	for _, below := range n.Plans {
		wrong = append(wrong, below.wrongs()...)
	}
	return wrong
}

func (n node) indexes() (names []string) {
	if n.Index != "" {
		names = append(names, n.Index)
	}
	for _, below := range n.Plans {
		names = append(names, below.indexes()...)
	}
	return names
}

func (n node) uses(index string) bool { return slices.Contains(n.indexes(), index) }

func explain(t *testing.T, db *sql.DB, q query) node {
	t.Helper()
	var text []byte
	if err := db.QueryRowContext(t.Context(), "explain (analyze, timing off, format json) "+q.sql, q.params...).Scan(&text); err != nil {
		t.Fatalf("%v\n%s", err, q.sql)
	}
	var plans []struct{ Plan node }
	must(t, json.Unmarshal(text, &plans))
	return plans[0].Plan
}

// query is a statement with its parameters as text.
type query struct {
	sql    string
	params []any
}

// ear hears the prepared statements that run on the connections it makes.
type ear struct {
	mu    sync.Mutex
	asked []query
}

func (e *ear) take() []query {
	e.mu.Lock()
	defer e.mu.Unlock()
	asked := e.asked
	e.asked = nil
	return asked
}

// Dial connects.
func (e *ear) Dial(network, address string) (net.Conn, error) {
	conn, err := net.Dial(network, address)
	return &heardConn{Conn: conn, ear: e, statements: map[string]string{}}, err
}

// DialTimeout connects.
func (e *ear) DialTimeout(network, address string, _ time.Duration) (net.Conn, error) {
	return e.Dial(network, address)
}

type heardConn struct {
	net.Conn
	ear        *ear
	statements map[string]string
	buffer     []byte
	greeted    bool
}

// Write listens for whole Parse and Bind messages; only the greeting has no type.
func (c *heardConn) Write(p []byte) (int, error) {
	c.buffer = append(c.buffer, p...)
	for {
		head := 1
		if !c.greeted {
			head = 0
		}
		if len(c.buffer) < head+4 {
			break
		}
		end := head + int(binary.BigEndian.Uint32(c.buffer[head:]))
		if len(c.buffer) < end {
			break
		}
		if c.greeted {
			c.message(c.buffer[0], c.buffer[head+4:end])
		}
		c.greeted, c.buffer = true, slices.Clone(c.buffer[end:])
	}
	return c.Conn.Write(p)
}

func (c *heardConn) message(kind byte, body []byte) {
	name, rest, _ := bytes.Cut(body, []byte{0})
	switch kind {
	case 'P':
		text, _, _ := bytes.Cut(rest, []byte{0})
		c.statements[string(name)] = string(text)
	case 'B':
		statement, rest, _ := bytes.Cut(rest, []byte{0})
		q := query{sql: c.statements[string(statement)]}
		rest = rest[2+2*binary.BigEndian.Uint16(rest):] // the formats: all text
		count := binary.BigEndian.Uint16(rest)
		rest = rest[2:]
		for range count {
			size := int(int32(binary.BigEndian.Uint32(rest)))
			rest = rest[4:]
			if size < 0 {
				q.params = append(q.params, nil)
				continue
			}
			q.params = append(q.params, string(rest[:size]))
			rest = rest[size:]
		}
		c.ear.mu.Lock()
		defer c.ear.mu.Unlock()
		c.ear.asked = append(c.ear.asked, q)
	}
}
