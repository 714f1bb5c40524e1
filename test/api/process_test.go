package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestStop_EndsStreamsWithAReasonAndTheProgramInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me := s.as(t, anna)
	id := me.place(t, "k")
	socket, events := me.followWS(t, orderEventsDoc, "id", id, "after", "e0"), me.followSSE(t, orderEventsDoc, "id", id, "after", "e0")
	socket.next(t)
	events.next(t)
	idle := me.followWS(t, customerEventsDoc)
	eventually(t, "the silent one is followed", func() bool { return s.metrics(t)[`kabinet_subscriptions{field="customerEvents"}`] == 1 })
	begin := time.Now()
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	for name, live := range map[string]*stream{"websocket": socket, "sse": events, "a silent websocket": idle} {
		if m := live.receive(t); m.Type != "next" || !strings.Contains(string(m.Payload), "subscribe again") || !strings.Contains(string(m.Payload), `"retryable":true`) {
			t.Errorf("%s: the last words are %s %s", name, m.Type, m.Payload)
		}
		if m := live.receive(t); m.Type != "complete" {
			t.Errorf("%s: then came %s %s", name, m.Type, m.Payload)
		}
	}
	if m := socket.receive(t); m.Type != "closed" || m.close.Code != websocket.StatusGoingAway || !strings.Contains(m.close.Reason, "the server is stopping") {
		t.Errorf("the websocket was closed with %v", m.close)
	}
	<-s.ended
	if took := time.Since(begin); s.failure != nil || took > 15*time.Second {
		t.Errorf("the server ended with %v after %s:\n%s", s.failure, took, s.log)
	}
}

func TestStop_ARequestThatIsRunningIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me := s.as(t, anna)
	lock, err := w.st.DB().BeginTx(t.Context(), nil)
	must(t, err)
	defer func() { _ = lock.Rollback() }()
	if _, err := lock.ExecContext(t.Context(), "select * from stock for update"); err != nil {
		t.Fatal(err)
	}
	answered := make(chan answer, 1)
	go func() { answered <- me.ask(t, placeDoc, "key", "k", "lines", of(w.goods, 1)) }()
	eventually(t, "the order waits for the lock", func() bool {
		return w.count(t, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") > 0
	})
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	eventually(t, "no more connections are accepted", func() bool {
		_, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(s.url + "/healthz")
		return err != nil
	})
	must(t, lock.Rollback())
	(<-answered).want("orderPlace.userErrors", "[]")
	<-s.ended
	if s.failure != nil {
		t.Errorf("the server ended with %v", s.failure)
	}
}

func TestHealth_TellsWhetherTheDatabaseCanBeReached(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	for _, address := range []string{s.url, s.admin} {
		for _, path := range []string{"/healthz", "/readyz"} {
			response, err := client.Get(address + path)
			must(t, err)
			_ = response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Errorf("%s%s is %d", address, path, response.StatusCode)
			}
		}
	}
	response, err := client.Get(s.url + "/metrics")
	must(t, err)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("metrics are public: %d", response.StatusCode)
	}
}

func TestProd_HidesWhatIsForDevelopment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.serve(t, "KABINET_ENV=prod").as(t, nobody)
	c.send(t, http.MethodGet, "/graphiql", nil).status(404)
	c.ask(t, `{__schema{types{name}}}`).failed("INVALID").has("introspection is off")
	c.ask(t, `{businesses{name}}`).failed("INVALID").hasNot("Did you mean")
	c.ask(t, `{business{name}}`).want()
}

// A changed price is seen by the very next request on every process, although answers come from memory.
func TestCache_AChangedPriceIsSeenByTheNextRequestOnEveryProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	servers := []*server{w.serve(t), w.serve(t)}
	boss := servers[0].as(t, manager)
	product := boss.ask(t, `{product(slug:"tea"){id}}`).at("product.id")
	hits := make([]int, len(servers))
	for i := range 60 {
		price := fmt.Sprintf("%d.%02d", 100+i, i)
		boss.s = servers[i%2]
		boss.ask(t, `mutation($id:ID!,$price:Decimal!){variantUpsert(input:{productId:$id,sku:"tea",price:$price}){variant{price{amount}} userErrors{code}}}`,
			"id", product, "price", price).want("variantUpsert.variant.price.amount", price)
		for n, s := range servers {
			for range 2 {
				got := s.as(t, nobody).ask(t, `{products(first:20,orderBy:{field:NAME,direction:ASC}){nodes{slug name price{amount} category{name} variants{price{amount}}}}}`)
				got.want("products.nodes.1.slug", "tea").has(`"slug":"tea"`, `"amount":"`+price+`"`)
				if got.header.Get("X-Kabinet-Cache") == "hit" {
					hits[n]++
				}
			}
		}
		if t.Failed() {
			t.Fatalf("after %d changes", i)
		}
	}
	for n, hit := range hits {
		if hit < 30 {
			t.Errorf("process %d answered only %d of 120 from memory, so little is proven", n, hit)
		}
	}
	stock := `{product(slug:"honey"){availability variants{stock}}}`
	for n := range 5 {
		servers[0].as(t, anna).place(t, fmt.Sprint(n))
		for _, s := range servers {
			s.as(t, nobody).ask(t, stock).want("product.variants.0.stock", fmt.Sprint(9-n))
		}
	}
}
