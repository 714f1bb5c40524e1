package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// shop is a store with a small catalogue, a customer and a manager.
type shop struct {
	*store.Store
	clock    *storetest.Clock
	customer domain.Viewer
	staff    domain.Viewer
	massage  domain.Variant // a service for 2,000.00 with a lead time
	honey    domain.Variant // goods for 350.50, 10 in stock
}

func newShop(t *testing.T) shop {
	t.Helper()
	ctx := t.Context()
	clock := storetest.NewClock()
	s := shop{Store: storetest.Open(t, func(c *store.Config) { c.Now = clock.Now }), clock: clock}
	m, err := s.InviteStaff(ctx, domain.Viewer{}, domain.StaffDraft{Email: "boss@example.org", Name: "Ольга", Role: domain.Manager})
	must(t, err)
	s.staff = domain.Viewer{StaffID: m.ID, Role: m.Role, Locale: domain.RU}
	s.customer = s.newCustomer(t, "anna@example.com")
	stock := int64(10)
	s.massage = s.newProduct(t, "massage", domain.Service, 200_000, nil)
	s.honey = s.newProduct(t, "honey", domain.Goods, 35_050, &stock)
	return s
}

func (s shop) newCustomer(t *testing.T, email string) domain.Viewer {
	t.Helper()
	id, err := s.AddCustomer(t.Context(), domain.NewCustomer{Name: "Анна", Email: email, Locale: domain.RU})
	must(t, err)
	return domain.Viewer{CustomerID: id, Locale: domain.RU}
}

func (s shop) newProduct(t *testing.T, slug string, kind domain.ProductKind, price int64, stock *int64) domain.Variant {
	t.Helper()
	p, err := s.CreateProduct(t.Context(), s.staff, "make-"+slug, domain.ProductDraft{
		Slug: &slug, Kind: &kind, Name: &domain.Text{RU: "Товар " + slug, EN: "Product " + slug}, Expect: &domain.Expectation{LeadTimeMinutes: 120},
	}, []domain.VariantDraft{{SKU: slug, PriceMinor: price, Stock: stock, Active: true}})
	must(t, err)
	variants, err := s.VariantsByProduct(t.Context(), []int64{p.ID})
	must(t, err)
	return variants[p.ID][0]
}

func (s shop) give(t *testing.T, v domain.Viewer, points int64) {
	t.Helper()
	_, _, err := s.AdjustWallet(t.Context(), s.staff, domain.WalletAdjust{IdempotencyKey: fmt.Sprintf("give-%d-%d", v.CustomerID, points), CustomerID: v.CustomerID, Points: points, Reason: "подарок"})
	must(t, err)
}

func (s shop) place(t *testing.T, key string, spend int64, lines ...domain.LineAsk) domain.Order {
	t.Helper()
	o, err := s.PlaceOrder(t.Context(), s.customer, domain.OrderDraft{IdempotencyKey: key, Lines: lines, SpendPoints: spend})
	must(t, err)
	return o
}

func (s shop) advance(t *testing.T, o domain.Order, actions ...domain.OrderAction) domain.Order {
	t.Helper()
	for _, a := range actions {
		var err error
		o, err = s.AdvanceOrder(t.Context(), s.staff, domain.OrderAdvance{IdempotencyKey: o.Number + string(a), OrderID: o.ID, Action: a, Reason: "так надо"})
		must(t, err)
	}
	return o
}

var toCompletion = []domain.OrderAction{domain.ActionConfirm, domain.ActionStart, domain.ActionMakeReady, domain.ActionComplete}

func (s shop) wallet(t *testing.T, v domain.Viewer) domain.Wallet {
	t.Helper()
	w, err := s.WalletsByCustomer(t.Context(), []int64{v.CustomerID})
	must(t, err)
	return w[v.CustomerID]
}

func (s shop) stock(t *testing.T, v domain.Variant) int64 {
	t.Helper()
	all, err := s.VariantsByID(t.Context(), []int64{v.ID})
	must(t, err)
	return *all[v.ID].Stock
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func line(v domain.Variant, quantity int64) domain.LineAsk {
	return domain.LineAsk{VariantID: v.ID, Quantity: quantity}
}

func wantWallet(t *testing.T, got domain.Wallet, active, pending, held, debt int64) {
	t.Helper()
	if got.Active != active || got.Pending != pending || got.Held != held || got.Debt != debt {
		t.Errorf("wallet is %+v, want active %d, pending %d, held %d, debt %d", got, active, pending, held, debt)
	}
}

func TestPlaceOrder_TakesStockHoldsPointsAndPromisesADate(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.give(t, s.customer, 500)
	o := s.place(t, "k1", 300, line(s.massage, 1), line(s.honey, 2))
	if o.Status != domain.OrderNew || o.SubtotalMinor != 270_100 || o.TotalMinor != 240_100 || o.PointsToEarn != 120 {
		t.Errorf("order is %+v", o)
	}
	if o.PromisedAt == nil || o.PromisedAt.Sub(s.clock.Now()) > 2*time.Hour {
		t.Errorf("promised at %v", o.PromisedAt)
	}
	wantWallet(t, s.wallet(t, s.customer), 200, 0, 300, 0)
	if left := s.stock(t, s.honey); left != 8 {
		t.Errorf("%d in stock, want 8", left)
	}
}

func TestPlaceOrder_TenClientsWithOneKeyMakeOneOrder(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	numbers := make([]string, 10)
	var wg sync.WaitGroup
	for i := range numbers {
		wg.Go(func() {
			o, err := s.PlaceOrder(context.Background(), s.customer, domain.OrderDraft{IdempotencyKey: "one", Lines: []domain.LineAsk{line(s.honey, 1)}})
			if err != nil {
				t.Error(err)
			}
			numbers[i] = o.Number
		})
	}
	wg.Wait()
	for _, n := range numbers {
		if n != numbers[0] || n == "" {
			t.Errorf("numbers are %v, want one", numbers)
			break
		}
	}
	if left := s.stock(t, s.honey); left != 9 {
		t.Errorf("%d in stock, want 9", left)
	}
}

func TestPlaceOrder_SameKeyOtherInputIsAConflict(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.place(t, "k", 0, line(s.honey, 1))
	_, err := s.PlaceOrder(t.Context(), s.customer, domain.OrderDraft{IdempotencyKey: "k", Lines: []domain.LineAsk{line(s.honey, 2)}})
	if domain.CodeOf(err) != domain.Conflict {
		t.Errorf("got %v, want CONFLICT", err)
	}
}

func TestPlaceOrder_ParallelSpendsNeverSpendAPointTwice(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.give(t, s.customer, 1000)
	var placed, refused int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			_, err := s.PlaceOrder(context.Background(), s.customer, domain.OrderDraft{IdempotencyKey: fmt.Sprint(i), Lines: []domain.LineAsk{line(s.massage, 1)}, SpendPoints: 60})
			mu.Lock()
			defer mu.Unlock()
			switch r := domain.AsRefused(err); {
			case err == nil:
				placed++
			case r != nil && r[0].Code == domain.CodeInsufficientPoints:
				refused++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if placed != 16 || refused != 84 {
		t.Errorf("%d placed and %d refused, want 16 and 84", placed, refused)
	}
	wantWallet(t, s.wallet(t, s.customer), 40, 0, 960, 0)
}

func TestPlaceOrder_ParallelOrdersCannotOversell(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var placed int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 30 {
		v := s.newCustomer(t, fmt.Sprintf("c%d@example.com", i))
		wg.Go(func() {
			_, err := s.PlaceOrder(context.Background(), v, domain.OrderDraft{IdempotencyKey: "k", Lines: []domain.LineAsk{line(s.honey, 3)}})
			mu.Lock()
			defer mu.Unlock()
			switch r := domain.AsRefused(err); {
			case err == nil:
				placed++
			case r == nil || r[0].Code != domain.CodeOutOfStock || r[0].Available != 1 && r[0].Available%3 != 1:
				t.Errorf("refused with %+v, %v", r, err)
			}
		})
	}
	wg.Wait()
	if left := s.stock(t, s.honey); placed != 3 || left != 1 {
		t.Errorf("%d placed and %d left, want 3 and 1", placed, left)
	}
}

func TestPlaceOrder_RefusalsWriteNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.give(t, s.customer, 100)
	for name, c := range map[string]struct {
		draft domain.OrderDraft
		code  domain.UserErrorCode
	}{
		"unknown variant": {domain.OrderDraft{Lines: []domain.LineAsk{{VariantID: 999_999, Quantity: 1}}}, domain.CodeNotFound},
		"zero quantity":   {domain.OrderDraft{Lines: []domain.LineAsk{line(s.honey, 0)}}, domain.CodeTooSmall},
		"negative":        {domain.OrderDraft{Lines: []domain.LineAsk{line(s.honey, -1)}}, domain.CodeTooSmall},
		"huge":            {domain.OrderDraft{Lines: []domain.LineAsk{line(s.honey, 1<<40)}}, domain.CodeTooLarge},
		"too many":        {domain.OrderDraft{Lines: []domain.LineAsk{line(s.honey, 11)}}, domain.CodeOutOfStock},
		"too many points": {domain.OrderDraft{Lines: []domain.LineAsk{line(s.honey, 1)}, SpendPoints: 101}, domain.CodeInsufficientPoints},
		"points limit":    {domain.OrderDraft{Lines: []domain.LineAsk{{VariantID: s.honey.ID, Quantity: 1}}, SpendPoints: 100, Note: ""}, ""},
		"no lines":        {domain.OrderDraft{}, domain.CodeRequired},
	} {
		if c.code == "" {
			continue
		}
		c.draft.IdempotencyKey = name
		_, err := s.PlaceOrder(t.Context(), s.customer, c.draft)
		if r := domain.AsRefused(err); r == nil || r[0].Code != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	orders, err := s.Orders(t.Context(), domain.OrderFilter{}, domain.OrderSort{}, domain.Page{First: 10})
	must(t, err)
	if n := len(orders.Items); n != 0 || s.stock(t, s.honey) != 10 {
		t.Errorf("%d orders and %d in stock after refusals", n, s.stock(t, s.honey))
	}
	wantWallet(t, s.wallet(t, s.customer), 100, 0, 0, 0)
}

func TestLifeOfPoints_CompleteMatureSpendRefundDebtSettle(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	first := s.advance(t, s.place(t, "a", 0, line(s.massage, 2)), toCompletion...)
	wantWallet(t, s.wallet(t, s.customer), 0, 200, 0, 0)
	if n, err := s.MaturePoints(ctx); n != 0 || err != nil {
		t.Fatalf("matured %d, %v before the return window ended", n, err)
	}
	s.clock.Add(14 * 24 * time.Hour)
	if n, err := s.MaturePoints(ctx); n != 1 || err != nil {
		t.Fatalf("matured %d, %v", n, err)
	}
	wantWallet(t, s.wallet(t, s.customer), 200, 0, 0, 0)
	second := s.place(t, "b", 150, line(s.honey, 1))
	wantWallet(t, s.wallet(t, s.customer), 50, 0, 150, 0)
	_, err := s.RefundOrder(ctx, s.staff, domain.OrderRefund{IdempotencyKey: "r", OrderID: first.ID, Reason: "не понравилось"})
	must(t, err)
	wantWallet(t, s.wallet(t, s.customer), 0, 0, 150, 150)
	_, err = s.CancelOrder(ctx, s.customer, domain.OrderCancel{IdempotencyKey: "c", OrderID: second.ID})
	must(t, err)
	wantWallet(t, s.wallet(t, s.customer), 0, 0, 0, 0)
	if left := s.stock(t, s.honey); left != 10 {
		t.Errorf("%d in stock after the cancellation, want 10", left)
	}
}

func TestRefund_ByLineReturnsMoneyAndPointsExactly(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	s.give(t, s.customer, 333)
	o := s.advance(t, s.place(t, "a", 333, line(s.massage, 1), line(s.honey, 3)), toCompletion...)
	before := s.wallet(t, s.customer)
	lines, err := s.LinesByOrder(ctx, []int64{o.ID})
	must(t, err)
	var money int64
	for i, l := range []domain.RefundAsk{{LineID: lines[o.ID][1].ID, Quantity: 1}, {LineID: lines[o.ID][1].ID, Quantity: 2}, {LineID: lines[o.ID][0].ID, Quantity: 1}} {
		got, err := s.RefundOrder(ctx, s.staff, domain.OrderRefund{IdempotencyKey: fmt.Sprint(i), OrderID: o.ID, Lines: []domain.RefundAsk{l}, Reason: "брак", Restock: true})
		must(t, err)
		money, o = got.RefundedMinor, got
	}
	if money != o.TotalMinor || o.Status != domain.OrderRefunded {
		t.Errorf("refunded %d of %d, status %s", money, o.TotalMinor, o.Status)
	}
	wantWallet(t, s.wallet(t, s.customer), 333, 0, 0, 0)
	if before.Pending == 0 || s.stock(t, s.honey) != 10 {
		t.Errorf("pending before %d, stock %d", before.Pending, s.stock(t, s.honey))
	}
}

func TestCancelOrder_WhenTheStockIsFullAgainLeavesItFull(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.give(t, s.customer, 10)
	mine, forgotten, returned := s.place(t, "a", 0, line(s.honey, 2)), s.place(t, "b", 5, line(s.honey, 1)), s.place(t, "c", 0, line(s.honey, 1))
	s.advance(t, returned, toCompletion...)
	_, err := s.AdjustStock(t.Context(), s.staff, domain.StockAdjust{IdempotencyKey: "full", VariantID: s.honey.ID, Delta: domain.MaxStock - 6, Reason: "без счёта"})
	must(t, err)
	if _, err := s.CancelOrder(t.Context(), s.customer, domain.OrderCancel{IdempotencyKey: "x", OrderID: mine.ID}); err != nil {
		t.Errorf("the customer cancels: %v", err)
	}
	if _, err := s.RefundOrder(t.Context(), s.staff, domain.OrderRefund{IdempotencyKey: "r", OrderID: returned.ID, Reason: "не подошло", Restock: true}); err != nil {
		t.Errorf("goods come back: %v", err)
	}
	s.clock.Add(100 * 24 * time.Hour)
	if _, err := s.EndHolds(t.Context()); err != nil {
		t.Errorf("the hold of %s ends: %v", forgotten.Number, err)
	}
	if left := s.stock(t, s.honey); left != domain.MaxStock {
		t.Errorf("%d in stock", left)
	}
}

func TestEvents_ComeInOrderOfCommitAndResume(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	_, err := s.LineUpEvents(ctx)
	must(t, err)
	head, err := s.Head(ctx)
	must(t, err)
	o := s.advance(t, s.place(t, "a", 0, line(s.honey, 1)), domain.ActionConfirm, domain.ActionStart)
	if n, err := s.LineUpEvents(ctx); n < 3 || err != nil {
		t.Fatalf("lined up %d, %v", n, err)
	}
	events, gap, err := s.EventsAfter(ctx, domain.Topic{OrderID: o.ID}, head, 10)
	must(t, err)
	var kinds []domain.EventKind
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	want := []domain.EventKind{domain.EventOrderPlaced, domain.EventOrderConfirmed, domain.EventOrderStarted}
	if gap || fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("got %v (gap %v), want %v", kinds, gap, want)
	}
	rest, _, err := s.EventsAfter(ctx, domain.Topic{CustomerID: s.customer.CustomerID}, events[0].Cursor, 10)
	must(t, err)
	if len(rest) != 2 || rest[0].Order.Status != domain.OrderConfirmed {
		t.Errorf("resumed with %+v", rest)
	}
}
