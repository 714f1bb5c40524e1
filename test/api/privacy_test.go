package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const (
	deleteStartDoc = `mutation{customerDeleteStart(input:{channel:EMAIL}){expiresAt userErrors{__typename code message ...on OpenOrdersError{numbers}}}}`
	deleteDoc      = `mutation($c:String!){customerDelete(input:{channel:EMAIL,code:$c}){deleteAt userErrors{code}}}`
	exportDoc      = `mutation{customerExport(input:{}){url expiresAt userErrors{code}}}`
)

func TestAccount_IsDeletedWithACodeAndGoneAfterTheGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me, cookie := s.browser(t, anna)
	placed := me.ask(t, placeDoc, "key", "k", "lines", of(w.spa, 1)).want("orderPlace.userErrors", "[]")
	me.with("Accept-Language", "ru").ask(t, deleteStartDoc).want("customerDeleteStart.userErrors.0.__typename", "OpenOrdersError",
		"customerDeleteStart.userErrors.0.numbers", `["`+placed.at("orderPlace.order.number")+`"]`).has("отмените их")
	me.ask(t, cancelDoc, "key", "c", "id", placed.at("orderPlace.order.id")).want("orderCancel.userErrors", "[]")
	w.sql(t, "update sign_in_code set created_at = created_at - interval '31 seconds'")
	me.ask(t, deleteStartDoc).want("customerDeleteStart.userErrors", "[]")
	code := w.code(t, anna)
	if letters := w.mail.Letters(); !strings.Contains(letters[len(letters)-1].Text, "удаления") {
		t.Errorf("the letter does not say what the code is for: %s", letters[len(letters)-1].Text)
	}
	me.ask(t, deleteDoc, "c", "000000").want("customerDelete.userErrors.0.code", "CODE_WRONG", "customerDelete.deleteAt", "null")
	gone := me.ask(t, deleteDoc, "c", code).want("customerDelete.userErrors", "[]")
	if dropped := gone.setCookie(t); dropped == nil || dropped.MaxAge != -1 {
		t.Errorf("the cookie is %+v", dropped)
	}
	caller{s: s}.with("Cookie", cookie.Name+"="+cookie.Value).ask(t, refreshCookieDoc).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
	staff := s.as(t, operator)
	id := staff.ask(t, `{desk{customers(search:"anna"){nodes{id deleteAt}}}}`).want("desk.customers.nodes.0.deleteAt", gone.at("customerDelete.deleteAt")).at("desk.customers.nodes.0.id")
	w.sql(t, "update sign_in_code set created_at = created_at - interval '31 seconds'")
	caller{s: s}.ask(t, startDoc, "a", anna).want("signInStart.userErrors", "[]")
	caller{s: s}.ask(t, `mutation($a:String!,$c:String!){signInComplete(input:{channel:EMAIL,address:$a,code:$c}){restored viewer{customer{id deleteAt}}}}`, "a", anna, "c", w.code(t, anna)).
		want("signInComplete.restored", "true", "signInComplete.viewer.customer.id", id, "signInComplete.viewer.customer.deleteAt", "null")
	w.sql(t, "update customer set delete_at = now() - interval '1 second' where email = '"+anna+"'")
	eventually(t, "the customer is erased", func() bool {
		return w.count(t, "select count(*) from customer where erased_at is not null") == 1
	})
	staff.ask(t, `query($id:ID!,$n:String!){node(id:$id){id} desk{customer(id:$id){id} customers(search:"anna"){nodes{id}} order(number:$n){status customer{id}}}}`,
		"id", id, "n", placed.at("orderPlace.order.number")).want("node", "null", "desk.customer", "null", "desk.customers.nodes", "[]",
		"desk.order.status", "CANCELLED", "desk.order.customer", "null")
	if found, _, err := w.st.Examine(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("the doctor finds %+v, %v", found, err)
	}
}

func TestAccount_IsExportedByALinkThatNeedsNoToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me := s.as(t, anna)
	me.ask(t, placeDoc, "key", "k", "lines", of(w.spa, 1)).want("orderPlace.userErrors", "[]")
	made := me.ask(t, exportDoc).want("customerExport.userErrors", "[]")
	_, path, _ := strings.Cut(made.at("customerExport.url"), "/export/")
	file := caller{s: s}.send(t, http.MethodGet, "/export/"+path, nil).status(http.StatusOK)
	var doc struct {
		Customer struct{ Email string }
		Orders   []struct{ Number string }
	}
	must(t, json.Unmarshal([]byte(file.text), &doc))
	if doc.Customer.Email != anna || len(doc.Orders) != 1 || !strings.Contains(file.header.Get("Content-Disposition"), "attachment") || file.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the file is %s, %v", file.text, file.header)
	}
	for _, ticket := range []string{"nonsense", me.token, path + "x"} {
		caller{s: s}.send(t, http.MethodGet, "/export/"+ticket, nil).status(http.StatusNotFound).hasNot(anna)
	}
	caller{s: s, token: path}.ask(t, `{viewer{customer{id}}}`).status(http.StatusUnauthorized)
	s.as(t, manager).ask(t, exportDoc).failed("FORBIDDEN")
}
