package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
	"kabinet/store/storetest"
)

// pagesPeople is how many customers the business of the pages has, in one referral tree in which each invited eight; each has ten orders.
const pagesPeople = 2_000

// pageRequest is a page that is set against the statements that it runs.
type pageRequest struct {
	name    string
	request request
	want    string
	aim     float64 // of the statements by hand; 0: none
	cached  bool    // the answer follows from the catalogue: each request is made another one, so that it is not from memory
}

var pageRequests = []pageRequest{
	{name: "product by slug, not in memory", aim: 0.25, cached: true, want: `"slug":"product-77"`, request: request{Body: bodyOf(`query Product($slug: String!) {
 product(slug: $slug) { id slug kind name description attributes { name value } variants { id sku name price { amount currencyCode } availability stock }
 availability whatToExpect { leadTimeMinutes durationMinutes howToPrepare documents } } }`, map[string]any{"slug": "product-77"})}},
	{name: "wallet page", aim: 0.25, want: `"cause":"ORDER_EARNED"`, request: request{Token: token(9, 0, ""), Body: bodyOf(`query WalletPage { viewer { customer { id wallet {
 id active pending held debt expiringPoints(within: 30) lots { id points expiresAt } waysToEarn { text }
 entries(first: 20) { nodes { id at cause points from to rule order { id number } balanceAfter { active } } pageInfo { hasNextPage endCursor } } } } } }`, nil)}},
	{name: "referral tree, 3 levels", aim: 0.25, want: `"level":3`, request: request{Token: token(1, 0, ""), Body: bodyOf(`query Tree { viewer { customer { id referral {
 stats { people active orders points byLevel { level people } }
 tree(depth: 3) { level parentId hidden person { id name joinedAt state active orders points people reason } } } } } }`, nil)}},
	{name: "feed page of 20 posts", aim: 0.25, want: `"ownReaction":"LIKE"`, request: request{Token: token(9, 0, ""), Body: bodyOf(feedQuery, map[string]any{"club": domain.GID{Kind: "Club", N: 1}.String()})}},
}

// measurePages sets pages against a bare net/http server that runs the statements of the page, prepared, one after the other, reads their rows and sends
// the bytes of the page, which it does not make.
func measurePages(ctx context.Context, b *bench) error {
	dsn, err := b.database(ctx, "pages", "")
	if err != nil {
		return err
	}
	if err := storetest.Fill(ctx, dsn, pagesPeople, 10*pagesPeople); err != nil {
		return err
	}
	if err := errors.Join(fillFeed(ctx, dsn), growTree(ctx, dsn)); err != nil {
		return err
	}
	k, err := b.start(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = k.stop() }()
	for _, p := range pageRequests {
		if p.cached {
			p.request.Body = strings.TrimSuffix(p.request.Body, "}") + `,"extensions":{"nonce":"` + unique + `"}}`
		}
		if err := b.measurePage(ctx, k, dsn, p); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	fmt.Printf("\nMemory of Kabinet after this load: %.0f MB.\n", float64(k.residentKB())/1024)
	b.note("memory after the load of the pages", fmt.Sprintf("%.0f MB", float64(k.residentKB())/1024), "", true)
	return nil
}

func (b *bench) measurePage(ctx context.Context, k *kabinet, dsn string, p pageRequest) error {
	spec, err := b.recordRequest(ctx, dsn, p)
	if err != nil {
		return err
	}
	floor, err := b.startFloor(ctx, spec)
	if err != nil {
		return err
	}
	defer func() { _ = floor.stop() }()
	ask := func(addr string) func(context.Context) (turn, error) {
		return func(ctx context.Context) (turn, error) {
			wait := func() error { return nil }
			if addr == k.addr {
				wait = b.startProfile(ctx, k, strings.ReplaceAll(p.name, " ", "-"))
			}
			t, err := load{Addr: addr, Requests: []request{p.request}, Clients: catalogueClients, Length: b.length, Want: p.want}.run(ctx, b)
			return t, errors.Join(err, wait())
		}
	}
	const byHand, bytesOnly = "same statements", "same bytes"
	sides := []side{
		{name: p.name, pid: k.cmd.Process.Pid, run: ask(k.addr)},
		{name: byHand, pid: floor.cmd.Process.Pid, run: ask(floor.sqlAddr)},
		{name: bytesOnly, pid: floor.cmd.Process.Pid, run: ask(floor.bytesAddr)},
	}
	r, err := b.compare(ctx, sides)
	if err != nil {
		return err
	}
	r.printRates(fmt.Sprintf("%s: %d statements, %d bytes; %d at once", p.name, len(spec.Replay), len(spec.Bytes), catalogueClients), sides, byHand, bytesOnly)
	b.noteRatio(p.name+" / the same statements by hand", r, p.name, byHand, p.aim)
	return nil
}

// recordRequest asks a Kabinet whose way to the database is listened to, until the same request makes the same statements twice, and returns these with
// the answer.
func (b *bench) recordRequest(ctx context.Context, dsn string, p pageRequest) (spec floorSpec, err error) {
	w := &wire{}
	tap, err := listenIn(ctx, w, dsn)
	if err != nil {
		return spec, err
	}
	defer tap.close()
	k, err := b.start(ctx, tap.dsn, "KABINET_UPKEEP=1h")
	if err != nil {
		return spec, err
	}
	defer func() { err = errors.Join(err, k.stop()) }()
	spec.DSN = dsn
	last := ""
	for n := range 200 {
		w.take()
		if spec.Bytes, err = k.send(ctx, p.request, n); err != nil {
			return spec, err
		}
		if !strings.Contains(string(spec.Bytes), p.want) {
			return spec, fmt.Errorf("the answer is %.300s", spec.Bytes)
		}
		calls, _ := w.take()
		spec.Replay = nil
		names, fresh := "", false
		for _, c := range calls {
			if !c.prepared || ofUpkeep(c.sql) {
				continue
			}
			fresh = fresh || c.fresh
			names += c.sql
			spec.Replay = append(spec.Replay, statement{SQL: c.sql, Args: textArgs(c.params)})
		}
		if names == last && !fresh && n > 20 {
			return spec, nil
		}
		last = names
	}
	return spec, errors.New("the statements of the page do not settle")
}

// ofUpkeep says that a statement is none of a page's: the queue and the stream of events look around by themselves.
func ofUpkeep(sql string) bool {
	for _, word := range []string{"line_up_events", "job", "from event e"} {
		if strings.Contains(sql, word) {
			return true
		}
	}
	return false
}

func textArgs(params [][]byte) []*string {
	args := make([]*string, len(params))
	for i, p := range params {
		if p != nil {
			args[i] = new(string(p))
		}
	}
	return args
}

// statement is a statement with its arguments as text; nil is null.
type statement struct {
	SQL  string
	Args []*string
}

// tap is a way to the database on which a wire listens.
type tap struct {
	listener net.Listener
	dsn      string
}

func listenIn(ctx context.Context, w *wire, dsn string) (*tap, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	to, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := w.DialTimeout("unix", fmt.Sprintf("%s/.s.PGSQL.%d", to.Host, to.Port), 10*time.Second)
			if err != nil {
				_ = client.Close()
				continue
			}
			go pass(server, client)
			go pass(client, server)
		}
	}()
	return &tap{listener: l, dsn: fmt.Sprintf("host=127.0.0.1 port=%s user=%s dbname=%s sslmode=disable", port, to.User, to.Database)}, nil
}

func (t *tap) close() { _ = t.listener.Close() }

// pass hands on what comes, message by message as it comes, until one side ends.
func pass(to, from net.Conn) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// growTree puts the customers of storetest.Fill into one tree: each invited the eight that come after those of the one before.
func growTree(ctx context.Context, dsn string) (err error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, s := range []string{
		fmt.Sprintf(`
insert into referral (customer_id, inviter_id, state, claimed_at, created_at)
select n, (n + 6) / 8, 'ACTIVE', now() - interval '2 days' + n * interval '1 second', now() - interval '2 days' from generate_series(2, %d) n`, pagesPeople),
		`update customer set invited = true where id > 1`,
		`
with recursive above as (
  select customer_id, inviter_id, 1 as level from referral
   union all
  select a.customer_id, r.inviter_id, a.level + 1 from above a join referral r on r.customer_id = a.inviter_id
)
insert into referral_level (customer_id, level, people) select inviter_id, level, count(*) from above group by inviter_id, level`,
		`vacuum analyze`,
	} {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("grow the tree: %w", err)
		}
	}
	return nil
}
