package resolvers_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kabinet/domain"
)

func TestOrder_FromPlacingToRefund(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	got := a.ask(t, a.anna, place, "key", "one", "v", a.honey.String(), "n", 2)
	got.want("orderPlace.userErrors", "[]", "orderPlace.order.status", "NEW", "orderPlace.order.total.amount", "701.00",
		"orderPlace.order.lines.0.name", "Product honey", "orderPlace.order.lines.0.variant.product.category.name", "Spa",
		"orderPlace.order.availableActions", `["CANCEL"]`, "orderPlace.order.timeline.nodes.0.text", "Order placed",
		"orderPlace.order.pointsToEarn", "35")
	id := got.at("orderPlace.order.id")
	a.ask(t, a.anna, place, "key", "one", "v", a.honey.String(), "n", 2).want("orderPlace.order.id", id)
	a.ask(t, a.anna, place, "key", "one", "v", a.honey.String(), "n", 3).wantCode("CONFLICT")
	a.ask(t, a.manager, advance, "key", "early", "id", id, "do", "COMPLETE").
		want("orderAdvance.userErrors.0.code", "ACTION_NOT_ALLOWED", "orderAdvance.userErrors.0.status", "NEW", "orderAdvance.order", "null")
	a.complete(t, id)
	a.ask(t, a.anna, `{viewer{customer{wallet{active pending entries{nodes{cause points rule order{id} balanceAfter{pending}}}}}}}`).want(
		"viewer.customer.wallet.pending", "35", "viewer.customer.wallet.entries.nodes.0.cause", "ORDER_EARNED",
		"viewer.customer.wallet.entries.nodes.0.order.id", id, "viewer.customer.wallet.entries.nodes.0.balanceAfter.pending", "35")
	a.ask(t, a.manager, `mutation($id:ID!){orderRefund(input:{idempotencyKey:"r",orderId:$id,reason:"broken"}){order{status refunded{amount}} userErrors{message}}}`,
		"id", id).want("orderRefund.order.status", "REFUNDED", "orderRefund.order.refunded.amount", "701.00")
}

func TestOrder_RefusalsAreTypedAndInTheCallersLanguage(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.ask(t, a.anna, place, "key", "k", "v", a.honey.String(), "n", 11).want("orderPlace.order", "null",
		"orderPlace.userErrors.0.__typename", "OutOfStockError", "orderPlace.userErrors.0.available", "10",
		"orderPlace.userErrors.0.variantId", a.honey.String(), "orderPlace.userErrors.0.field", `["lines","0","quantity"]`)
	for _, id := range []string{"nonsense", domain.GID{Kind: "Product", N: 1}.String(), domain.GID{Kind: "ProductVariant", N: 999}.String()} {
		a.ask(t, a.anna, place, "key", "k", "v", id, "n", 1).want("orderPlace.userErrors.0.code", "NOT_FOUND",
			"orderPlace.userErrors.0.message", "This item is not on offer any more.")
	}
	a.ask(t, a.anna, place, "key", "k", "v", a.honey.String(), "n", 0).want("orderPlace.userErrors.0.code", "TOO_SMALL")
	a.ask(t, a.anna, place, "key", "k", "v", a.honey.String(), "n", 1, "spend", 5).
		want("orderPlace.userErrors.0.__typename", "InsufficientPointsError", "orderPlace.userErrors.0.available", "0")
	a.ask(t, a.anna, `query($v:ID!){orderPreview(input:{lines:[{variantId:$v,quantity:11}]}){total{amount} lines{quantity variant{sku}} userErrors{code}}}`,
		"v", a.honey.String()).want("orderPreview.userErrors.0.code", "OUT_OF_STOCK")
	a.ask(t, a.anna, `query($v:ID!){orderPreview(input:{lines:[{variantId:$v,quantity:2}]}){total{amount currencyCode} pointsToEarn lines{variant{sku}} userErrors{code}}}`,
		"v", a.massage.String()).want("orderPreview.total.amount", "4000.00", "orderPreview.lines.0.variant.sku", "massage", "orderPreview.userErrors", "[]")
	a.ask(t, a.manager, place, "key", "k", "v", a.honey.String(), "n", 1).wantCode("FORBIDDEN")
}

func TestMutations_OfOneDocumentEachAnswerWithWhatTheyLeft(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	var ids [2]string
	for i, key := range []string{"1", "2"} {
		ids[i], _ = a.place(t, a.anna, key)
		for _, do := range []string{"CONFIRM", "START", "MAKE_READY"} {
			a.ask(t, a.manager, advance, "key", key+do, "id", ids[i], "do", do).want("orderAdvance.userErrors", "[]")
		}
	}
	a.ask(t, a.manager, `mutation($a:ID!,$b:ID!){
		a:orderAdvance(input:{idempotencyKey:"a",orderId:$a,action:COMPLETE}){order{customer{wallet{pending}}}}
		b:orderAdvance(input:{idempotencyKey:"b",orderId:$b,action:COMPLETE}){order{customer{wallet{pending}}}}}`, "a", ids[0], "b", ids[1]).
		want("a.order.customer.wallet.pending", "35", "b.order.customer.wallet.pending", "70")
}

func TestSomebodyElsesObjects_DoNotExist(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	id, number := a.place(t, a.anna, "mine")
	a.complete(t, id)
	mine := a.ask(t, a.anna, `{viewer{customer{id order(number:"`+number+`"){lines{id} timeline{nodes{id}}} wallet{id lots{id} entries{nodes{id}}}}}}`)
	objects := []string{id, mine.at("viewer.customer.id"), mine.at("viewer.customer.wallet.id"), mine.at("viewer.customer.order.lines.0.id"),
		mine.at("viewer.customer.order.timeline.nodes.0.id"), mine.at("viewer.customer.wallet.entries.nodes.0.id")}
	const node = `query($id:ID!){node(id:$id){id __typename}}`
	for _, object := range objects {
		a.ask(t, a.anna, node, "id", object).want("node.id", object)
		a.ask(t, a.manager, node, "id", object).want("node.id", object)
		a.ask(t, a.boris, node, "id", object).want("node", "null")
		a.ask(t, "", node, "id", object).want("node", "null")
	}
	a.ask(t, a.boris, `{viewer{customer{order(number:"`+number+`"){id} orders{nodes{id}}}}}`).
		want("viewer.customer.order", "null", "viewer.customer.orders.nodes", "[]")
	a.ask(t, a.boris, `mutation($id:ID!){orderCancel(input:{idempotencyKey:"x",orderId:$id}){order{id}}}`, "id", id).wantCode("NOT_FOUND")
	a.ask(t, a.boris, `{desk{orders{nodes{id}}}}`).wantCode("FORBIDDEN")
	a.ask(t, "", `{desk{orders{nodes{id}}}}`).wantCode("UNAUTHENTICATED")
	lines := a.events(t, t.Context(), a.boris, `subscription{orderEvents(orderId:"`+id+`"){cursor}}`)
	if line := next(t, lines); !strings.Contains(line, `"code":"NOT_FOUND"`) {
		t.Errorf("a foreign order can be followed: %s", line)
	}
}

func TestDesk_ListsFiltersAndKeepsStaffOnlyFieldsFromCustomers(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	first, _ := a.place(t, a.anna, "1")
	second, number := a.place(t, a.boris, "2")
	a.complete(t, second)
	a.ask(t, a.manager, `{desk{orders(where:{status:{oneOf:[COMPLETED,NEW],eq:NEW}}){nodes{id customer{email}}} order(number:"`+number+`"){id availableActions}
		customers(orderBy:{field:NET}){nodes{email figures{net completedOrders}}} staff{name role} salesFigures(source:"none"){lines}}}`).want(
		"desk.orders.nodes.0.id", first, "desk.orders.nodes.0.customer.email", "anna@example.com", "desk.order.id", second,
		"desk.order.availableActions", `["REFUND"]`, "desk.customers.nodes.0.email", "boris@example.com", "desk.customers.nodes.0.figures.net", "701.00",
		"desk.customers.nodes.1.figures.completedOrders", "0", "desk.staff.0.name", "Ольга", "desk.salesFigures", "null")
	a.ask(t, a.anna, `{viewer{customer{figures{net} externalNumber sessions{id}}}}`).want("viewer.customer.figures", "null")
	page := a.ask(t, a.manager, `{desk{orders(first:1){nodes{id} pageInfo{hasNextPage endCursor}}}}`).want("desk.orders.nodes.0.id", second, "desk.orders.pageInfo.hasNextPage", "true")
	a.ask(t, a.manager, `query($after:String){desk{orders(first:1,after:$after){nodes{id} pageInfo{hasNextPage hasPreviousPage}}}}`,
		"after", page.at("desk.orders.pageInfo.endCursor")).want("desk.orders.nodes.0.id", first, "desk.orders.pageInfo.hasNextPage", "false")
	a.ask(t, a.manager, `{desk{orders(first:0){nodes{id}}}}`).wantCode("INVALID")
	a.ask(t, a.manager, `{desk{orders(after:"junk"){nodes{id}}}}`).wantCode("INVALID")
}

func TestCatalogue_ShowsANewPriceToTheNextRequest(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const query = `{products(first:20,search:"hon"){totalCount nodes{name status category{slug} price{amount} whatToExpect{leadTimeMinutes durationMinutes howToPrepare}}}}`
	for range 2 {
		a.ask(t, "", query).want("products.nodes.0.price.amount", "350.50", "products.nodes.0.name", "Product honey", "products.totalCount", "1",
			"products.nodes.0.whatToExpect.leadTimeMinutes", "120", "products.nodes.0.whatToExpect.durationMinutes", "null")
	}
	product := a.ask(t, "", `{product(slug:"honey"){id version availability}}`)
	a.ask(t, a.manager, `mutation($p:ID!){variantUpsert(input:{productId:$p,sku:"honey",price:"12.3"}){variant{price{amount}} userErrors{code}}}`,
		"p", product.at("product.id")).want("variantUpsert.variant.price.amount", "12.30")
	a.ask(t, "", query).want("products.nodes.0.price.amount", "12.30")
	a.ask(t, a.manager, `mutation($p:ID!){variantUpsert(input:{productId:$p,sku:"honey",price:"1.234"}){variant{sku} userErrors{code field}}}`,
		"p", product.at("product.id")).want("variantUpsert.userErrors.0.field", `["price"]`, "variantUpsert.userErrors.0.code", "INVALID")
	a.ask(t, a.manager, `mutation($p:ID!){productUpdate(input:{productId:$p,status:DRAFT,categoryId:null}){product{status category{slug}} userErrors{code}}}`,
		"p", product.at("product.id")).want("productUpdate.product.status", "DRAFT", "productUpdate.product.category", "null")
	a.ask(t, "", query).want("products.nodes", "[]")
	a.ask(t, "", `{product(slug:"honey"){id}}`).want("product", "null")
	a.ask(t, a.manager, `{desk{products(where:{status:{oneOf:[DRAFT]}}){nodes{slug}}} node(id:"`+product.at("product.id")+`"){id}}`).
		want("desk.products.nodes.0.slug", "honey", "node.id", product.at("product.id"))
	a.ask(t, a.manager, `mutation($p:ID!){productUpdate(input:{productId:$p,categoryId:"junk"}){product{id} userErrors{code field}}}`,
		"p", product.at("product.id")).want("productUpdate.userErrors.0.field", `["categoryId"]`)
	a.ask(t, "", `{product{id}}`).wantCode("INVALID")
}

func TestAccount_UpdatesDevicesAndWallet(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.ask(t, a.anna, `mutation{customerUpdate(input:{name:"Анна К.",timeZone:"Asia/Omsk"}){customer{name timeZone locale} userErrors{code}}}`).
		want("customerUpdate.customer.name", "Анна К.", "customerUpdate.customer.timeZone", "Asia/Omsk")
	a.ask(t, a.anna, `mutation{customerUpdate(input:{timeZone:null,locale:"EN"}){customer{name timeZone locale} userErrors{code}}}`).
		want("customerUpdate.customer.name", "Анна К.", "customerUpdate.customer.timeZone", "null", "customerUpdate.customer.locale", "en")
	a.ask(t, a.anna, `mutation{customerUpdate(input:{timeZone:"Mars/Base"}){userErrors{code}}}`).wantCode("INVALID")
	device := a.ask(t, a.anna, `mutation{deviceRegister(input:{token:"t1",platform:IOS,name:"phone"}){device{id platform} userErrors{code}}}`).
		want("deviceRegister.device.platform", "IOS").at("deviceRegister.device.id")
	a.ask(t, a.boris, `query($id:ID!){node(id:$id){id}}`, "id", device).want("node", "null")
	a.ask(t, a.boris, `mutation($id:ID!){deviceRemove(input:{deviceId:$id}){deviceId userErrors{code}}}`, "id", device).want("deviceRemove.deviceId", "null")
	a.ask(t, a.anna, `mutation($id:ID!){deviceRemove(input:{deviceId:$id}){deviceId userErrors{code}}}`, "id", device).want("deviceRemove.deviceId", device)
	a.ask(t, a.anna, `mutation{deviceRemove(input:{}){userErrors{code}}}`).want("deviceRemove.userErrors.0.code", "REQUIRED")
	customer := a.ask(t, a.anna, `{viewer{customer{id}}}`).at("viewer.customer.id")
	a.ask(t, a.manager, `mutation($c:ID!){a:walletAdjust(input:{idempotencyKey:"a",customerId:$c,points:10,reason:"gift"}){wallet{active} entry{rule order{id}}}
		b:walletAdjust(input:{idempotencyKey:"b",customerId:$c,points:5,reason:"gift"}){wallet{active lots{points}}}}`, "c", customer).
		want("a.wallet.active", "10", "b.wallet.active", "15", "a.entry.order", "null")
	a.ask(t, a.anna, `{viewer{customer{wallet{active expiringPoints(within:3650) waysToEarn{text percent}}}} business{phone pointsProgram{earnPercent pointValue{amount}}}}`).
		want("viewer.customer.wallet.active", "15", "viewer.customer.wallet.expiringPoints", "15", "business.pointsProgram.earnPercent", "5")
	a.ask(t, a.anna, `{viewer{customer{wallet{expiringPoints(within:0)}}}}`).wantCode("INVALID")
	a.ask(t, "", `mutation{signInWithFirebase(input:{idToken:"x"}){accessToken userErrors{code}}}`).want("signInWithFirebase.userErrors.0.code", "TOKEN_INVALID")
}

func TestSignIn_OpensASessionThatCanBeRefreshedAndEnded(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	signedIn, err := a.st.OpenSessionFor(t.Context(), viewerOf(t, a.anna).CustomerID, 0)
	must(t, err)
	const refresh = `mutation($r:String!){sessionRefresh(input:{refreshToken:$r}){accessToken refreshToken viewer{customer{email}} userErrors{code}}}`
	fresh := a.ask(t, "", refresh, "r", signedIn.RefreshToken).want("sessionRefresh.viewer.customer.email", "anna@example.com")
	access := fresh.at("sessionRefresh.accessToken")
	session := a.ask(t, access, `{viewer{customer{sessions{id current}}}}`).want("viewer.customer.sessions.0.current", "true").at("viewer.customer.sessions.0.id")
	a.ask(t, access, `{node(id:"`+session+`"){id}}`).want("node.id", session)
	a.ask(t, a.boris, `{node(id:"`+session+`"){id}}`).want("node", "null")
	a.ask(t, access, `mutation{sessionEnd(input:{sessionId:"junk"}){sessionId}}`).wantCode("NOT_FOUND")
	a.ask(t, a.boris, `mutation($s:ID!){sessionEnd(input:{sessionId:$s}){sessionId}}`, "s", session).wantCode("NOT_FOUND")
	a.ask(t, access, `mutation{sessionEnd(input:{}){sessionId userErrors{code}}}`).want("sessionEnd.sessionId", session)
	a.ask(t, "", refresh, "r", fresh.at("sessionRefresh.refreshToken")).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
}

func viewerOf(t *testing.T, token string) domain.Viewer {
	t.Helper()
	access, err := authenticate(t.Context(), token)
	must(t, err)
	return access.Viewer
}

func TestEvents_AreReadAndFollowedAsTheyHappened(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	id, _ := a.place(t, a.anna, "1")
	_, err := a.st.LineUpEvents(t.Context())
	must(t, err)
	got := a.ask(t, a.anna, `{events{gap nodes{kind cursor ...on OrderEvent{order{id status}}} pageInfo{endCursor hasNextPage}}}`).
		want("events.gap", "false", "events.nodes.0.kind", "ORDER_PLACED", "events.nodes.0.order.status", "NEW")
	a.ask(t, a.anna, `query($c:String){events(after:$c){nodes{kind}}}`, "c", got.at("events.pageInfo.endCursor")).want("events.nodes", "[]")
	a.ask(t, a.anna, `{events(after:"junk"){nodes{kind}}}`).wantCode("INVALID")
	a.ask(t, a.manager, `{events{nodes{kind}}}`).wantCode("FORBIDDEN")

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	lines := a.events(t, ctx, a.anna, `subscription{orderEvents(orderId:"`+id+`"){cursor kind gap order{status number lines{sku}}}}`)
	orders, err := a.st.OrdersByID(t.Context(), []int64{number(t, id)})
	must(t, err)
	snapshot := orders[number(t, id)]
	snapshot.Status = domain.OrderReady
	at, _ := domain.ParseCursor(got.at("events.pageInfo.endCursor"))
	a.live <- domain.Event{Cursor: at, Kind: domain.EventOrderReady, OrderID: snapshot.ID, Order: &snapshot}
	if line := next(t, lines); !strings.Contains(line, `"status":"READY"`) || !strings.Contains(line, `"cursor":"`+at.String()+`"`) || !strings.Contains(line, `"sku":"honey"`) {
		t.Errorf("not the order as the event left it: %s", line)
	}
	a.live <- domain.Event{Kind: domain.EventGap}
	if line := next(t, lines); !strings.Contains(line, `"gap":true`) || !strings.Contains(line, `"status":"NEW"`) {
		t.Errorf("not the order as it is now: %s", line)
	}
	close(a.live)
	if line := next(t, lines); !strings.Contains(line, "subscribe again") {
		t.Errorf("the end of the stream says %s", line)
	}
}

// A client that was told nothing of a gap would go on behind it as if it had missed nothing.
func TestOrderEvents_AGapThatCannotBeToldEndsTheStream(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	id, _ := a.place(t, a.anna, "1")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	lines := a.events(t, ctx, a.anna, `subscription{orderEvents(orderId:"`+id+`"){cursor gap order{status}}}`)
	ready := domain.Event{Kind: domain.EventOrderReady, OrderID: number(t, id), Order: &domain.Order{ID: number(t, id), Status: domain.OrderReady}}
	a.live <- ready
	if line := next(t, lines); !strings.Contains(line, "READY") {
		t.Fatalf("instead of an event came %s", line)
	}
	must(t, a.st.Close()) // so the order as it is now cannot be read
	a.live <- domain.Event{Kind: domain.EventGap}
	go func() {
		select {
		case a.live <- ready:
		case <-ctx.Done():
		}
	}()
	if line := next(t, lines); !strings.Contains(line, "subscribe again") {
		t.Errorf("instead of the end of the stream came %s", line)
	}
}

func number(t *testing.T, id string) int64 {
	t.Helper()
	gid, ok := domain.ParseGID(id)
	if !ok {
		t.Fatal(id)
	}
	return gid.N
}

// next is the next event; it must come soon.
func next(t *testing.T, lines <-chan string) string {
	t.Helper()
	select {
	case line := <-lines:
		return line
	case <-time.After(30 * time.Second):
		t.Fatal("no event came")
		return ""
	}
}

// events follows a subscription by server-sent events.
func (a *api) events(t *testing.T, ctx context.Context, token, query string) <-chan string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	must(t, err)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, strings.NewReader(string(body)))
	must(t, err)
	r.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"text/event-stream"}, "Authorization": {"Bearer " + token}}
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	lines := make(chan string)
	go func() {
		defer response.Body.Close()
		defer close(lines)
		for scan := bufio.NewScanner(response.Body); scan.Scan(); {
			if data, is := strings.CutPrefix(scan.Text(), "data: "); is {
				select {
				case lines <- data:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return lines
}
