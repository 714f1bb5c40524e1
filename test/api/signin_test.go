package api_test

import (
	"strings"
	"testing"
	"time"
)

const refreshDoc = `mutation($r:String!){sessionRefresh(input:{refreshToken:$r}){accessToken refreshToken viewer{customer{email}} userErrors{code message field}}}`

func TestSignIn_ACodeFromTheMailboxOpensASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	got := s.signIn(t, "new.person@example.com")
	got.want("signInComplete.viewer.customer.email", "new.person@example.com", "signInComplete.viewer.staff", "null")
	left := time.Until(instant(t, got.at("signInComplete.accessTokenExpiresAt")))
	if left < 14*time.Minute || left > 15*time.Minute {
		t.Errorf("the access token lives %s", left)
	}
	letter := w.mail.Letters()[0]
	if !strings.Contains(letter.HTML, sixDigits.FindString(letter.Text)) || letter.Header.Get("Message-Id") == "" {
		t.Errorf("a letter that lacks something: %s", letter.Raw)
	}
	me := caller{s: s, token: got.at("signInComplete.accessToken")}
	me.ask(t, `{viewer{customer{email sessions{current userAgent}}}}`).want("viewer.customer.email", "new.person@example.com", "viewer.customer.sessions.0.current", "true")
	s.as(t, manager).ask(t, `{viewer{customer{id} staff{role onDuty}}}`).want("viewer.customer", "null", "viewer.staff.role", "MANAGER")
	s.as(t, nobody).ask(t, `{viewer{customer{id} staff{id}}}`).want("viewer.customer", "null", "viewer.staff", "null")
}

func TestSignIn_WrongCodesRunOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	c := s.as(t, nobody)
	c.ask(t, completeDoc, "a", anna, "c", "123456").want("signInComplete.userErrors.0.code", "CODE_EXPIRED", "signInComplete.accessToken", "null")
	c.ask(t, startDoc, "a", anna).want("signInStart.userErrors", "[]")
	right := w.code(t, anna)
	wrong := "000000"
	if right == wrong {
		wrong = "000001"
	}
	for _, left := range []string{"4", "3", "2", "1", "0"} {
		c.ask(t, completeDoc, "a", anna, "c", wrong).want("signInComplete.userErrors.0.code", "CODE_WRONG", "signInComplete.userErrors.0.triesLeft", left,
			"signInComplete.userErrors.0.__typename", "SignInCodeError", "signInComplete.userErrors.0.field", `["code"]`)
	}
	c.ask(t, completeDoc, "a", anna, "c", right).want("signInComplete.userErrors.0.code", "TOO_MANY_TRIES", "signInComplete.accessToken", "null")
	got := c.ask(t, startDoc, "a", anna).want("signInStart.userErrors.0.code", "TOO_MANY_TRIES", "signInStart.resendAt", "null")
	if wait := time.Until(instant(t, got.at("signInStart.userErrors.0.retryAt"))); wait <= 0 || wait > 30*time.Second {
		t.Errorf("a new code only in %s", wait)
	}
	w.sql(t, "update sign_in_code set created_at = created_at - interval '31 seconds'")
	c.ask(t, startDoc, "a", anna).want("signInStart.userErrors", "[]")
	code := w.code(t, anna)
	c.ask(t, completeDoc, "a", anna, "c", code).want("signInComplete.userErrors", "[]")
	c.ask(t, completeDoc, "a", anna, "c", code).want("signInComplete.userErrors.0.code", "CODE_EXPIRED")
	for _, address := range []string{"", "nobody", "a@b", strings.Repeat("a", 300) + "@example.com"} {
		c.ask(t, startDoc, "a", address).want("signInStart.userErrors.0.code", "INVALID", "signInStart.userErrors.0.field", `["address"]`)
	}
}

func TestSignIn_ACodeThatIsTooOldIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	c := s.as(t, nobody).with("Accept-Language", "ru")
	c.ask(t, startDoc, "a", anna).want("signInStart.userErrors", "[]")
	code := w.code(t, anna)
	w.sql(t, "update sign_in_code set created_at = created_at - interval '10 minutes'")
	c.ask(t, completeDoc, "a", anna, "c", code).want("signInComplete.userErrors.0.code", "CODE_EXPIRED",
		"signInComplete.userErrors.0.message", "Код устарел. Запросите новый.")
}

func TestSignIn_AnAddressTakesTenCodesAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.serve(t).as(t, nobody)
	for range 10 {
		c.ask(t, startDoc, "a", anna).want("signInStart.userErrors", "[]")
		w.sql(t, "update sign_in_code set created_at = created_at - interval '31 seconds'")
	}
	c.ask(t, startDoc, "a", anna).want("signInStart.userErrors.0.code", "TOO_MANY_TRIES")
	c.ask(t, startDoc, "a", boris).want("signInStart.userErrors", "[]")
}

func TestSession_ARefreshTokenWorksOnceAndReuseEndsTheFamily(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	c := s.as(t, nobody)
	first := s.signIn(t, anna).at("signInComplete.refreshToken")
	second := c.ask(t, refreshDoc, "r", first).want("sessionRefresh.userErrors", "[]", "sessionRefresh.viewer.customer.email", anna).at("sessionRefresh.refreshToken")
	third := c.ask(t, refreshDoc, "r", second).want("sessionRefresh.userErrors", "[]").at("sessionRefresh.refreshToken")
	c.ask(t, refreshDoc, "r", first).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID", "sessionRefresh.accessToken", "null")
	c.ask(t, refreshDoc, "r", third).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
	c.ask(t, refreshDoc, "r", "nonsense").want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
}

func TestSession_EndingOneStopsItsRefresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	got := s.signIn(t, anna)
	me, refresh := caller{s: s, token: got.at("signInComplete.accessToken")}, got.at("signInComplete.refreshToken")
	id := me.ask(t, `{viewer{customer{sessions{id current}}}}`).at("viewer.customer.sessions.0.id")
	s.as(t, boris).ask(t, `mutation($id:ID){sessionEnd(input:{sessionId:$id}){sessionId}}`, "id", id).failed("NOT_FOUND")
	me.ask(t, `mutation{sessionEnd(input:{}){sessionId userErrors{code}}}`).want("sessionEnd.sessionId", id, "sessionEnd.userErrors", "[]")
	me.ask(t, refreshDoc, "r", refresh).status(401).failed("UNAUTHENTICATED")
	s.as(t, nobody).ask(t, refreshDoc, "r", refresh).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
}

func TestSignIn_ATokenThatIsNotOursIsRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	for _, token := range []string{"nonsense", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJrYWJpbmV0IiwiYXVkIjoia2FiaW5ldCIsInN1YiI6IjEiLCJjaWQiOjEsImV4cCI6OTk5OTk5OTk5OX0.", s.as(t, anna).token + "x"} {
		caller{s: s, token: token}.ask(t, `{business{name}}`).status(401).failed("UNAUTHENTICATED").hasNot(token)
	}
	s.as(t, nobody).ask(t, `mutation{signInWithFirebase(input:{idToken:"x"}){accessToken userErrors{code}}}`).
		want("signInWithFirebase.accessToken", "null", "signInWithFirebase.userErrors.0.code", "TOKEN_INVALID")
}
