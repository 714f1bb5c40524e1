package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
	"kabinet/store"
)

// machine does the same to the store and to the model.
type machine struct {
	shop
	*model
	honey   domain.Variant
	viewers []domain.Viewer
	keys    int
}

// machineTime bounds how long random stories are told; each begins with customers and goods of its own in the same database.
const machineTime = 12 * time.Second

func TestStories_NoSequenceMakesOrLosesAPoint(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	letPeople(t, s)
	began, told, failed := time.Now(), 0, false
	rapid.Check(t, func(rt *rapid.T) {
		if time.Since(began) > machineTime && !failed {
			return
		}
		defer func() { failed = failed || rt.Failed() }()
		told++
		m := newMachine(t, s, told)
		for range rapid.IntRange(20, 120).Draw(rt, "steps") {
			m.step(rt)
			m.agree(rt)
			m.ledgerAgrees(rt)
		}
		m.healthy(rt)
	})
	t.Logf("%d stories", told)
	if told < 3 {
		t.Errorf("only %d stories were told", told)
	}
}

func newMachine(t *testing.T, s shop, n int) *machine {
	t.Helper()
	stock := int64(40)
	m := &machine{shop: s, model: &model{onHand: stock, people: map[int64]*modelPerson{}},
		honey: s.newProduct(t, fmt.Sprintf("honey-%d", n), domain.Goods, 35_050, &stock), keys: n * 1_000_000}
	for _, name := range []string{"anna", "boris", "vera"} { // names that are not alike, so that no invitation is flagged
		v := s.newCustomer(t, fmt.Sprintf("%s@c%d.example.com", name, n))
		m.viewers = append(m.viewers, v)
		m.people[v.CustomerID] = &modelPerson{}
	}
	m.found(t)
	return m
}

func ok(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func (m *machine) key() string {
	m.keys++
	return fmt.Sprint(m.keys)
}

func (m *machine) step(t *rapid.T) {
	switch rapid.SampledFrom([]string{"place", "place", "advance", "advance", "advance", "advance", "finish", "cancel", "refund", "refund", "adjust", "window", "clock", "upkeep", "claim", "transfer", "transfer"}).Draw(t, "do") {
	case "place":
		m.place(t)
	case "advance":
		m.advance(t, 1)
	case "finish":
		m.advance(t, 4)
	case "cancel":
		m.cancelOne(t)
	case "refund":
		m.refundOne(t)
	case "adjust":
		m.adjust(t)
	case "window":
		m.clock.Add(14 * 24 * time.Hour)
		m.upkeep(t, "mature")
		m.upkeep(t, "rewards")
	case "claim":
		m.claim(t)
	case "transfer":
		m.transfer(t)
	case "clock":
		m.clock.Add(time.Duration(rapid.SampledFrom([]int{1, 24, 73, 14 * 24, 200 * 24, 366 * 24}).Draw(t, "hours")) * time.Hour)
	case "upkeep":
		m.upkeep(t, rapid.SampledFrom([]string{"mature", "rewards", "expire", "holds", "promises"}).Draw(t, "upkeep"))
	}
}

func (m *machine) place(t *rapid.T) {
	v := rapid.SampledFrom(m.viewers).Draw(t, "customer")
	now, spendable := m.clock.Now(), m.people[v.CustomerID].spendable(m.clock.Now())
	massages, honeys := rapid.Int64Range(0, 3).Draw(t, "massages"), rapid.Int64Range(0, 9).Draw(t, "honeys")
	if massages+honeys == 0 {
		return
	}
	var asks []domain.LineAsk
	if massages > 0 {
		asks = append(asks, line(m.massage, massages))
	}
	if honeys > 0 {
		asks = append(asks, line(m.honey, honeys))
	}
	subtotal := massages*200_000 + honeys*35_050
	limit := subtotal / 2 / 100
	spend := rapid.OneOf(rapid.Just(min(spendable, limit)), rapid.Int64Range(0, spendable+3), rapid.Just(int64(0)), rapid.Just(spendable)).Draw(t, "spend")
	draft := domain.OrderDraft{IdempotencyKey: m.key(), Lines: asks, SpendPoints: spend}
	o, err := m.PlaceOrder(context.Background(), v, draft)
	if possible := honeys <= m.onHand && spend <= spendable && spend <= limit; possible != (err == nil) {
		t.Fatalf("%d of %d in stock, %d of %d points with a limit of %d: %v", honeys, m.onHand, spend, spendable, limit, err)
	}
	if err != nil {
		if domain.AsRefused(err) == nil {
			t.Fatal(err)
		}
		return
	}
	if again, err := m.PlaceOrder(context.Background(), v, draft); err != nil || again.ID != o.ID {
		t.Fatalf("the key made %d and then %d, %v", o.ID, again.ID, err)
	}
	lines, err := m.LinesByOrder(context.Background(), []int64{o.ID})
	ok(t, err)
	total := subtotal - spend*100
	placed := &modelOrder{id: o.ID, customer: v.CustomerID, status: domain.OrderNew, placed: now, total: total, spent: spend, earned: total * 5 / 100 / 100, honey: honeys, lines: lines[o.ID]}
	if o.TotalMinor != total || o.PointsToEarn != placed.earned {
		t.Fatalf("the order is %+v, want a total of %d that earns %d", o, total, placed.earned)
	}
	m.orders = append(m.orders, placed)
	m.onHand -= honeys
	m.hold(placed, now)
}

// pick is one of the orders; nil when there is none.
func (m *machine) pick(t *rapid.T, in ...domain.OrderStatus) *modelOrder {
	var some []*modelOrder
	for _, o := range m.orders {
		if len(in) == 0 || slices.Contains(in, o.status) {
			some = append(some, o)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return rapid.SampledFrom(some).Draw(t, "order")
}

func (m *machine) advance(t *rapid.T, steps int) {
	path := []domain.OrderStatus{domain.OrderNew, domain.OrderConfirmed, domain.OrderInProgress, domain.OrderReady, domain.OrderCompleted}
	o := m.pick(t, path[:4]...)
	for ; o != nil && steps > 0 && o.status != domain.OrderCompleted; steps-- {
		at := slices.Index(path, o.status)
		got, err := m.AdvanceOrder(context.Background(), m.staff, domain.OrderAdvance{IdempotencyKey: m.key(), OrderID: o.id, Action: toCompletion[at]})
		ok(t, err)
		if o.status = path[at+1]; got.Status != o.status {
			t.Fatalf("the order is %s, want %s", got.Status, o.status)
		}
		if o.status == domain.OrderCompleted {
			m.complete(o, m.clock.Now())
		}
	}
}

func (m *machine) cancelOne(t *rapid.T) {
	o := m.pick(t)
	if o == nil {
		return
	}
	who, possible := m.staff, o.status.Open()
	if rapid.Bool().Draw(t, "by the customer") {
		who, possible = domain.Viewer{CustomerID: o.customer}, o.status == domain.OrderNew || o.status == domain.OrderConfirmed
	}
	_, err := m.CancelOrder(context.Background(), who, domain.OrderCancel{IdempotencyKey: m.key(), OrderID: o.id})
	if possible != (err == nil) || err != nil && codeOf(err) != domain.CodeActionNotAllowed {
		t.Fatalf("%+v cancels an order that is %s: %v", who, o.status, err)
	}
	if err == nil {
		m.cancel(o)
	}
}

func (m *machine) refundOne(t *rapid.T) {
	o := m.pick(t, domain.OrderCompleted)
	if o == nil {
		return
	}
	in := domain.OrderRefund{IdempotencyKey: m.key(), OrderID: o.id, Reason: "брак", Restock: true}
	i := rapid.IntRange(0, len(o.lines)-1).Draw(t, "line")
	left := o.lines[i].Quantity - o.lines[i].RefundedQuantity
	n := rapid.Int64Range(1, max(left, 1)).Draw(t, "quantity")
	whole := rapid.Bool().Draw(t, "whole")
	if !whole {
		in.Lines = []domain.RefundAsk{{LineID: o.lines[i].ID, Quantity: n}}
	}
	got, err := m.RefundOrder(context.Background(), m.staff, in)
	if !whole && left == 0 {
		if codeOf(err) != domain.CodeTooLarge {
			t.Fatalf("a refund of a line that is refunded: %v", err)
		}
		return
	}
	ok(t, err)
	if whole {
		m.refundAll(o)
	} else {
		m.refund(o, i, n)
	}
	if got.Status != o.status {
		t.Fatalf("the order is %s, want %s", got.Status, o.status)
	}
}

// refundAll is one refund of every line: the points of all come back before those of any are taken.
func (m *machine) refundAll(o *modelOrder) {
	p := m.people[o.customer]
	reversed := o.earned
	o.earned, o.refunded = 0, o.total
	for i := range o.lines {
		l := &o.lines[i]
		if l.Kind == domain.Goods {
			m.onHand += l.Quantity - l.RefundedQuantity
		}
		l.RefundedQuantity = l.Quantity
	}
	for i := range o.takes {
		o.takes[i].lot.remaining += o.takes[i].n
		o.takes[i].n = 0
	}
	p.settle()
	if o.matured {
		p.debt += p.burn(reversed, o)
	} else {
		p.pending -= reversed
	}
	o.status = domain.OrderRefunded
	m.reverseRewards(o)
}

func (m *machine) adjust(t *rapid.T) {
	v := rapid.SampledFrom(m.viewers).Draw(t, "customer")
	p := m.people[v.CustomerID]
	active, _ := p.sum()
	points := rapid.OneOf(rapid.Int64Range(1, 700), rapid.Int64Range(-active-2, -1)).Draw(t, "points")
	_, _, err := m.AdjustWallet(context.Background(), m.staff, domain.WalletAdjust{IdempotencyKey: m.key(), CustomerID: v.CustomerID, Points: points, Reason: "так"})
	if possible := points > 0 || -points <= active; possible != (err == nil) || err != nil && codeOf(err) != domain.CodeInsufficientPoints {
		t.Fatalf("%d points to %d active: %v", points, active, err)
	}
	switch {
	case err != nil:
	case points > 0:
		p.add(points, m.clock.Now().Add(365*24*time.Hour), nil)
	default:
		p.burn(-points, nil)
	}
}

func (m *machine) upkeep(t *rapid.T, what string) {
	works := map[string]func(context.Context) (int, error){"mature": m.MaturePoints, "rewards": m.MatureRewards, "expire": m.ExpirePoints, "holds": m.EndHolds, "promises": m.BreakPromises}
	for n := store.UpkeepBatch; n >= store.UpkeepBatch; {
		var err error
		n, err = works[what](context.Background())
		ok(t, err)
	}
	switch what {
	case "mature":
		m.mature(m.clock.Now())
	case "rewards":
		m.matureRewards(m.clock.Now())
	case "expire":
		m.expire(m.clock.Now())
	case "holds":
		m.model.endHolds(m.clock.Now())
	}
}

// agree compares wallets, lots and stock.
func (m *machine) agree(t *rapid.T) {
	ctx := context.Background()
	for _, v := range m.viewers {
		wallets, err := m.WalletsByCustomer(ctx, []int64{v.CustomerID})
		ok(t, err)
		p, got := m.people[v.CustomerID], wallets[v.CustomerID]
		active, held := p.sum()
		if want := (domain.Wallet{CustomerID: v.CustomerID, Active: active, Pending: p.pending, Held: held, Debt: p.debt}); got != want {
			t.Fatalf("the wallet is %+v, want %+v", got, want)
		}
		lots, err := m.Lots(ctx, v.CustomerID)
		ok(t, err)
		var have, want []int64
		for _, l := range lots {
			have = append(have, l.Remaining)
		}
		for _, l := range p.lots {
			if l.remaining > 0 {
				want = append(want, l.remaining)
			}
		}
		if !slices.Equal(have, want) {
			t.Fatalf("the lots hold %v, want %v", have, want)
		}
	}
	variants, err := m.VariantsByID(ctx, []int64{m.honey.ID})
	ok(t, err)
	if left := *variants[m.honey.ID].Stock; left != m.onHand {
		t.Fatalf("%d in stock, want %d", left, m.onHand)
	}
}

// Everybody does everything at once, in no order at all; what is left must still add up, and no two may ever wait for each other.
func TestStories_AllAtOnceKeepEveryInvariantWithoutADeadlock(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const clients, turns, stock = 12, 60, 400
	s.exec(t, `update stock set on_hand = $1 where variant_id = $2`, stock, s.honey.ID)
	second := s.newProduct(t, "jam", domain.Goods, 12_345, new(int64(stock)))
	viewers := []domain.Viewer{s.customer, s.newCustomer(t, "b@example.com"), s.newCustomer(t, "c@example.com")}
	for _, v := range viewers {
		s.give(t, v, 2_000)
	}
	atOnce(clients, func(i int) {
		c := crowd{shop: s, rand: rand.New(rand.NewPCG(uint64(i), 1)), viewers: viewers, goods: []domain.Variant{s.honey, second, s.massage}}
		for n := range turns {
			if err := c.act(fmt.Sprintf("%d-%d", i, n)); err != nil && domain.AsRefused(err) == nil && domain.CodeOf(err) == domain.Internal {
				t.Errorf("client %d: %v", i, err)
			}
		}
	})
	s.healthy(t)
	for _, v := range []domain.Variant{s.honey, second} {
		sold := s.count(t, `
select coalesce(sum(l.quantity - l.refunded_quantity), 0)::bigint
  from order_line l
  join orders o on o.id = l.order_id
 where l.variant_id = $1 and o.status <> 'CANCELLED'`, v.ID)
		if left := s.stock(t, v); left+sold != stock {
			t.Errorf("%s: %d left and %d sold of %d", v.SKU, left, sold, stock)
		}
	}
	if n := s.count(t, `select count(*) from orders where status in ('COMPLETED', 'REFUNDED', 'CANCELLED')`); n < 20 {
		t.Errorf("only %d orders came to an end", n)
	}
	s.DB().SetMaxIdleConns(0) // connections that end report what happened on them
	until(t, "the connections have ended", func() bool {
		return s.count(t, `select count(*) from pg_stat_activity where datname = current_database()`) == 1
	})
	if n := s.count(t, `select deadlocks from pg_stat_database where datname = current_database()`); n != 0 {
		t.Errorf("%d deadlocks", n)
	}
}

// crowd is one of many who act at random.
type crowd struct {
	shop
	rand    *rand.Rand
	viewers []domain.Viewer
	goods   []domain.Variant
}

func (c crowd) act(key string) error {
	ctx := context.Background()
	v := c.viewers[c.rand.IntN(len(c.viewers))]
	switch c.rand.IntN(12) {
	case 0, 1, 2:
		var lines []domain.LineAsk
		for _, i := range c.rand.Perm(len(c.goods))[:1+c.rand.IntN(len(c.goods))] {
			lines = append(lines, line(c.goods[i], 1+c.rand.Int64N(4)))
		}
		_, err := c.PlaceOrder(ctx, v, domain.OrderDraft{IdempotencyKey: key, Lines: lines, SpendPoints: c.rand.Int64N(2) * c.rand.Int64N(90)})
		return err
	case 3:
		_, err := c.CancelOrder(ctx, c.staff, domain.OrderCancel{IdempotencyKey: key, OrderID: c.anyOrder()})
		return err
	case 4:
		_, err := c.RefundOrder(ctx, c.staff, domain.OrderRefund{IdempotencyKey: key, OrderID: c.anyOrder(), Reason: "брак", Restock: true})
		return err
	case 5:
		_, _, err := c.AdjustWallet(ctx, c.staff, domain.WalletAdjust{IdempotencyKey: key, CustomerID: v.CustomerID, Points: c.rand.Int64N(200) - 80, Reason: "так"})
		return err
	case 6:
		c.clock.Add(time.Duration(c.rand.Int64N(100)) * time.Hour)
		works := []func(context.Context) (int, error){c.MaturePoints, c.ExpirePoints, c.EndHolds, c.BreakPromises}
		_, err := works[c.rand.IntN(len(works))](ctx)
		return err
	case 7:
		_, err := c.LineUpEvents(ctx)
		return err
	}
	id := c.anyOrder()
	for i, action := range toCompletion[:1+c.rand.IntN(len(toCompletion))] {
		if _, err := c.AdvanceOrder(ctx, c.staff, domain.OrderAdvance{IdempotencyKey: fmt.Sprint(key, i), OrderID: id, Action: action}); err != nil && domain.AsRefused(err) == nil {
			return err
		}
	}
	return nil
}

// anyOrder is one of the latest orders, or none.
func (c crowd) anyOrder() (id int64) {
	_ = c.DB().Get(&id, `select id from (select id from orders order by id desc limit 12) o offset $1 limit 1`, c.rand.IntN(12))
	return id
}

func TestKeys_ARefusedAttemptLeavesItsKeyFree(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ask := func(n int64) error {
		_, err := s.PlaceOrder(t.Context(), s.customer, domain.OrderDraft{IdempotencyKey: "k", Lines: []domain.LineAsk{line(s.honey, n)}})
		return err
	}
	if err := ask(11); codeOf(err) != domain.CodeOutOfStock {
		t.Errorf("too many: %v", err)
	}
	if err := ask(2); err != nil {
		t.Errorf("the same key with what there is: %v", err)
	}
	if err := ask(3); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("the same key with another input: %v", err)
	}
}

func TestMaturePoints_SaysThatMoreIsLeftWhenItsBatchWasFull(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var lines []domain.LineAsk
	for i := range 80 {
		lines = append(lines, line(s.newProduct(t, fmt.Sprintf("p%d", i), domain.Service, 100_000, nil), 1))
	}
	for i := range 4 {
		s.advance(t, s.place(t, fmt.Sprint(i), 0, lines...), toCompletion...)
	}
	s.clock.Add(15 * 24 * time.Hour)
	for n := store.UpkeepBatch; n >= store.UpkeepBatch; {
		var err error
		n, err = s.MaturePoints(t.Context())
		must(t, err)
	}
	wantWallet(t, s.wallet(t, s.customer), 4*80*50, 0, 0, 0)
}
