package api_test

import (
	"net/http"
	"strings"
	"testing"

	"kabinet/push/fcmtest"
)

// secrets are what no log may hold, by what they are. Two short ones are looked for only as a whole.
type secrets map[string]string

func (s secrets) wantAbsent(t *testing.T, log string) {
	t.Helper()
	for what, value := range s {
		if value == "" {
			t.Errorf("there is no %s, so nothing is proven", what)
		} else if at := strings.Index(log, value); at >= 0 {
			t.Errorf("the log holds %s:\n…%s…", what, log[max(0, at-200):min(len(log), at+200)])
		}
	}
}

// What goes well and what goes wrong is driven through a server that writes down as much as it can.
func TestLog_HoldsNoTokensCodesNorBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t, "KABINET_LOG_LEVEL=debug", "KABINET_LOG_FORMAT=json")
	const mark = "words-of-a-body-5521"
	out := s.as(t, nobody)

	out.ask(t, startDoc, "a", anna).want("signInStart.userErrors", "[]")
	code := w.code(t, anna)
	in := out.ask(t, completeDoc, "a", anna, "c", code).want("signInComplete.userErrors", "[]")
	me := caller{s: s, token: in.at("signInComplete.accessToken")}
	refreshed := out.ask(t, refreshDoc, "r", in.at("signInComplete.refreshToken")).want("sessionRefresh.userErrors", "[]")
	tab, cookie := s.browser(t, boris)
	tab.ask(t, refreshCookieDoc).want("sessionRefresh.userErrors", "[]")
	me.ask(t, registerDoc, "token", "device-token-5522", "on", "IOS").want("deviceRegister.userErrors", "[]")
	w.fcm.FailToken("device-token-5522", fcmtest.Drop)
	link := me.ask(t, exportDoc).at("customerExport.url")
	_, ticket, _ := strings.Cut(link, "/export/")
	s.fetch(t, "/export/"+ticket)
	s.fetch(t, "/export/"+ticket+"x")
	live := me.followWS(t, customerEventsDoc)
	order := me.ask(t, placeDoc, "key", "k", "lines", of(w.goods, 1), "note", mark).want("orderPlace.userErrors", "[]").at("orderPlace.order.id")
	live.next(t)
	s.as(t, operator).advance(t, order, "CONFIRM")
	me.ask(t, placeDoc, "key", "k", "lines", of(w.goods, 2), "note", mark).failed("CONFLICT")
	out.ask(t, completeDoc, "a", anna, "c", "135791").want()

	for _, body := range []string{mark, `{"query":"{` + mark + `}"}`, `{"query":"` + mark, `{"query":"mutation($c:ID!){clubJoin(input:{clubId:$c}){club{id}}}","variables":{"c":"` + mark + `"}}`} {
		me.post(t, []byte(body))
		me.with("Accept", "text/event-stream").post(t, []byte(body))
	}
	me.with("Content-Type", "multipart/form-data; boundary="+mark).post(t, []byte(mark))
	me.send(t, http.MethodGet, "/graphql?query={"+mark+"}", nil)
	caller{s: s, token: "stolen-token-5523"}.ask(t, `{business{name}}`).status(401)

	w.sql(t, "alter table stock rename to stock_gone")
	me.ask(t, placeDoc, "key", "k2", "lines", of(w.goods, 1), "note", mark).failed("INTERNAL")
	w.sql(t, "alter table stock_gone rename to stock", "alter table sign_in_code rename to sign_in_code_gone")
	out.ask(t, completeDoc, "a", anna, "c", "246802").failed("INTERNAL")
	w.sql(t, "alter table sign_in_code_gone rename to sign_in_code")
	out.ask(t, refreshDoc, "r", in.at("signInComplete.refreshToken")).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
	me.ask(t, `{business{name}}`).status(401) // that ended the session

	mute := w.serve(t, "KABINET_LOG_LEVEL=debug", "KABINET_SMTP_URL=smtp://user:password-5524@127.0.0.1:1?from=shop@example.com")
	s.stop(t) // who is left has no way to send letters
	mute.as(t, nobody).ask(t, startDoc, "a", "late@example.com").want("signInStart.userErrors", "[]")
	eventually(t, "the letter fails", func() bool {
		return w.count(t, "select count(*) from job where kind = 'signin.code' and last_error is not null") > 0
	})

	for name, server := range map[string]*server{"the server": s, "the one without mail": mute} {
		log := server.log.String()
		if !strings.Contains(log, "Kabinet is ready") {
			t.Errorf("%s printed nothing", name)
		}
		secrets{
			"a code": code, "a wrong code": "135791", "a wrong code that failed": "246802", "an access token": me.token, "a refresh token": in.at("signInComplete.refreshToken"),
			"the next refresh token": refreshed.at("sessionRefresh.refreshToken"), "a cookie": cookie.Value, "a device's token": "device-token-5522", "a ticket": ticket,
			"the token of a stranger": "stolen-token-5523", "the secret": secret, "what was in a body": mark, "a password": "password-5524",
		}.wantAbsent(t, log)
	}
	if log := s.log.String(); strings.Count(log, `"level":"ERROR"`) < 2 || !strings.Contains(log, "request failed") {
		t.Errorf("the failures were not written down:\n%s", log)
	}
}
