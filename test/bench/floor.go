package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"kabinet/domain"
)

// floorSpec is what the floors need: the statements and arguments of a page, and its bytes. With Replay these statements are run and nothing is made of
// them; else it is the catalogue page, made by hand.
type floorSpec struct {
	DSN        string
	Products   string
	Args       []string
	Categories string
	Replay     []statement
	Bytes      []byte
}

// floor is the floors' process.
type floor struct {
	cmd                *exec.Cmd
	in                 io.Closer
	sqlAddr, bytesAddr string
}

func (b *bench) startFloor(ctx context.Context, spec floorSpec) (*floor, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	f := &floor{}
	err = f.start(ctx, b, "floor", append(text, '\n'), &f.sqlAddr, &f.bytesAddr)
	return f, err
}

// start lets this program play a role in a process of its own: tells it something and reads the addresses that it answers with.
func (f *floor) start(ctx context.Context, b *bench, role string, told []byte, addresses ...any) error {
	f.cmd = exec.CommandContext(ctx, b.self)
	f.cmd.Env = append(os.Environ(), roleVariable+"="+role)
	f.cmd.Stderr = os.Stderr
	in, err := f.cmd.StdinPipe()
	if err != nil {
		return err
	}
	f.in = in
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := f.cmd.Start(); err != nil {
		return err
	}
	if _, err := in.Write(told); err != nil {
		return err
	}
	_, err = fmt.Fscanln(out, addresses...)
	return err
}

// stop closes the process's input, which ends it.
func (f *floor) stop() error {
	_ = f.in.Close()
	return f.cmd.Wait()
}

// serveFloor is the floors' process: two servers of net/http, until the input ends.
func serveFloor(in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return err
	}
	var spec floorSpec
	if err := json.Unmarshal(line, &spec); err != nil {
		return err
	}
	page, err := newFloor(spec)
	if err != nil {
		return err
	}
	sameBytes := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		send(w, spec.Bytes)
	})
	failed := make(chan error, 3)
	for _, handler := range []http.Handler{page, sameBytes} {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		go func() { failed <- http.Serve(l, handler) }()
		if _, err := fmt.Fprint(out, l.Addr(), " "); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	go func() {
		_, _ = lines.ReadByte()
		failed <- nil
	}()
	return <-failed
}

func send(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// page is the catalogue page as one would write it by hand, without GraphQL: the same statements, prepared, and the same JSON.
type page struct {
	products   *sql.Stmt
	args       []any
	categories *sql.Stmt
}

// newFloor is the handler that runs the statements.
func newFloor(spec floorSpec) (http.Handler, error) {
	cfg, err := pq.NewConfig(spec.DSN)
	if err != nil {
		return nil, err
	}
	cfg.BinaryParameters = true
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	if spec.Replay != nil {
		return newReplay(db, spec)
	}
	return newPage(db, spec)
}

// replay runs statements, reads their rows and sends bytes.
type replay struct {
	steps []step
	bytes []byte
}

// step is a prepared statement and its arguments.
type step struct {
	prepared *sql.Stmt
	args     []any
}

func newReplay(db *sql.DB, spec floorSpec) (r *replay, err error) {
	r = &replay{bytes: spec.Bytes}
	for _, s := range spec.Replay {
		one := step{args: make([]any, len(s.Args))}
		if one.prepared, err = db.Prepare(s.SQL); err != nil {
			return nil, err
		}
		for i, a := range s.Args {
			if a != nil {
				one.args[i] = *a
			}
		}
		r.steps = append(r.steps, one)
	}
	return r, nil
}

// ServeHTTP answers one request.
func (p *replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	for _, s := range p.steps {
		if err := s.run(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	send(w, p.bytes)
}

func (s step) run(ctx context.Context) error {
	rows, err := s.prepared.QueryContext(ctx, s.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	raw := make([]any, len(columns))
	for i := range raw {
		raw[i] = new(sql.RawBytes)
	}
	for rows.Next() {
		if err := rows.Scan(raw...); err != nil {
			return err
		}
	}
	return rows.Err()
}

func newPage(db *sql.DB, spec floorSpec) (p *page, err error) {
	p = &page{}
	for _, a := range spec.Args {
		p.args = append(p.args, a)
	}
	if p.products, err = db.Prepare(spec.Products); err != nil {
		return nil, err
	}
	p.categories, err = db.Prepare(spec.Categories)
	return p, err
}

type (
	pageMoney struct {
		Amount       string `json:"amount"`
		CurrencyCode string `json:"currencyCode"`
	}
	pageCategory struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	pageProduct struct {
		ID       string        `json:"id"`
		Name     string        `json:"name"`
		Price    *pageMoney    `json:"price"`
		Category *pageCategory `json:"category"`

		categoryID *int64
	}
)

// ServeHTTP makes the page.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	products, err := p.read(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var answer struct {
		Data struct {
			Products struct {
				Nodes []*pageProduct `json:"nodes"`
			} `json:"products"`
		} `json:"data"`
	}
	answer.Data.Products.Nodes = products
	body, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, body)
}

// read reads the products and their categories.
func (p *page) read(ctx context.Context) ([]*pageProduct, error) {
	all, wanted, err := p.readProducts(ctx)
	if err != nil {
		return nil, err
	}
	categories, err := p.readCategories(ctx, wanted)
	for _, product := range all {
		if product.categoryID != nil {
			product.Category = categories[*product.categoryID]
		}
	}
	return all, err
}

func (p *page) readProducts(ctx context.Context) (all []*pageProduct, categories []int64, err error) {
	rows, err := p.products.QueryContext(ctx, p.args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var name, unread sql.RawBytes
		var price *int64
		var currency string
		product := &pageProduct{}
		err := rows.Scan(&id, &unread, &unread, &unread, &name, &unread, &product.categoryID, &unread, &unread, &unread, &unread, &price, &currency, &unread, &unread)
		if err != nil {
			return nil, nil, err
		}
		if len(all) == 20 { // one more than the page tells that there are more
			break
		}
		product.ID, product.Name = domain.GID{Kind: "Product", N: id}.String(), english(name)
		if price != nil {
			product.Price = &pageMoney{fmt.Sprintf("%d.%02d", *price/100, *price%100), currency}
		}
		if product.categoryID != nil {
			categories = append(categories, *product.categoryID)
		}
		all = append(all, product)
	}
	return all, categories, rows.Err()
}

func (p *page) readCategories(ctx context.Context, ids []int64) (map[int64]*pageCategory, error) {
	rows, err := p.categories.QueryContext(ctx, pq.Array(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[int64]*pageCategory{}
	for rows.Next() {
		var id int64
		var name, unread sql.RawBytes
		if err := rows.Scan(&id, &unread, &name, &unread); err != nil {
			return nil, err
		}
		found[id] = &pageCategory{domain.GID{Kind: "Category", N: id}.String(), english(name)}
	}
	return found, rows.Err()
}

func english(text []byte) string {
	var t struct {
		EN string `json:"en"`
	}
	_ = json.Unmarshal(text, &t)
	return t.EN
}

// bytesOf is what a server answers to a request.
func bytesOf(ctx context.Context, addr, body string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/graphql", bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	return sent(r, "")
}

// send sends a request of the load as its nth and returns the answer.
func (k *kabinet) send(ctx context.Context, q request, n int) ([]byte, error) {
	body := strings.Replace(q.Body, unique, fmt.Sprintf("%012d", n), 1)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+k.addr+"/graphql", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	return sent(r, q.Token)
}

func sent(r *http.Request, token string) ([]byte, error) {
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Accept-Language", "en")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	return io.ReadAll(response.Body)
}
