package api_test

import (
	"strings"
	"sync"
	"testing"

	"kabinet/domain"
)

const (
	refusal = `userErrors{__typename code message field ...on OutOfStockError{variantId available} ...on InsufficientPointsError{available}
		...on PointsLimitError{limit} ...on ActionNotAllowedError{status availableActions}}`
	orderFields = `id number status version availableActions promisedAt promiseState pointsSpent pointsToEarn note cancelReason completedAt
		subtotal{amount currencyCode} total{amount} refunded{amount} promises{promisedAt reason} customer{id}
		lines{id sku name quantity unitPrice{amount} subtotal{amount} total{amount} pointsToEarn refundedQuantity variant{id stock}}
		timeline{nodes{id kind text actor reason public}}`
	placeDoc = `mutation($key:ID!,$lines:[OrderLineInput!]!,$spend:Int,$note:String){
		orderPlace(input:{idempotencyKey:$key,lines:$lines,spendPoints:$spend,note:$note}){order{` + orderFields + `} ` + refusal + `}}`
	previewDoc = `query($lines:[OrderLineInput!]!,$spend:Int){orderPreview(input:{lines:$lines,spendPoints:$spend}){
		lines{variant{sku} quantity unitPrice{amount} subtotal{amount} total{amount}} subtotal{amount} pointsSpent maxPoints total{amount} pointsToEarn promisedAt ` + refusal + `}}`
	advanceDoc = `mutation($key:ID!,$id:ID!,$do:OrderAction!,$reason:String,$version:Int){
		orderAdvance(input:{idempotencyKey:$key,orderId:$id,action:$do,reason:$reason,expectedVersion:$version}){order{` + orderFields + `} ` + refusal + `}}`
	cancelDoc  = `mutation($key:ID!,$id:ID!){orderCancel(input:{idempotencyKey:$key,orderId:$id,reason:"changed my mind"}){order{` + orderFields + `} ` + refusal + `}}`
	promiseDoc = `mutation($id:ID!,$at:DateTime!,$reason:String!,$version:Int){
		orderPromise(input:{orderId:$id,promisedAt:$at,reason:$reason,expectedVersion:$version}){order{` + orderFields + `} ` + refusal + `}}`
	refundDoc = `mutation($key:ID!,$id:ID!,$lines:[OrderRefundLineInput!]){
		orderRefund(input:{idempotencyKey:$key,orderId:$id,lines:$lines,reason:"broken"}){order{` + orderFields + `} ` + refusal + `}}`
	adjustDoc = `mutation($key:ID!,$id:ID!,$points:Int!){walletAdjust(input:{idempotencyKey:$key,customerId:$id,points:$points,reason:"a gift"}){
		wallet{active debt} entry{cause points rule} ` + refusal + `}}`
	walletDoc = `{viewer{customer{id wallet{id active pending held debt lots{id points held} expiringPoints(within:3650) waysToEarn{text percent}
		entries(first:100){nodes{id cause points from to rule order{number} balanceAfter{active pending held debt}}}}}}}`
)

type lines []map[string]any

func of(variant domain.GID, quantity int) lines {
	return lines{{"variantId": variant.String(), "quantity": quantity}}
}

func (l lines) and(variant domain.GID, quantity int) lines {
	return append(l, of(variant, quantity)...)
}

// place places an order of honey and returns its id.
func (c caller) place(t *testing.T, key string) string {
	t.Helper()
	return c.ask(t, placeDoc, "key", key, "lines", of(c.s.w.goods, 1)).want("orderPlace.userErrors", "[]").at("orderPlace.order.id")
}

// advance takes steps with an order, each of which must be offered.
func (c caller) advance(t *testing.T, id string, steps ...string) {
	t.Helper()
	for _, do := range steps {
		offered := c.ask(t, `query($id:ID!){node(id:$id){...on Order{availableActions}}}`, "id", id).at("node.availableActions")
		if !strings.Contains(offered, `"`+do+`"`) {
			t.Fatalf("%s is not offered, only %s", do, offered)
		}
		c.ask(t, advanceDoc, "key", id+do, "id", id, "do", do).want("orderAdvance.userErrors", "[]")
	}
}

var toCompletion = []string{"CONFIRM", "START", "MAKE_READY", "COMPLETE"}

func (c caller) ownID(t *testing.T) string {
	t.Helper()
	return c.ask(t, `{viewer{customer{id}}}`).at("viewer.customer.id")
}

// give makes points active at once.
func (s *server) give(t *testing.T, email string, points int) {
	t.Helper()
	s.as(t, manager).ask(t, adjustDoc, "key", "gift to "+email, "id", s.as(t, email).ownID(t), "points", points).want("walletAdjust.userErrors", "[]")
}

func TestOrder_TenClientsWithOneKeyMakeOneOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, second := w.serve(t), w.serve(t)
	s.as(t, anna)
	var mu sync.Mutex
	ids := map[string]bool{}
	var clients sync.WaitGroup
	for i := range 10 {
		c := s.as(t, anna)
		if i%2 == 1 {
			c.s = second
		}
		clients.Go(func() {
			got := c.ask(t, placeDoc, "key", "one", "lines", of(w.goods, 2))
			mu.Lock()
			defer mu.Unlock()
			ids[got.want("orderPlace.userErrors", "[]").at("orderPlace.order.id")] = true
		})
	}
	clients.Wait()
	if len(ids) != 1 || w.count(t, "select count(*) from orders") != 1 || w.count(t, "select on_hand from stock join variant v on v.id = variant_id where sku = 'honey'") != 8 {
		t.Errorf("%d answers, %d orders", len(ids), w.count(t, "select count(*) from orders"))
	}
	me := s.as(t, anna)
	me.ask(t, placeDoc, "key", "one", "lines", of(w.goods, 3)).failed("CONFLICT")
	s.as(t, boris).ask(t, placeDoc, "key", "one", "lines", of(w.goods, 1)).want("orderPlace.userErrors", "[]")
	if n := w.count(t, "select count(*) from orders"); n != 2 {
		t.Errorf("%d orders, want one of each customer", n)
	}
}

func TestOrder_EveryRefusalIsTypedTranslatedAndWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	s.give(t, anna, 5000)
	me := s.as(t, anna)
	unknown := domain.GID{Kind: "ProductVariant", N: 999}
	long := strings.Repeat("я", 2001)
	for _, c := range []struct {
		what           string
		key            string
		lines          lines
		spend          int
		note           string
		typename, code string
		field          string
		words, слова   string
		more           []string
	}{
		{"more than there is", "k", of(w.goods, 11), 0, "", "OutOfStockError", "OUT_OF_STOCK", `["lines","0","quantity"]`,
			"“Linden honey”: 10\u00a0items left.", "«Мёд липовый»: осталось 10\u00a0штук.", []string{"available", "10", "variantId", w.goods.String()}},
		{"nothing", "k", of(w.goods, 0), 0, "", "InvalidInputError", "TOO_SMALL", `["lines","0","quantity"]`, "At least 1.", "Не меньше 1.", nil},
		{"less than nothing", "k", of(w.goods, -1), 0, "", "InvalidInputError", "TOO_SMALL", `["lines","0","quantity"]`, "At least 1.", "Не меньше 1.", nil},
		{"a huge number", "k", of(w.spa, 10_001), 0, "", "InvalidInputError", "TOO_LARGE", `["lines","0","quantity"]`, "At most 10,000.", "Не больше 10\u00a0000.", nil},
		{"what does not exist", "k", of(unknown, 1), 0, "", "InvalidInputError", "NOT_FOUND", `["lines","0","variantId"]`,
			"This item is not on offer any more.", "Этого товара или услуги больше нет в продаже.", nil},
		{"no lines", "k", lines{}, 0, "", "InvalidInputError", "REQUIRED", `["lines"]`, "Add at least one item to the order.", "Добавьте в заказ хотя бы одну позицию.", nil},
		{"more points than there are", "k", of(w.spa, 10), 5001, "", "InsufficientPointsError", "INSUFFICIENT_POINTS", `["spendPoints"]`,
			"Not enough points: you can spend 5,000\u00a0points.", "Баллов не хватает: можно потратить 5000\u00a0баллов.", []string{"available", "5000"}},
		{"fewer points than none", "k", of(w.spa, 1), -1, "", "InvalidInputError", "TOO_SMALL", `["spendPoints"]`, "At least 0.", "Не меньше 0.", nil},
		{"a long note", "k", of(w.spa, 1), 0, long, "InvalidInputError", "TOO_LONG", `["note"]`, "Too long: at most 2,000 characters.", "Слишком длинно: не больше 2000 знаков.", nil},
		{"no key", "", of(w.spa, 1), 0, "", "InvalidInputError", "REQUIRED", `["idempotencyKey"]`, "The idempotencyKey is missing.", "Не хватает ключа повтора idempotencyKey.", nil},
	} {
		got := me.ask(t, placeDoc, "key", c.key, "lines", c.lines, "spend", c.spend, "note", c.note)
		got.want("orderPlace.order", "null", "orderPlace.userErrors.0.__typename", c.typename, "orderPlace.userErrors.0.code", c.code,
			"orderPlace.userErrors.0.field", c.field, "orderPlace.userErrors.0.message", c.words)
		for i := 0; i+1 < len(c.more); i += 2 {
			got.want("orderPlace.userErrors.0."+c.more[i], c.more[i+1])
		}
		me.with("Accept-Language", "ru-RU,ru;q=0.9,en;q=0.8").ask(t, placeDoc, "key", c.key, "lines", c.lines, "spend", c.spend, "note", c.note).
			want("orderPlace.userErrors.0.message", c.слова)
		if t.Failed() {
			t.Fatalf("refusing %s", c.what)
		}
	}
	me.ask(t, placeDoc, "key", "k", "lines", of(w.spa, 1<<31)).failed("INVALID")
	limit := me.ask(t, previewDoc, "lines", of(w.tea, 1), "spend", 0).at("orderPreview.maxPoints")
	me.ask(t, placeDoc, "key", "k", "lines", of(w.tea, 1), "spend", 119).want("orderPlace.userErrors.0.__typename", "PointsLimitError",
		"orderPlace.userErrors.0.limit", limit, "orderPlace.userErrors.0.code", "POINTS_LIMIT")
	me.ask(t, placeDoc, "key", "k", "lines", of(w.goods, 11).and(w.tea, 101)).want("orderPlace.userErrors.0.code", "OUT_OF_STOCK", "orderPlace.userErrors.1.code", "OUT_OF_STOCK",
		"orderPlace.userErrors.1.field", `["lines","1","quantity"]`)
	if n := w.count(t, "select count(*) from orders") + w.count(t, "select count(*) from hold") + w.count(t, "select 110 - sum(on_hand) from stock"); n != 0 {
		t.Error("a refused order left something behind")
	}
}

func TestOrder_APreviewIsWhatPlacingBrings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	s.give(t, anna, 500)
	me := s.as(t, anna)
	before := w.count(t, "select count(*) from event") + w.count(t, "select count(*) from transfer")
	asked := of(w.goods, 3).and(w.spa, 1).and(w.goods, 1)
	preview := me.ask(t, previewDoc, "lines", asked, "spend", 77).want("orderPreview.userErrors", "[]", "orderPreview.lines.0.quantity", "4",
		"orderPreview.subtotal.amount", "3402.00", "orderPreview.pointsSpent", "77")
	if now := w.count(t, "select count(*) from event") + w.count(t, "select count(*) from transfer"); now != before {
		t.Error("a preview wrote something")
	}
	order := me.ask(t, placeDoc, "key", "k", "lines", asked, "spend", 77).want("orderPlace.userErrors", "[]")
	for _, field := range []string{"subtotal.amount", "total.amount", "pointsSpent", "pointsToEarn", "lines.0.unitPrice.amount", "lines.0.subtotal.amount",
		"lines.0.total.amount", "lines.1.total.amount", "lines.0.quantity"} {
		if a, b := preview.at("orderPreview."+field), order.at("orderPlace.order."+field); a != b {
			t.Errorf("%s: previewed %s, placed %s", field, a, b)
		}
	}
	promised, kept := instant(t, preview.at("orderPreview.promisedAt")), instant(t, order.at("orderPlace.order.promisedAt"))
	if d := kept.Sub(promised).Abs(); d > patience {
		t.Errorf("previewed a promise for %s, placed one for %s", promised, kept)
	}
	me.ask(t, walletDoc).want("viewer.customer.wallet.active", "423", "viewer.customer.wallet.held", "77")
}

func TestOrder_RunsFromPlacementThroughCompletionToRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	s.give(t, anna, 300)
	me, staff := s.as(t, anna), s.as(t, operator)
	placed := me.ask(t, placeDoc, "key", "k", "lines", of(w.goods, 2).and(w.spa, 1), "spend", 300, "note", "ring first").want("orderPlace.userErrors", "[]",
		"orderPlace.order.status", "NEW", "orderPlace.order.availableActions", `["CANCEL"]`, "orderPlace.order.total.amount", "2401.00",
		"orderPlace.order.pointsToEarn", "120", "orderPlace.order.promiseState", "OPEN", "orderPlace.order.lines.0.variant.stock", "8")
	id, number := placed.at("orderPlace.order.id"), placed.at("orderPlace.order.number")
	staff.ask(t, advanceDoc, "key", "early", "id", id, "do", "COMPLETE").want("orderAdvance.order", "null", "orderAdvance.userErrors.0.__typename", "ActionNotAllowedError",
		"orderAdvance.userErrors.0.status", "NEW", "orderAdvance.userErrors.0.availableActions", `["CONFIRM","CANCEL","PROMISE"]`)
	staff.ask(t, advanceDoc, "key", "late", "id", id, "do", "CONFIRM", "version", 99).failed("CONFLICT")
	staff.advance(t, id, "CONFIRM")
	staff.ask(t, promiseDoc, "id", id, "at", "2099-05-01T09:00:00Z", "reason", "the masseur is ill").want("orderPromise.userErrors", "[]",
		"orderPromise.order.promisedAt", "2099-05-01T09:00:00Z", "orderPromise.order.promises.1.reason", "the masseur is ill")
	staff.ask(t, promiseDoc, "id", id, "at", "2020-05-01T09:00:00Z", "reason", "x").want("orderPromise.userErrors.0.field", `["promisedAt"]`)
	staff.advance(t, id, "START", "MAKE_READY", "COMPLETE")
	staff.ask(t, advanceDoc, "key", id+"COMPLETE", "id", id, "do", "COMPLETE").want("orderAdvance.userErrors", "[]", "orderAdvance.order.status", "COMPLETED")
	own := me.ask(t, `query($n:String!){viewer{customer{order(number:$n){`+orderFields+`}}}}`, "n", number)
	own.want("viewer.customer.order.status", "COMPLETED", "viewer.customer.order.availableActions", "[]", "viewer.customer.order.promiseState", "KEPT")
	if got := strings.Join(own.list("viewer.customer.order.timeline.nodes", "kind"), " "); got != "PLACED CONFIRMED PROMISED STARTED READY COMPLETED" {
		t.Errorf("the timeline is %s", got)
	}
	me.ask(t, walletDoc).want("viewer.customer.wallet.active", "0", "viewer.customer.wallet.held", "0", "viewer.customer.wallet.pending", "120")

	line := placed.at("orderPlace.order.lines.0.id")
	one := []map[string]any{{"lineId": line, "quantity": 1}}
	for range 2 {
		staff.ask(t, refundDoc, "key", "r1", "id", id, "lines", one).want("orderRefund.userErrors", "[]", "orderRefund.order.status", "COMPLETED",
			"orderRefund.order.lines.0.refundedQuantity", "1", "orderRefund.order.lines.0.variant.stock", "9")
	}
	staff.ask(t, refundDoc, "key", "r2", "id", id, "lines", []map[string]any{{"lineId": line, "quantity": 2}}).want("orderRefund.order", "null", "orderRefund.userErrors.0.code", "TOO_LARGE")
	staff.ask(t, refundDoc, "key", "r3", "id", id, "lines", nil).want("orderRefund.userErrors", "[]", "orderRefund.order.status", "REFUNDED", "orderRefund.order.refunded.amount", "2401.00")
	wallet := me.ask(t, walletDoc).want("viewer.customer.wallet.active", "300", "viewer.customer.wallet.pending", "0", "viewer.customer.wallet.debt", "0")
	causes := strings.Join(wallet.list("viewer.customer.wallet.entries.nodes", "cause"), " ")
	for _, cause := range []string{"ADJUSTED", "ORDER_HELD", "ORDER_CAPTURED", "ORDER_EARNED", "REFUND_REVERSED", "REFUND_RETURNED"} {
		if !strings.Contains(causes, cause) {
			t.Errorf("no %s among %s", cause, causes)
		}
	}
	wallet.want("viewer.customer.wallet.entries.nodes.0.balanceAfter.active", "300", "viewer.customer.wallet.entries.nodes.0.order.number", number)
}

func TestOrder_CancellingGivesEverythingBackOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	s.give(t, anna, 100)
	me := s.as(t, anna)
	id := me.ask(t, placeDoc, "key", "k", "lines", of(w.goods, 4), "spend", 100).want("orderPlace.userErrors", "[]").at("orderPlace.order.id")
	for range 2 {
		me.ask(t, cancelDoc, "key", "c", "id", id).want("orderCancel.userErrors", "[]", "orderCancel.order.status", "CANCELLED",
			"orderCancel.order.cancelReason", "changed my mind", "orderCancel.order.lines.0.variant.stock", "10")
	}
	me.ask(t, cancelDoc, "key", "c2", "id", id).want("orderCancel.userErrors.0.code", "ACTION_NOT_ALLOWED", "orderCancel.userErrors.0.status", "CANCELLED")
	me.ask(t, walletDoc).want("viewer.customer.wallet.active", "100", "viewer.customer.wallet.held", "0")
	s.as(t, operator).ask(t, advanceDoc, "key", "x", "id", me.place(t, "second"), "do", "CANCEL").want("orderAdvance.userErrors.0.field", `["reason"]`)
}

func TestWallet_SpentPointsThatAreTakenBackBecomeDebt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me, staff, boss := s.as(t, anna), s.as(t, operator), s.as(t, manager)
	first := me.ask(t, placeDoc, "key", "first", "lines", of(w.spa, 1)).want("orderPlace.order.pointsToEarn", "100").at("orderPlace.order.id")
	staff.advance(t, first, toCompletion...)
	me.ask(t, walletDoc).want("viewer.customer.wallet.pending", "100", "viewer.customer.wallet.active", "0")
	w.sql(t, "update accrual set matures_at = now() - interval '1 second'")
	eventually(t, "the points mature", func() bool { return me.ask(t, walletDoc).at("viewer.customer.wallet.active") == "100" })
	me.ask(t, placeDoc, "key", "second", "lines", of(w.spa, 1), "spend", 100).want("orderPlace.userErrors", "[]")
	staff.ask(t, refundDoc, "key", "r", "id", first).want("orderRefund.userErrors", "[]", "orderRefund.order.status", "REFUNDED")
	me.ask(t, walletDoc).want("viewer.customer.wallet.active", "0", "viewer.customer.wallet.debt", "100", "viewer.customer.wallet.held", "100")
	boss.ask(t, adjustDoc, "key", "give", "id", me.ownID(t), "points", 120).want("walletAdjust.wallet.active", "20", "walletAdjust.wallet.debt", "0")
	boss.ask(t, adjustDoc, "key", "none", "id", me.ownID(t), "points", 0).want("walletAdjust.wallet", "null", "walletAdjust.userErrors.0.code", "INVALID")
	boss.ask(t, adjustDoc, "key", "take", "id", me.ownID(t), "points", -21).want("walletAdjust.userErrors.0.__typename", "InsufficientPointsError", "walletAdjust.userErrors.0.available", "20")
	me.ask(t, walletDoc).want("viewer.customer.wallet.lots.0.points", "20", "viewer.customer.wallet.entries.nodes.0.balanceAfter.active", "20").has("a gift", "DEBT_SETTLED", "MATURED")
}
