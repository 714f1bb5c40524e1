package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kabinet/domain"
)

// fill adds n services with prices and names that repeat, so that ties are broken.
func (w *world) fill(t *testing.T, n int) {
	t.Helper()
	category, err := w.st.UpsertCategory(t.Context(), domain.Viewer{}, "tours", domain.Text{RU: "Прогулки", EN: "Walks"}, nil)
	must(t, err)
	for i := range n {
		name := domain.Text{RU: fmt.Sprintf("Прогулка %d", i%7), EN: fmt.Sprintf("Walk %d", i%7)}
		w.product(t, category.ID, fmt.Sprintf("walk-%02d", i), name, domain.Service, int64(100_00*(i%5+1)), 0)
	}
}

const pageDoc = `query($first:Int,$after:String,$last:Int,$before:String,$by:ProductOrder,$where:ProductWhere,$search:String){
	products(first:$first,after:$after,last:$last,before:$before,orderBy:$by,where:$where,search:$search){
		nodes{slug name price{amount}} edges{cursor node{slug}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor} totalCount}}`

func TestCatalogue_PagesOfEverySortingJoinToTheWholeListInBothDirections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t, 27)
	c := w.serve(t).as(t, nobody)
	for _, field := range []string{"POSITION", "NAME", "PRICE", "CREATED_AT"} {
		for _, direction := range []string{"ASC", "DESC"} {
			by := map[string]any{"field": field, "direction": direction}
			whole := c.ask(t, pageDoc, "first", 100, "by", by).want("products.totalCount", "30", "products.pageInfo.hasNextPage", "false").list("products.nodes", "slug")
			if unique := slices.Compact(slices.Sorted(slices.Values(whole))); len(unique) != 30 {
				t.Errorf("%s %s lists %d of 30", field, direction, len(unique))
			}
			for _, size := range []int{1, 4, 30} {
				var forward, backward []string
				for cursor, more := any(nil), true; more; {
					page := c.ask(t, pageDoc, "first", size, "after", cursor, "by", by).want()
					forward = append(forward, page.list("products.nodes", "slug")...)
					cursor, more = page.at("products.pageInfo.endCursor"), page.at("products.pageInfo.hasNextPage") == "true"
				}
				for cursor, more := any(nil), true; more; {
					page := c.ask(t, pageDoc, "last", size, "before", cursor, "by", by).want()
					backward = append(page.list("products.nodes", "slug"), backward...)
					cursor, more = page.at("products.pageInfo.startCursor"), page.at("products.pageInfo.hasPreviousPage") == "true"
				}
				if !slices.Equal(forward, whole) || !slices.Equal(backward, whole) {
					t.Fatalf("%s %s by %d:\nwhole    %v\nforward  %v\nbackward %v", field, direction, size, whole, forward, backward)
				}
			}
		}
	}
	prices := c.ask(t, pageDoc, "first", 100, "by", map[string]any{"field": "PRICE", "direction": "ASC"}).list("products.nodes", "price.amount")
	if !slices.IsSortedFunc(prices, func(a, b string) int { return len(a)*1000 - len(b)*1000 + strings.Compare(a, b) }) {
		t.Errorf("prices are not sorted: %v", prices)
	}
}

func TestCatalogue_IsSearchedAndFilteredInBothLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t, 10)
	c := w.serve(t).as(t, nobody)
	for search, want := range map[string]string{
		"мёд": "honey", "мед": "honey", "МЁД лип": "honey", "linden": "honey", "hon": "honey", "массаж": "massage", "massages": "massage", "tea fire": "tea",
	} {
		if got := c.ask(t, pageDoc, "search", search).want().list("products.nodes", "slug"); !slices.Equal(got, []string{want}) {
			t.Errorf("%q finds %v, want %s", search, got, want)
		}
	}
	for _, search := range []string{"ничего такого", "'; drop table product; --", "%", "\\", "<->", "&|!"} {
		c.ask(t, pageDoc, "search", search).want()
	}
	for _, f := range []struct {
		where string
		want  string
	}{
		{`{kind:{oneOf:[GOODS]}}`, "honey tea"},
		{`{category:{eq:"spa"}}`, "massage"},
		{`{category:{oneOf:["spa","shop"]}}`, "honey massage tea"},
		{`{price:{gte:"120",lte:"350.50"},category:{eq:"shop"}}`, "honey tea"},
		{`{price:{gte:"350.51"},kind:{oneOf:[GOODS]}}`, ""},
		{`{category:{eq:"none"}}`, ""},
		{`{kind:{oneOf:[]}}`, ""},
		{`{category:{oneOf:["tours"]},price:{lte:"100.00"}}`, "walk-00 walk-05"},
	} {
		got := c.ask(t, `{products(where:`+f.where+`){nodes{slug}}}`).want().list("products.nodes", "slug")
		slices.Sort(got)
		if strings.Join(got, " ") != f.want {
			t.Errorf("%s finds %v, want %s", f.where, got, f.want)
		}
	}
}

func TestCatalogue_SpeaksTheLanguageOfTheCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	s.as(t, manager).ask(t, `mutation{productCreate(input:{idempotencyKey:"p",slug:"banya",kind:SERVICE,name:{ru:"Баня"},variants:[{sku:"B",price:"10.00"}]}){userErrors{code}}}`).
		want("productCreate.userErrors", "[]")
	const query = `{product(slug:"honey"){name category{name}} other:product(slug:"banya"){name}}`
	const russian, english = "Мёд липовый", "Linden honey"
	for header, want := range map[string]string{"": russian, "ru": russian, "en": english, "en-GB,en;q=0.9": english, "fr,en;q=0.5,ru;q=0.9": russian, "fr": russian, "*": russian} {
		c := caller{s: s, header: http.Header{}}
		if header != "" {
			c = c.with("Accept-Language", header)
		}
		for range 2 {
			c.ask(t, query).want("product.name", want, "other.name", "Баня")
		}
	}
	for language, want := range map[string]string{"en": english, "ru": russian} {
		caller{s: s}.ask(t, "query @inContext(language:"+fmt.Sprintf("%q", language)+")"+query).want("product.name", want)
		caller{s: s}.with("Accept-Language", "ru").ask(t, "query($l:Locale!) @inContext(language:$l)"+query, "l", language).want("product.name", want)
	}
	caller{s: s}.ask(t, `query @inContext(language:"de")`+query).failed("INVALID")
}

func TestCatalogue_StaffEditItAndLostUpdatesAreConflicts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	boss := s.as(t, manager)
	const create = `mutation($key:ID!,$slug:String!){productCreate(input:{idempotencyKey:$key,slug:$slug,kind:GOODS,name:{ru:"Плед",en:"Blanket"},
		attributes:[{name:{ru:"Размер"},value:{ru:"140×200"}}],whatToExpect:{leadTimeMinutes:30,documents:[{ru:"Паспорт"}]},
		variants:[{sku:"P-1",price:"1990.00",stock:3}]}){product{id version attributes{name value} whatToExpect{documents} variants{id sku stock}} userErrors{code field}}}`
	made := boss.ask(t, create, "key", "p", "slug", "blanket").want("productCreate.userErrors", "[]", "productCreate.product.variants.0.stock", "3",
		"productCreate.product.attributes.0.value", "140×200", "productCreate.product.whatToExpect.documents.0", "Паспорт")
	id, variant := made.at("productCreate.product.id"), made.at("productCreate.product.variants.0.id")
	boss.ask(t, create, "key", "p", "slug", "blanket").want("productCreate.product.id", id)
	boss.ask(t, create, "key", "p", "slug", "other").failed("CONFLICT")
	boss.ask(t, create, "key", "q", "slug", "blanket").want("productCreate.product", "null", "productCreate.userErrors.0.code", "ALREADY_EXISTS", "productCreate.userErrors.0.field", `["slug"]`)
	boss.ask(t, create, "key", "r", "slug", "Bad Slug").want("productCreate.product", "null", "productCreate.userErrors.0.code", "INVALID")
	const update = `mutation($id:ID!,$v:Int){productUpdate(input:{productId:$id,expectedVersion:$v,status:ARCHIVED}){product{status version} userErrors{code}}}`
	boss.ask(t, update, "id", id, "v", 99).failed("CONFLICT")
	const stock = `mutation($key:ID!,$id:ID!,$d:Int!){stockAdjust(input:{idempotencyKey:$key,variantId:$id,delta:$d,reason:"counted"}){variant{stock availability} userErrors{code message ...on OutOfStockError{available}}}}`
	for range 2 {
		s.as(t, operator).ask(t, stock, "key", "s", "id", variant, "d", 4).want("stockAdjust.variant.stock", "7", "stockAdjust.variant.availability", "AVAILABLE")
	}
	boss.ask(t, stock, "key", "t", "id", variant, "d", -8).want("stockAdjust.variant", "null", "stockAdjust.userErrors.0.code", "OUT_OF_STOCK", "stockAdjust.userErrors.0.available", "7")
	boss.ask(t, stock, "key", "u", "id", w.spa, "d", 1).want("stockAdjust.variant", "null", "stockAdjust.userErrors.0.code", "INVALID")
	boss.ask(t, update, "id", id, "v", 1).want("productUpdate.product.status", "ARCHIVED")
	s.as(t, nobody).ask(t, `{product(slug:"blanket"){id}}`).want("product", "null")
	s.as(t, admin).ask(t, `mutation{staffInvite(input:{email:"new@example.org",name:"Нина",role:OPERATOR}){staff{email role locale} userErrors{code}}}`).
		want("staffInvite.staff.role", "OPERATOR", "staffInvite.staff.locale", "ru")
	s.as(t, "new@example.org").ask(t, `{desk{staff{email}}}`).has("new@example.org")
}

func TestDesk_FindsOrdersAndCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	first, second := s.as(t, anna).place(t, "1"), s.as(t, boris).place(t, "2")
	staff := s.as(t, operator)
	staff.advance(t, second, "CONFIRM")
	staff.ask(t, `{desk{orders(where:{status:{eq:NEW}}){nodes{id customer{email}}}}}`).want("desk.orders.nodes.0.id", first, "desk.orders.nodes.0.customer.email", anna).hasNot(second)
	staff.ask(t, `{desk{orders(where:{status:{oneOf:[NEW,CONFIRMED]},placedAt:{gte:"2020-01-01T00:00:00Z",lt:"2099-01-01T00:00:00Z"}},orderBy:{field:PROMISED_AT,direction:ASC}){nodes{id}}}}`).
		has(first, second)
	page := staff.ask(t, `{desk{orders(last:1){nodes{id} pageInfo{hasPreviousPage startCursor}}}}`).want("desk.orders.nodes.0.id", first, "desk.orders.pageInfo.hasPreviousPage", "true")
	staff.ask(t, `query($b:String){desk{orders(last:1,before:$b){nodes{id} pageInfo{hasPreviousPage hasNextPage}}}}`, "b", page.at("desk.orders.pageInfo.startCursor")).
		want("desk.orders.nodes.0.id", second, "desk.orders.pageInfo.hasPreviousPage", "false", "desk.orders.pageInfo.hasNextPage", "true")
	staff.ask(t, `{desk{customers(search:"bori",orderBy:{field:NET,direction:DESC}){nodes{email figures{net completedOrders}}}}}`).
		want("desk.customers.nodes.0.email", boris, "desk.customers.nodes.0.figures.net", "0.00").hasNot(anna)
	staff.ask(t, `{desk{order(number:"R-0"){id} salesFigures(source:"none"){lines} staysFigures(source:"none"){bookings}}}`).want("desk.order", "null", "desk.salesFigures", "null", "desk.staysFigures", "null")
}

func TestHTTP_QueriesMayComeByAddressAndMutationsMayNot(t *testing.T) {
	t.Parallel()
	c := newWorld(t).serve(t).as(t, nobody)
	get := func(query string) answer {
		return c.send(t, http.MethodGet, "/graphql?query="+url.QueryEscape(query), nil)
	}
	get(`{product(slug:"honey"){name}}`).want("product.name", "Linden honey")
	get(`mutation{signInStart(input:{channel:EMAIL,address:"x@example.com"}){resendAt}}`).status(405).failed("INVALID")
	get(`subscription{deskEvents{cursor}}`).status(406).failed("INVALID").has("text/event-stream")
	c.send(t, http.MethodPut, "/graphql", nil).status(405)
	c.ask(t, `subscription{deskEvents{cursor}}`).status(406).failed("INVALID").has("text/event-stream")
}

func TestBusiness_AnAdminSetsItUpAndEveryoneSeesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	boss := s.as(t, admin)
	boss.ask(t, `mutation{businessUpdate(input:{name:{ru:"Лавка мёда",en:"Honey shop"},currencyCode:"EUR",pointValue:"0.05",maxSharePercent:"30",numberPrefix:"H-",timeZone:"Europe/Berlin"})
		{business{name currencyCode pointsProgram{pointValue{amount} maxSharePercent}} userErrors{code}}}`).
		want("businessUpdate.business.currencyCode", "EUR", "businessUpdate.business.pointsProgram.pointValue.amount", "0.05")
	s.as(t, nobody).ask(t, `query @inContext(language:"en"){business{name timeZone}}`).want("business.name", "Honey shop", "business.timeZone", "Europe/Berlin")
	boss.ask(t, `mutation{businessUpdate(input:{name:{},holdDays:0,country:"Russia"}){business{name} userErrors{field code}}}`).
		has(`"name"`, `"holdDays"`, `"country"`)
	s.as(t, anna).ask(t, `mutation($v:ID!){orderPlace(input:{idempotencyKey:"1",lines:[{variantId:$v,quantity:1}]}){order{number} userErrors{code}}}`, "v", w.goods.String()).
		has("H-1")
	boss.ask(t, `mutation{businessUpdate(input:{currencyCode:"RUB"}){userErrors{field message}}}`).has("There are orders already")
	s.as(t, manager).ask(t, `mutation{categoryUpsert(input:{slug:"walks",name:{ru:"Прогулки"},position:0}){category{slug name} userErrors{code}}}`).
		want("categoryUpsert.category.name", "Прогулки")
	s.as(t, nobody).ask(t, `{categories{slug}}`).has("walks")
}
