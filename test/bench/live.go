package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
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
	bare, err := b.startBare(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = bare.stop() }()
	fmt.Print("\n## One status change to all subscribers of one process, and one message of the same bytes to as many websockets of a bare server\n\n" +
		"| subscribers | from the answer to the last, median | worst | from the request to a subscriber, median | 99 of 100 | bare server, median | 99 of 100 | memory per idle subscriber: resident | heap and stacks in use |\n" +
		"| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, n := range counts {
		if err := b.fanOut(ctx, k, bare, n); err != nil {
			return err
		}
	}
	return nil
}

// changes is how many status changes are timed.
const changes = 20

// fanOut subscribes n times to the desk's events and advances orders one by one; then the bare server does the like.
func (b *bench) fanOut(ctx context.Context, k *kabinet, bare *floor, n int) error {
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
	all, err := gather(ctx, k.addr, staff, n)
	if err != nil {
		return err
	}
	residentNow, inUseNow, err := k.memory(ctx, n)
	if err != nil {
		all.leave()
		return err
	}
	profiled := b.startProfile(ctx, k, fmt.Sprintf("live-%d", n))
	live, err := all.time(ctx, func(i int) error { return k.confirm(ctx, staff, orders[i]) })
	all.leave()
	if err := errors.Join(err, profiled()); err != nil {
		return err
	}
	if all, err = gather(ctx, bare.bytesAddr, "", n); err != nil {
		return err
	}
	plain, err := all.time(ctx, func(int) error { return sendToAll(ctx, bare.bytesAddr) })
	all.leave()
	if err != nil {
		return err
	}
	b.printFanOut(n, live, plain, (residentNow-resident)/float64(n), (inUseNow-inUse)/float64(n))
	return nil
}

// spread is how messages to all spread: how long after the answer the last one had each of them, and how long after the request each one did, both sorted.
type spread struct{ afterAnswer, each []time.Duration }

// printFanOut prints a line about n subscribers of Kabinet and of the bare server, and the memory of one of Kabinet's.
func (b *bench) printFanOut(n int, live, bare spread, resident, inUse float64) {
	half, most := live.each[len(live.each)/2], live.each[len(live.each)*99/100]
	bareHalf, bareMost := bare.each[len(bare.each)/2], bare.each[len(bare.each)*99/100]
	aim := ""
	if n >= 10_000 {
		aim = "≤ 100 ms"
		b.note("memory of an idle subscriber: resident", fmt.Sprintf("%.0f KB", resident/1024), "≤ 30 KB", resident < 30.5*1024)
	}
	b.note(fmt.Sprintf("a status change to %d subscribers, 99 of 100 have it within", n), short(most), aim, most <= 100*time.Millisecond)
	if n > 1 { // one alone waits for the commits
		b.note(fmt.Sprintf("… / a bare server sending the same to %d websockets", n), fmt.Sprintf("%.1f", float64(most)/float64(bareMost)), "", true)
	}
	fmt.Printf("| %d | %s | %s | %s | %s | %s | %s | %.0f KB | %.0f KB |\n", n, short(live.afterAnswer[changes/2]), short(live.afterAnswer[changes-1]),
		short(half), short(most), short(bareHalf), short(bareMost), resident/1024, inUse/1024)
}

// crowd is subscribers over websockets of one server.
type crowd struct {
	conns  []*subscriber
	round  atomic.Pointer[round]
	failed chan error // of a subscriber that was lost

	reading sync.WaitGroup
}

// round is one message on its way to all. Whoever hears it writes down when, without waking anybody: the clients share the machine with what they measure.
type round struct {
	heard []time.Time // by subscriber
	left  atomic.Int64
	done  chan struct{} // closed when all have heard
}

func (r *round) hears(subscriber int) {
	r.heard[subscriber] = time.Now()
	if r.left.Add(-1) == 0 {
		close(r.done)
	}
}

func gather(ctx context.Context, addr, token string, n int) (c *crowd, err error) {
	c = &crowd{failed: make(chan error, n)}
	for i := range n {
		conn, err := subscribe(ctx, addr, token)
		if err != nil {
			c.leave()
			return nil, err
		}
		c.conns = append(c.conns, conn)
		c.reading.Go(func() { c.failed <- conn.hear(ctx, func() { c.round.Load().hears(i) }) })
	}
	return c, nil
}

// leave closes the connections and waits until nobody reads any more.
func (c *crowd) leave() {
	for _, conn := range c.conns {
		_ = conn.CloseNow()
	}
	c.reading.Wait()
}

// time does something again and again that all are to hear of.
func (c *crowd) time(ctx context.Context, do func(i int) error) (s spread, err error) {
	for i := range changes + 1 { // the first one warms up
		r := &round{heard: make([]time.Time, len(c.conns)), done: make(chan struct{})}
		r.left.Store(int64(len(c.conns)))
		c.round.Store(r)
		asked := time.Now()
		if err := do(i); err != nil {
			return s, err
		}
		answered := time.Now()
		select {
		case <-r.done:
		case err := <-c.failed:
			return s, fmt.Errorf("a subscriber was lost: %w", err)
		case <-ctx.Done():
			return s, errors.New("subscribers did not hear of a change")
		}
		if i == 0 {
			continue
		}
		for _, at := range r.heard {
			s.each = append(s.each, at.Sub(asked))
		}
		s.afterAnswer = append(s.afterAnswer, max(0, slices.MaxFunc(r.heard, time.Time.Compare).Sub(answered)))
	}
	slices.Sort(s.afterAnswer)
	slices.Sort(s.each)
	return s, nil
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

// subscriber is a websocket that is read without the library, as sparingly as it goes: the client shares the machine with what it measures.
type subscriber struct {
	*websocket.Conn
	raw syscall.RawConn
}

// subscribe opens a websocket and subscribes to the desk's events.
func subscribe(ctx context.Context, addr, token string) (*subscriber, error) {
	var below net.Conn
	dial := func(ctx context.Context, network, addr string) (conn net.Conn, err error) {
		below, err = new(net.Dialer).DialContext(ctx, network, addr)
		return below, err
	}
	conn, response, err := websocket.Dial(ctx, "ws://"+addr+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: &http.Client{Transport: &http.Transport{DialContext: dial}}})
	if err != nil {
		return nil, err
	}
	if response.Body != nil {
		_ = response.Body.Close()
	}
	raw, err := below.(*net.TCPConn).SyscallConn()
	if err != nil {
		return nil, err
	}
	say := func(message string) error { return conn.Write(ctx, websocket.MessageText, []byte(message)) }
	if err := say(`{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`); err != nil {
		return nil, err
	}
	// Nothing comes behind this until something is asked for, so the library holds nothing back.
	if _, text, err := conn.Read(ctx); err != nil || !bytes.Contains(text, []byte("connection_ack")) {
		return nil, fmt.Errorf("no connection_ack but %s: %w", text, err)
	}
	return &subscriber{conn, raw},
		say(`{"id":"1","type":"subscribe","payload":{"query":"subscription { deskEvents { cursor kind ... on OrderEvent { order { id number status } } } }"}}`)
}

// hear passes on that an order was confirmed, until the connection ends.
func (s *subscriber) hear(ctx context.Context, heard func()) error {
	buffer, held, failure := make([]byte, 2048), 0, error(nil)
	err := s.raw.Read(func(fd uintptr) (done bool) {
		for {
			n, err := syscall.Read(int(fd), buffer[held:])
			switch {
			case errors.Is(err, syscall.EAGAIN):
				return false
			case err != nil:
				failure = err
				return true
			case n == 0:
				failure = io.EOF
				return true
			}
			held += n
			drained := held < len(buffer) // what comes later wakes this goroutine
			for {
				text, size, err := message(buffer[:held])
				if err == nil && size > 0 {
					err = s.heed(ctx, text, heard)
				}
				if err != nil {
					failure = err
					return true
				}
				if size == 0 {
					break
				}
				held = copy(buffer, buffer[size:held])
			}
			if drained {
				return false
			}
		}
	})
	return errors.Join(failure, err)
}

// message finds a message that came as one frame at the beginning of the bytes; its size is 0 when it is not there whole.
func message(bytes []byte) (text []byte, size int, err error) {
	start := 2
	if len(bytes) < start {
		return nil, 0, nil
	}
	length := int(bytes[1])
	if length == 126 {
		if start = 4; len(bytes) < start {
			return nil, 0, nil
		}
		length = int(bytes[2])<<8 | int(bytes[3])
	}
	switch {
	case bytes[0] != 0x81:
		return nil, 0, fmt.Errorf("a frame begins with %x", bytes[0])
	case len(bytes) < start+length:
		return nil, 0, nil
	}
	return bytes[start : start+length], start + length, nil
}

func (s *subscriber) heed(ctx context.Context, text []byte, heard func()) error {
	switch {
	case bytes.Contains(text, []byte(`"ORDER_CONFIRMED"`)):
		heard()
	case bytes.Contains(text, []byte(`"type":"ping"`)):
		return s.Write(ctx, websocket.MessageText, []byte(`{"type":"pong"}`))
	case bytes.Contains(text, []byte(`"type":"error"`)), bytes.Contains(text, []byte(`"type":"complete"`)):
		return fmt.Errorf("the server says %s", text)
	}
	return nil
}
