package api_test

import (
	"strings"
	"testing"
)

// The secret is changed as docs/operations/running.md says: what was made with the former one is read until it ends, by every process.
func TestSecret_IsChangedWithoutAnybodyNoticing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const next = "KABINET_SECRET=the next secret of tests, just as long"
	before := w.serve(t)
	told := w.serve(t, "KABINET_SECRET_OLD=the next secret of tests, just as long")
	after := w.serve(t, next, "KABINET_SECRET_OLD="+secret)
	without := w.serve(t, next)

	me := before.as(t, anna)
	on := func(s *server) caller { return caller{s: s, token: me.token, header: me.header} }
	link := me.ask(t, exportDoc).want("customerExport.userErrors", "[]").at("customerExport.url")
	_, ticket, _ := strings.Cut(link, "/export/")
	path := "/export/" + ticket
	tab, _ := before.browser(t, boris)
	followed := tab.ask(t, refreshCookieDoc).want("sessionRefresh.userErrors", "[]").setCookie(t)
	before.as(t, nobody).ask(t, startDoc, "a", "vera@example.com").want("signInStart.userErrors", "[]")
	code := w.code(t, "vera@example.com")

	on(after).ask(t, `{viewer{customer{email}}}`).want("viewer.customer.email", anna)
	on(without).ask(t, `{viewer{customer{email}}}`).status(401).failed("UNAUTHENTICATED")
	if status, _, _ := after.fetch(t, path); status != 200 {
		t.Errorf("a link of the former secret is answered with %d", status)
	}
	if status, _, _ := without.fetch(t, path); status != 404 {
		t.Errorf("a link of a secret that is gone is answered with %d", status)
	}
	tab.s = after // another tab, with the cookie from before the refresh
	if again := tab.ask(t, refreshCookieDoc).want("sessionRefresh.userErrors", "[]").setCookie(t); again == nil || again.Value != followed.Value {
		t.Errorf("a tab that refreshes at the same moment gets %v instead of %v", again, followed)
	}
	without.as(t, nobody).ask(t, completeDoc, "a", "vera@example.com", "c", code).want("signInComplete.userErrors.0.code", "CODE_WRONG")
	made := after.as(t, nobody).ask(t, completeDoc, "a", "vera@example.com", "c", code).want("signInComplete.userErrors", "[]")
	hers := made.at("signInComplete.accessToken")
	for s, status := range map[*server]int{before: 401, told: 200, without: 200} {
		caller{s: s, token: hers}.ask(t, `{viewer{customer{email}}}`).status(status)
	}
	refreshed := without.as(t, nobody).ask(t, refreshDoc, "r", made.at("signInComplete.refreshToken")).want("sessionRefresh.userErrors", "[]")
	before.as(t, nobody).ask(t, refreshDoc, "r", refreshed.at("sessionRefresh.refreshToken")).want("sessionRefresh.userErrors", "[]")
}
