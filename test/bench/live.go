package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"

	"kabinet/domain"
	"kabinet/store/storetest"
)

// measureLive takes the time from the answer to a status change until the last of its subscribers has heard of it.
func measureLive(ctx context.Context, b *bench) error {
	dsn, err := b.database(ctx, "live", "")
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
	counts := []int{1, 1_000}
	if limit := openFiles(); limit >= 12_000 {
		counts = append(counts, 10_000)
	} else {
		fmt.Printf("\n10,000 subscribers are left out: a process may open %d files here (ulimit -n)\n", limit)
	}
	fmt.Print("\n## One status change to all subscribers of one process\n\n| subscribers | from the answer to the last, median | worst | from the request to a subscriber, median | 99 of 100 | memory per idle subscriber: resident | heap and stacks in use |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, n := range counts {
		if err := b.fanOut(ctx, k, n); err != nil {
			return err
		}
	}
	return nil
}

// changes is how many status changes are timed.
const changes = 20

// fanOut subscribes n times to the desk's events and advances orders one by one.
func (b *bench) fanOut(ctx context.Context, k *kabinet, n int) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	staff := token(0, 1, "ADMIN")
	orders, err := k.place(ctx, changes+1)
	if err != nil {
		return err
	}
	resident, inUse, err := k.memory(ctx, 0)
	if err != nil {
		return err
	}
	heard := make(chan time.Time, n)
	failed := make(chan error, n)
	var conns []*websocket.Conn
	defer func() {
		for _, c := range conns {
			_ = c.CloseNow()
		}
	}()
	for range n {
		conn, err := subscribe(ctx, k.addr, staff)
		if err != nil {
			return err
		}
		conns = append(conns, conn)
		go func() { failed <- hear(ctx, conn, heard) }()
	}
	residentNow, inUseNow, err := k.memory(ctx, n)
	if err != nil {
		return err
	}
	var afterAnswer, each []time.Duration
	for i, order := range orders {
		asked := time.Now()
		if err := k.confirm(ctx, staff, order); err != nil {
			return err
		}
		answered, last := time.Now(), time.Time{}
		for range n {
			select {
			case last = <-heard:
			case err := <-failed:
				return fmt.Errorf("a subscriber was lost: %w", err)
			case <-ctx.Done():
				return errors.New("subscribers did not hear of a change")
			}
			if i > 0 { // the first one warms up
				each = append(each, last.Sub(asked))
			}
		}
		if i > 0 {
			afterAnswer = append(afterAnswer, max(0, last.Sub(answered)))
		}
	}
	resident, inUse = (residentNow-resident)/float64(n), (inUseNow-inUse)/float64(n)
	slices.Sort(afterAnswer)
	slices.Sort(each)
	b.printFanOut(n, afterAnswer, each, resident, inUse)
	return nil
}

// printFanOut prints a line about n subscribers: how long after the answer the last of them heard of each change, how long after the request each of them
// did, and the memory of one.
func (b *bench) printFanOut(n int, afterAnswer, each []time.Duration, resident, inUse float64) {
	most, aim := each[len(each)*99/100], ""
	if n >= 10_000 {
		aim = "≤ 100 ms"
		b.note("memory of an idle subscriber: resident", fmt.Sprintf("%.0f KB", resident/1024), "≤ 30 KB", resident < 30.5*1024)
	}
	b.note(fmt.Sprintf("a status change to %d subscribers, 99 of 100 have it within", n), short(most), aim, most <= 100*time.Millisecond)
	fmt.Printf("| %d | %s | %s | %s | %s | %.0f KB | %.0f KB |\n", n, short(afterAnswer[changes/2]), short(afterAnswer[changes-1]),
		short(each[len(each)/2]), short(most), resident/1024, inUse/1024)
}

// memory is what the process holds once n subscribe and its garbage is collected: resident, and in use on the heap and in stacks.
func (k *kabinet) memory(ctx context.Context, n int) (resident, inUse float64, err error) {
	for {
		figures, err := k.figures(ctx)
		if err != nil {
			return 0, 0, err
		}
		if figures["kabinet_live_subscribers"] == float64(n) {
			break
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return 0, 0, err
		}
	}
	for range 6 { // each collection halves the stacks that are too large
		if err := download(ctx, "http://"+k.admin+"/debug/pprof/heap?gc=1", os.DevNull); err != nil {
			return 0, 0, err
		}
	}
	figures, err := k.figures(ctx)
	return float64(k.residentKB()) * 1024, figures["go_memstats_heap_inuse_bytes"] + figures["go_memstats_stack_inuse_bytes"], err
}

// figures are the metrics that have no labels.
func (k *kabinet) figures(ctx context.Context) (map[string]float64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+k.admin+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	figures := map[string]float64{}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), " ")
		if value, err := strconv.ParseFloat(text, 64); err == nil {
			figures[name] = value
		}
	}
	return figures, lines.Err()
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// place places n orders and returns their ids.
func (k *kabinet) place(ctx context.Context, n int) (ids []string, err error) {
	service := domain.GID{Kind: "ProductVariant", N: 2}
	for i := range n {
		var placed struct {
			OrderPlace struct{ Order struct{ ID string } }
		}
		err := k.ask(ctx, token(1+int64(i), 0, ""), placeQuery, map[string]any{"input": map[string]any{
			"idempotencyKey": fmt.Sprintf("live-%d", time.Now().UnixNano()), "lines": []map[string]any{{"variantId": service.String(), "quantity": 1}},
		}}, &placed)
		if err != nil {
			return nil, err
		}
		ids = append(ids, placed.OrderPlace.Order.ID)
	}
	return ids, nil
}

func (k *kabinet) confirm(ctx context.Context, staff, order string) error {
	var done struct {
		OrderAdvance struct{ UserErrors []struct{ Code string } }
	}
	err := k.ask(ctx, staff, `mutation Advance($input: OrderAdvanceInput!) { orderAdvance(input: $input) { order { status } userErrors { code } } }`,
		map[string]any{"input": map[string]any{"idempotencyKey": order, "orderId": order, "action": "CONFIRM"}}, &done)
	if err == nil && len(done.OrderAdvance.UserErrors) > 0 {
		err = fmt.Errorf("refused: %v", done.OrderAdvance.UserErrors)
	}
	return err
}

// subscribe opens a websocket and subscribes to the desk's events.
func subscribe(ctx context.Context, addr, token string) (*websocket.Conn, error) {
	conn, response, err := websocket.Dial(ctx, "ws://"+addr+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return nil, err
	}
	if response.Body != nil {
		_ = response.Body.Close()
	}
	say := func(message string) error { return conn.Write(ctx, websocket.MessageText, []byte(message)) }
	if err := say(`{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`); err != nil {
		return nil, err
	}
	if _, text, err := conn.Read(ctx); err != nil || !strings.Contains(string(text), "connection_ack") {
		return nil, fmt.Errorf("no connection_ack but %s: %w", text, err)
	}
	return conn, say(`{"id":"1","type":"subscribe","payload":{"query":"subscription { deskEvents { cursor kind ... on OrderEvent { order { id number status } } } }"}}`)
}

// hear passes on that an order was confirmed, until the connection ends.
func hear(ctx context.Context, conn *websocket.Conn, heard chan<- time.Time) error {
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		var message struct {
			Type    string
			Payload struct {
				Data struct{ DeskEvents struct{ Kind string } }
			}
		}
		if err := json.Unmarshal(text, &message); err == nil {
			switch {
			case message.Type == "ping":
				err = conn.Write(ctx, websocket.MessageText, []byte(`{"type":"pong"}`))
			case message.Type == "error" || message.Type == "complete":
				err = fmt.Errorf("the server says %s", text)
			case message.Payload.Data.DeskEvents.Kind == "ORDER_CONFIRMED":
				heard <- time.Now()
			}
			if err != nil {
				return err
			}
		}
	}
}
