package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	completeInCookieDoc = `mutation($a:String!,$c:String!){signInComplete(input:{channel:EMAIL,address:$a,code:$c,keep:COOKIE}){accessToken refreshToken userErrors{code}}}`
	refreshCookieDoc    = `mutation{sessionRefresh(input:{keep:TOKEN}){accessToken refreshToken viewer{customer{email}} userErrors{code}}}`
)

// setCookie is the cookie that an answer sets; nil when it sets none.
func (a answer) setCookie(t *testing.T) *http.Cookie {
	t.Helper()
	set := a.header.Values("Set-Cookie")
	if len(set) == 0 {
		return nil
	}
	cookie, err := http.ParseSetCookie(set[0])
	must(t, err)
	return cookie
}

// browser signs in and returns a caller that sends the cookie.
func (s *server) browser(t *testing.T, email string) (caller, *http.Cookie) {
	t.Helper()
	c := caller{s: s}
	c.ask(t, startDoc, "a", email).want("signInStart.userErrors", "[]")
	got := c.ask(t, completeInCookieDoc, "a", email, "c", s.w.code(t, email)).want("signInComplete.userErrors", "[]", "signInComplete.refreshToken", "null")
	cookie := got.setCookie(t)
	if cookie == nil {
		t.Fatalf("no cookie was set: %v", got.header)
	}
	return caller{s: s, token: got.at("signInComplete.accessToken")}.with("Cookie", cookie.Name+"="+cookie.Value), cookie
}

func TestCookie_KeepsABrowserSignedInOutOfReachOfScripts(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	tab, first := s.browser(t, anna)
	if !first.HttpOnly || first.SameSite != http.SameSiteStrictMode || first.Path != "/graphql" || first.MaxAge != int(90*24*time.Hour/time.Second) || first.Domain != "" {
		t.Errorf("the cookie is %+v", first)
	}
	if first.Secure {
		t.Error("over plain HTTP on this machine a browser may refuse a Secure cookie")
	}
	got := tab.ask(t, refreshCookieDoc).want("sessionRefresh.userErrors", "[]", "sessionRefresh.refreshToken", "null", "sessionRefresh.viewer.customer.email", anna)
	second := got.setCookie(t)
	if second == nil || second.Value == first.Value || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("refreshed to %v, %v", second, got.header)
	}
	got.hasNot(second.Value)
	otherTab := tab.ask(t, refreshCookieDoc).want("sessionRefresh.userErrors", "[]")
	if again := otherTab.setCookie(t); again == nil || again.Value != second.Value {
		t.Errorf("a tab that refreshed at the same moment got %v", again)
	}
	ended := tab.with("Cookie", second.Name+"="+second.Value).ask(t, `mutation{sessionEnd(input:{}){sessionId userErrors{code}}}`).want("sessionEnd.userErrors", "[]")
	if gone := ended.setCookie(t); gone == nil || gone.MaxAge != -1 || gone.Value != "" || gone.Path != "/graphql" {
		t.Errorf("after the end of the session the cookie is %+v", gone)
	}
	tab.ask(t, refreshCookieDoc).status(401) // for its access token
	tab.token = ""
	tab.ask(t, refreshCookieDoc).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID", "sessionRefresh.accessToken", "null")
	s.as(t, nobody).ask(t, refreshCookieDoc).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
}

func TestCookie_IsForgivenForAMomentOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tab, _ := w.serve(t).browser(t, anna)
	tab.ask(t, refreshCookieDoc).want("sessionRefresh.userErrors", "[]")
	w.sql(t, "update refresh_token set used_at = used_at - interval '21 seconds' where used_at is not null")
	tab.ask(t, refreshCookieDoc).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
	if n := w.count(t, "select count(*) from session where ended_at is null"); n != 0 {
		t.Errorf("%d sessions are open after a cookie was used again", n)
	}
}

func TestCookie_IsSecureBehindAProxyAndMovesOverFromAToken(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	token := s.signIn(t, anna).at("signInComplete.refreshToken")
	got := caller{s: s}.with("X-Forwarded-Proto", "https").ask(t, `mutation($r:String!){sessionRefresh(input:{refreshToken:$r,keep:COOKIE}){refreshToken userErrors{code}}}`, "r", token).
		want("sessionRefresh.userErrors", "[]", "sessionRefresh.refreshToken", "null")
	if cookie := got.setCookie(t); cookie == nil || !cookie.Secure {
		t.Errorf("the cookie is %+v", cookie)
	}
}

// What a foreign page can make a browser send: a form, a simple request, a link, and requests that say where they come from.
func TestCookie_IsOfNoUseToForeignPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	tab, _ := s.browser(t, anna)
	body := []byte(`{"query":"mutation{sessionRefresh(input:{}){accessToken}}"}`)
	for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "text/plain; application/json"} {
		tab.with("Content-Type", contentType).send(t, http.MethodPost, "/graphql", body).status(http.StatusUnsupportedMediaType).hasNot("accessToken")
	}
	// A form with files goes through with a header alone that no form can set, and not even then for a foreign page.
	form := "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + string(body) + "\r\n--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{}\r\n--x--\r\n"
	upload := tab.with("Content-Type", "multipart/form-data; boundary=x")
	upload.send(t, http.MethodPost, "/graphql", []byte(form)).status(http.StatusBadRequest).hasNot("accessToken")
	upload.with("GraphQL-Preflight", "1").with("Origin", "https://evil.example").send(t, http.MethodPost, "/graphql", []byte(form)).hasNot("accessToken")
	tab.send(t, http.MethodGet, "/graphql?query="+strings.ReplaceAll("mutation{sessionRefresh(input:{}){accessToken}}", " ", "%20"), nil).status(http.StatusMethodNotAllowed)
	for name, foreign := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
		tab.with(name, foreign).send(t, http.MethodPost, "/graphql", body).failed("FORBIDDEN")
	}
	tab.with("Sec-Fetch-Site", "same-site").ask(t, refreshCookieDoc).failed("FORBIDDEN")
	tab.with("Accept", "text/event-stream").send(t, http.MethodPost, "/graphql", body).has("FORBIDDEN").hasNot("accessToken\":\"")
	if n := w.count(t, "select count(*) from refresh_token where used_at is not null"); n != 0 {
		t.Fatalf("%d refreshes happened", n)
	}
	tab.with("Origin", s.url).with("Sec-Fetch-Site", "same-origin").ask(t, refreshCookieDoc).want("sessionRefresh.userErrors", "[]")
	if open := s.as(t, nobody).with("Origin", "https://evil.example").ask(t, completeInCookieDoc, "a", anna, "c", "123456"); open.errorCode() != "FORBIDDEN" {
		t.Errorf("a foreign page may sign a browser in: %s", open.text)
	}
}
