package api_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket/wsjson"
)

var wholeStory = []string{"ORDER_PLACED", "ORDER_CONFIRMED", "ORDER_STARTED", "ORDER_READY", "ORDER_COMPLETED"}

func TestLive_AnOrderIsFollowedFromPlacementToCompletion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	for name, follow := range transports {
		me := s.as(t, anna)
		id := me.place(t, name)
		live := follow(me, t, orderEventsDoc, "id", id, "after", "e0")
		first := live.next(t)
		if first.Kind != "ORDER_PLACED" || first.Order.ID != id || first.Order.Status != "NEW" || first.Gap {
			t.Errorf("%s: the first event is %+v", name, first)
		}
		s.as(t, operator).advance(t, id, toCompletion...)
		cursors, version := map[string]bool{first.Cursor: true}, first.Order.Version
		for _, want := range wholeStory[1:] {
			e := live.next(t)
			if e.Kind != want || cursors[e.Cursor] || e.Order.Version != version+1 {
				t.Errorf("%s: %+v, want %s of version %d", name, e, want, version+1)
			}
			cursors[e.Cursor], version = true, e.Order.Version
		}
		live.leave()
	}
}

func TestLive_ResumesBehindACursorOnAnyProcessAndAfterARestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.serve(t), w.serve(t)
	id := a.as(t, anna).place(t, "k")
	staff := a.as(t, operator)
	staff.advance(t, id, "CONFIRM")
	for name, follow := range transports {
		kinds, cursor := follow(a.as(t, anna), t, orderEventsDoc, "id", id, "after", "e0").kinds(t, 2)
		if !slices.Equal(kinds, wholeStory[:2]) {
			t.Errorf("%s: the story so far is %v", name, kinds)
		}
		if name == "sse" {
			continue
		}
		staff.advance(t, id, "START")
		if kinds, _ = follow(b.as(t, anna), t, orderEventsDoc, "id", id, "after", cursor).kinds(t, 1); kinds[0] != "ORDER_STARTED" {
			t.Errorf("%s: on the other process comes %v", name, kinds)
		}
	}
	_, cursor := b.as(t, anna).followWS(t, orderEventsDoc, "id", id, "after", "e0").kinds(t, 3)
	a.stop(t)
	b.kill()
	c := w.serve(t)
	c.as(t, operator).advance(t, id, "MAKE_READY", "COMPLETE")
	for name, follow := range transports {
		if kinds, _ := follow(c.as(t, anna), t, orderEventsDoc, "id", id, "after", cursor).kinds(t, 2); !slices.Equal(kinds, wholeStory[3:]) {
			t.Errorf("%s: after the restart comes %v", name, kinds)
		}
	}
}

func TestLive_ABrowserThatWasCutOffResumesByTheIDOfTheLastEvent(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	me, staff := s.as(t, anna), s.as(t, operator)
	id := me.place(t, "k")
	staff.advance(t, id, "CONFIRM")
	live := me.followSSE(t, orderEventsDoc, "id", id, "after", "e0")
	placed, confirmed := live.receive(t), live.receive(t)
	live.leave()
	if !strings.Contains(string(placed.Payload), `"cursor":"`+placed.ID+`"`) || confirmed.ID == "" || confirmed.ID == placed.ID {
		t.Fatalf("the ids %q and %q are not the cursors of %s and %s", placed.ID, confirmed.ID, placed.Payload, confirmed.Payload)
	}
	staff.advance(t, id, "START")
	// It repeats the very same request, whose cursor has become old.
	resumed := me.with("Last-Event-ID", confirmed.ID).followSSE(t, orderEventsDoc, "id", id, "after", "e0")
	if kinds, _ := resumed.kinds(t, 1); kinds[0] != "ORDER_STARTED" {
		t.Errorf("after %s comes %v", confirmed.ID, kinds)
	}
	if m := me.with("Last-Event-ID", "junk").followSSE(t, orderEventsDoc, "id", id).receive(t); !strings.Contains(string(m.Payload), `"INVALID"`) {
		t.Errorf("an id that is none: %s", m.Payload)
	}
}

func TestLive_AnEventOfOneProcessReachesTheSubscribersOfAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.serve(t), w.serve(t)
	me := a.as(t, anna)
	id := me.place(t, "k")
	listening := b.as(t, anna).followSSE(t, orderEventsDoc, "id", id, "after", "e0")
	if e := listening.next(t); e.Kind != "ORDER_PLACED" {
		t.Fatalf("first came %s", e.Kind)
	}
	a.as(t, operator).advance(t, id, "CONFIRM")
	if e := listening.next(t); e.Kind != "ORDER_CONFIRMED" {
		t.Errorf("from the other process came %s", e.Kind)
	}
	a.as(t, operator).ask(t, advanceDoc, "key", "last words", "id", id, "do", "START").want("orderAdvance.userErrors", "[]")
	a.kill() // acknowledged is acknowledged
	if e := listening.next(t); e.Kind != "ORDER_STARTED" {
		t.Errorf("from the process that was killed came %s", e.Kind)
	}
}

func TestLive_ManyOrdersAtOnceReachEverySubscriberOnceAndInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.serve(t), w.serve(t)
	const orders, each = 20, 2
	a.as(t, operator)
	desk := []*stream{a.as(t, operator).followWS(t, deskEventsDoc, "after", "e0"), b.as(t, operator).followSSE(t, deskEventsDoc, "after", "e0")}
	first, _ := desk[0].kinds(t, 3) // the products of the world
	desk[1].kinds(t, 3)
	if !slices.Equal(first, []string{"PRODUCT_CHANGED", "PRODUCT_CHANGED", "PRODUCT_CHANGED"}) {
		t.Errorf("the desk heard %v", first)
	}
	callers := []caller{a.as(t, anna), b.as(t, anna), a.as(t, boris), b.as(t, boris)}
	var placing sync.WaitGroup
	for n, c := range callers {
		placing.Go(func() {
			for i := range orders / len(callers) {
				got := c.ask(t, placeDoc, "key", fmt.Sprint(n, ".", i), "lines", of(w.tea, 1))
				id := got.want("orderPlace.userErrors", "[]").at("orderPlace.order.id")
				c.ask(t, cancelDoc, "key", fmt.Sprint("cancel", n, ".", i), "id", id).want("orderCancel.userErrors", "[]")
			}
		})
	}
	heard := make([][]string, len(desk))
	for i, d := range desk {
		versions := map[string]int{}
		for range orders * each {
			e := d.next(t)
			if e.Order == nil || e.Order.Version != versions[e.Order.ID]+1 {
				t.Fatalf("out of order, doubled or lost: %+v", e)
			}
			versions[e.Order.ID] = e.Order.Version
			heard[i] = append(heard[i], e.Cursor)
		}
	}
	placing.Wait()
	if !slices.Equal(heard[0], heard[1]) {
		t.Errorf("two processes told different stories:\n%v\n%v", heard[0], heard[1])
	}
}

func TestLive_ACursorOlderThanWhatIsKeptIsToldAsAGap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me, staff := s.as(t, anna), s.as(t, operator)
	id := me.place(t, "k")
	old := me.followWS(t, orderEventsDoc, "id", id, "after", "e0").next(t).Cursor
	staff.advance(t, id, "CONFIRM", "START")
	kept := me.followWS(t, orderEventsDoc, "id", id, "after", old)
	kept.kinds(t, 2)
	kept.leave()
	w.sql(t, "update event_horizon set trimmed = (select max(seq) from event)", "delete from event")
	for _, name := range []string{"websocket", "sse"} { // the second one moves the order on
		follow := transports[name]
		live := follow(me, t, orderEventsDoc, "id", id, "after", old)
		if e := live.next(t); !e.Gap || e.Kind != "GAP" || e.Order == nil || e.Order.Status != "IN_PROGRESS" {
			t.Errorf("%s: instead of a gap came %+v", name, e)
		}
		if name == "sse" {
			staff.advance(t, id, "MAKE_READY")
			if e := live.next(t); e.Kind != "ORDER_READY" || e.Gap {
				t.Errorf("%s: behind the gap came %+v", name, e)
			}
		}
		all := follow(me, t, customerEventsDoc, "after", old)
		if e := all.next(t); e.Typename != "GapEvent" || !e.Gap || e.Cursor == "" {
			t.Errorf("%s: instead of a gap came %+v", name, e)
		}
	}
	me.ask(t, `query($after:String){events(after:$after){gap nodes{kind}}}`, "after", old).want("events.gap", "true")
	me.ask(t, `{events(after:"junk"){gap}}`).failed("INVALID")
	if m := me.followSSE(t, orderEventsDoc, "id", id, "after", "junk").receive(t); !strings.Contains(string(m.Payload), `"code":"INVALID"`) {
		t.Errorf("a made-up cursor is answered with %s", m.Payload)
	}
}

func TestLive_TheCustomersStreamAndItsTwinTellTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me := s.as(t, anna)
	live := me.followWS(t, customerEventsDoc)
	twin := me.followSSE(t, customerEventsDoc, "after", "e0")
	s.give(t, anna, 50)
	id := me.ask(t, placeDoc, "key", "k", "lines", of(w.spa, 1), "spend", 50).want("orderPlace.userErrors", "[]").at("orderPlace.order.id")
	s.as(t, boris).place(t, "not hers")
	me.ask(t, cancelDoc, "key", "c", "id", id).want("orderCancel.userErrors", "[]")
	pages := []string{}
	after := any(nil)
	eventually(t, "all is lined up", func() bool { return w.count(t, "select count(*) from event where seq is null") == 0 })
	for {
		page := me.ask(t, `query($after:String){events(first:2,after:$after){gap nodes{cursor kind} pageInfo{hasNextPage endCursor}}}`, "after", after).want("events.gap", "false")
		pages = append(pages, page.list("events.nodes", "cursor")...)
		if page.at("events.pageInfo.hasNextPage") == "false" {
			break
		}
		after = page.at("events.pageInfo.endCursor")
	}
	var told []happened
	for _, cursor := range pages {
		e, same := live.next(t), twin.next(t)
		if e.Cursor != cursor || same.Cursor != cursor || e.Kind != same.Kind {
			t.Errorf("%s at %s, %s at %s, want %s", e.Kind, e.Cursor, same.Kind, same.Cursor, cursor)
		}
		told = append(told, e)
	}
	if told[0].Kind != "WALLET_CHANGED" || told[0].Balance.Active != 50 || len(told) < 4 {
		t.Errorf("told %+v", told)
	}
}

// The slow one reads nothing while what it follows grows beyond what the connection holds.
func TestLive_AClientThatDoesNotReadIsCutOffAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	boss := s.as(t, manager)
	product := boss.ask(t, `{product(slug:"massage"){id}}`).at("product.id")
	const describe = `mutation($id:ID!,$text:String!){productUpdate(input:{productId:$id,description:{ru:$text}}){product{version} userErrors{code}}}`
	long := strings.Repeat("массаж ", 1400)
	boss.ask(t, describe, "id", product, "text", long).want("productUpdate.userErrors", "[]")
	var fat strings.Builder
	for i := range 29 {
		fmt.Fprintf(&fat, " p%d:product{description}", i)
	}
	slow, ctx, _ := boss.socket(t)
	slow.SetReadLimit(-1)
	must(t, wsjson.Write(ctx, slow, map[string]any{"type": "subscribe", "id": "1", "payload": map[string]any{
		"query": `subscription{deskEvents{cursor ...on ProductEvent{` + fat.String() + `}}}`}}))
	subscribers := func(n string) func() bool {
		return func() bool {
			response, err := client.Get(s.admin + "/metrics")
			must(t, err)
			defer func() { _ = response.Body.Close() }()
			text, err := io.ReadAll(response.Body)
			must(t, err)
			return response.StatusCode == http.StatusOK && strings.Contains(string(text), "kabinet_live_subscribers "+n+"\n")
		}
	}
	eventually(t, "the slow one has subscribed", subscribers("1"))
	quick := boss.followWS(t, deskEventsDoc)
	eventually(t, "the quick one has subscribed", subscribers("2"))
	for i := range 40 {
		boss.ask(t, describe, "id", product, "text", long+fmt.Sprint(i)).want("productUpdate.userErrors", "[]")
		if e := quick.next(t); e.Kind != "PRODUCT_CHANGED" {
			t.Fatalf("the quick one heard %+v", e)
		}
	}
	eventually(t, "the slow one is cut off", subscribers("1"))
	boss.ask(t, describe, "id", product, "text", "done").want("productUpdate.userErrors", "[]")
	quick.next(t)
}
