package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/golang-jwt/jwt/v5"
)

const (
	endDoc     = `mutation($id:ID){sessionEnd(input:{sessionId:$id}){sessionId userErrors{code}}}`
	roleDoc    = `mutation($email:String!,$role:StaffRole!){staffInvite(input:{email:$email,name:"Somebody",role:$role}){userErrors{code}}}`
	whoAmIDoc  = `{viewer{customer{email} staff{role}}}`
	comesAgain = websocket.StatusCode(4403)
	staysAway  = websocket.StatusCode(4401)
)

// holding is whoever has the token.
func (s *server) holding(token string) caller {
	return caller{s: s, token: token, header: http.Header{}}
}

// refused waits until the caller's token counts no more.
func (c caller) refused(t *testing.T, what string) {
	t.Helper()
	eventually(t, what, func() bool { return c.ask(t, whoAmIDoc).code == 401 })
	c.ask(t, whoAmIDoc).failed("UNAUTHENTICATED")
}

// closedWith waits for the end of a websocket and compares the code.
func (s *stream) closedWith(t *testing.T, code websocket.StatusCode) {
	t.Helper()
	if m := s.receive(t); m.Type != "closed" || m.close.Code != code {
		t.Errorf("instead of being closed with %d: %s %s (%v)", code, m.Type, m.Payload, m.close)
	}
}

func TestSession_AnEndedOneIsRefusedAtOnceByEveryProcessAndItsStreamsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.serve(t), w.serve(t)
	got := a.signIn(t, anna)
	here := a.holding(got.at("signInComplete.accessToken"))
	there := b.holding(here.token)
	id := here.place(t, "k")
	sockets, events := []*stream{}, []*stream{}
	for _, c := range []caller{here, there} {
		sockets = append(sockets, c.followWS(t, orderEventsDoc, "id", id, "after", "e0"))
		events = append(events, c.followSSE(t, orderEventsDoc, "id", id, "after", "e0"))
	}
	others := b.as(t, operator).followWS(t, orderEventsDoc, "id", id, "after", "e0")
	for _, s := range append(append([]*stream{others}, sockets...), events...) {
		if e := s.next(t); e.Kind != "ORDER_PLACED" {
			t.Fatalf("first came %s", e.Kind)
		}
	}
	here.ask(t, endDoc).want("sessionEnd.userErrors", "[]")
	here.ask(t, whoAmIDoc).status(401).failed("UNAUTHENTICATED").has("the session has ended")
	here.ask(t, `{business{name}}`).status(401)
	there.refused(t, "the other process refuses the session")
	for _, s := range sockets {
		s.closedWith(t, staysAway)
	}
	for _, s := range events {
		if m := s.receive(t); m.Type != "next" || !strings.Contains(string(m.Payload), "UNAUTHENTICATED") {
			t.Errorf("the last event is %s %s", m.Type, m.Payload)
		}
		if m := s.receive(t); m.Type != "complete" {
			t.Errorf("then came %s %s", m.Type, m.Payload)
		}
	}
	a.as(t, operator).advance(t, id, "CONFIRM")
	if e := others.next(t); e.Kind != "ORDER_CONFIRMED" {
		t.Errorf("somebody else's stream goes on with %s", e.Kind)
	}
	a.as(t, nobody).ask(t, refreshDoc, "r", got.at("signInComplete.refreshToken")).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
	c := w.serve(t) // what it knows it reads before it serves
	c.holding(here.token).ask(t, whoAmIDoc).status(401)
}

func TestSession_ThatEndsItselfOverAWebsocketHearsTheAnswer(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	live := s.as(t, anna).followWS(t, endDoc)
	if m := live.receive(t); m.Type != "next" || !strings.Contains(string(m.Payload), `"userErrors":[]`) {
		t.Errorf("the answer is %s %s", m.Type, m.Payload)
	}
	if m := live.receive(t); m.Type != "complete" {
		t.Errorf("then came %s %s", m.Type, m.Payload)
	}
	live.closedWith(t, staysAway)
}

func TestSession_OneWhoseRefreshTokenWasStolenLosesItsAccessAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.serve(t), w.serve(t)
	c := a.as(t, nobody)
	first := a.signIn(t, anna)
	second := c.ask(t, refreshDoc, "r", first.at("signInComplete.refreshToken")).want("sessionRefresh.userErrors", "[]")
	thief := b.holding(second.at("sessionRefresh.accessToken"))
	thief.ask(t, whoAmIDoc).want("viewer.customer.email", anna)
	c.ask(t, refreshDoc, "r", first.at("signInComplete.refreshToken")).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
	for _, token := range []string{first.at("signInComplete.accessToken"), second.at("sessionRefresh.accessToken")} {
		a.holding(token).ask(t, whoAmIDoc).status(401)
	}
	thief.refused(t, "the other process refuses the family")
}

func TestRole_ATokenDoesNotOutliveItsChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.serve(t), w.serve(t)
	got := a.signIn(t, operator)
	here := a.holding(got.at("signInComplete.accessToken"))
	there := b.holding(here.token)
	id := a.as(t, anna).place(t, "k")
	live := there.followWS(t, orderEventsDoc, "id", id, "after", "e0")
	placed := live.next(t)
	a.as(t, admin).ask(t, roleDoc, "email", operator, "role", "MANAGER").want("staffInvite.userErrors", "[]")
	here.ask(t, whoAmIDoc).status(401).failed("UNAUTHENTICATED").has("the role was changed")
	there.refused(t, "the other process refuses the former role")
	live.closedWith(t, comesAgain)
	b.as(t, admin).ask(t, roleDoc, "email", admin, "role", "ADMIN").want("staffInvite.userErrors", "[]") // the same as before
	b.as(t, admin).advance(t, id, "CONFIRM")

	fresh := b.as(t, nobody).ask(t, refreshDoc, "r", got.at("signInComplete.refreshToken")).want("sessionRefresh.userErrors", "[]").at("sessionRefresh.accessToken")
	for _, s := range []*server{a, b} {
		s.holding(fresh).ask(t, whoAmIDoc).want("viewer.staff.role", "MANAGER")
	}
	if e := b.holding(fresh).followWS(t, orderEventsDoc, "id", id, "after", placed.Cursor).next(t); e.Kind != "ORDER_CONFIRMED" {
		t.Errorf("with the new role comes %s", e.Kind)
	}
	a.as(t, admin).ask(t, roleDoc, "email", operator, "role", "OPERATOR").want("staffInvite.userErrors", "[]")
	b.holding(fresh).refused(t, "the other process refuses the role that was taken back")
	if got := here.ask(t, whoAmIDoc); got.code != 200 {
		t.Errorf("the role of the first token is the person's again: %d %s", got.code, got.text)
	}
}

func TestStaff_WhoIsRemovedIsOutEverywhereAndComesBackByALetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const page = "KABINET_PUBLIC_URL=https://cabinet.example.org"
	a, b := w.serve(t, page), w.serve(t, page)
	got := a.signIn(t, operator)
	here := a.holding(got.at("signInComplete.accessToken"))
	there := b.holding(here.token)
	desk := there.followWS(t, deskEventsDoc)
	id := here.ask(t, `{viewer{staff{id leftAt}}}`).want("viewer.staff.leftAt", "null").at("viewer.staff.id")
	const remove = `mutation($id:ID!){staffRemove(input:{staffId:$id}){staff{leftAt onDuty devices{id}} userErrors{code message field}}}`
	boss := a.as(t, admin)
	if removed := boss.ask(t, remove, "id", id).want("staffRemove.userErrors", "[]", "staffRemove.staff.onDuty", "false", "staffRemove.staff.devices", "[]"); removed.at("staffRemove.staff.leftAt") == "null" {
		t.Errorf("removed without a time: %s", removed.text)
	}
	here.ask(t, whoAmIDoc).status(401).failed("UNAUTHENTICATED").has("the session has ended")
	there.refused(t, "the other process refuses who was removed")
	desk.closedWith(t, staysAway)
	a.as(t, nobody).ask(t, refreshDoc, "r", got.at("signInComplete.refreshToken")).want("sessionRefresh.userErrors.0.code", "TOKEN_INVALID")
	const later = `update sign_in_code set created_at = created_at - interval '1 hour'` // another code may be had
	w.sql(t, later)
	b.as(t, operator).ask(t, `{viewer{staff{id} customer{email}}}`).want("viewer.staff", "null", "viewer.customer.email", operator)
	list := func(args string) string { return boss.ask(t, `{desk{staff`+args+`{email}}}`).text }
	if strings.Contains(list(""), operator) || !strings.Contains(list("(left:true)"), operator) {
		t.Errorf("the staff is %s, with those who left %s", list(""), list("(left:true)"))
	}

	me := boss.ask(t, `{viewer{staff{id}}}`).at("viewer.staff.id")
	boss.ask(t, remove, "id", me).want("staffRemove.staff", "null", "staffRemove.userErrors.0.code", "LAST_ADMIN", "staffRemove.userErrors.0.field", `["staffId"]`)
	boss.ask(t, roleDoc, "email", admin, "role", "MANAGER").want("staffInvite.userErrors.0.code", "LAST_ADMIN")
	boss.ask(t, remove, "id", w.tea).failed("NOT_FOUND")

	boss.ask(t, roleDoc, "email", operator, "role", "OPERATOR").want("staffInvite.userErrors", "[]")
	letter := w.letter(t, operator)
	if letter.Subject == "" || !strings.Contains(letter.Text, "https://cabinet.example.org/desk") || sixDigits.MatchString(letter.Text) {
		t.Errorf("the letter is %q: %s", letter.Subject, letter.Text)
	}
	w.sql(t, later)
	a.holding(a.signIn(t, operator).at("signInComplete.accessToken")).ask(t, whoAmIDoc).want("viewer.staff.role", "OPERATOR")
}

// A process whose ear was cut off when a session ended learns of it all the same, and hears of the next one again.
func TestSession_AProcessThatWasCutOffLearnsOfTheEndAllTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.serve(t), w.serve(t)
	const ears = `from pg_stat_activity where datname = current_database() and query ilike 'listen %'`
	tokens := map[string]string{anna: a.as(t, anna).token, boris: a.as(t, boris).token}
	end := func(email string) {
		token := tokens[email]
		live := b.holding(token).followWS(t, customerEventsDoc)
		a.holding(token).ask(t, endDoc).want("sessionEnd.userErrors", "[]")
		b.holding(token).refused(t, "the other process refuses the session")
		live.closedWith(t, staysAway)
	}
	eventually(t, "both listen", func() bool { return w.count(t, `select count(*) `+ears) == 2 })
	must(t, w.st.DB().Get(new(int), `select count(pg_terminate_backend(pid)) `+ears))
	end(anna)
	eventually(t, "both listen", func() bool { return w.count(t, `select count(*) `+ears) == 2 })
	end(boris)
}

// shortLived is a token of the same session that ends soon, as one of a release without kid.
func shortLived(t *testing.T, token string, life time.Duration) string {
	t.Helper()
	var claims jwt.MapClaims
	_, _, err := jwt.NewParser().ParseUnverified(token, &claims)
	must(t, err)
	claims["exp"] = time.Now().Add(life).Unix()
	short, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(secret))
	must(t, err)
	return short
}

// A stream ends with its token. Its client comes back with the next one and its last cursor, and has heard everything once.
func TestLive_AStreamEndsWithItsTokenAndGoesOnWithTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	for name, follow := range transports {
		t.Run(name, func(t *testing.T) {
			got := s.signIn(t, name+"@example.com")
			me := s.holding(got.at("signInComplete.accessToken"))
			id := me.place(t, "k")
			live := follow(s.holding(shortLived(t, me.token, 2*time.Second)), t, orderEventsDoc, "id", id, "after", "e0")
			first := live.next(t)
			if m := live.receive(t); m.Type != "closed" || name == "websocket" && m.close.Code != comesAgain {
				t.Errorf("at the end of the token came %s %s (%v)", m.Type, m.Payload, m.close)
			}
			s.as(t, operator).advance(t, id, "CONFIRM", "START")
			me.token = s.as(t, nobody).ask(t, refreshDoc, "r", got.at("signInComplete.refreshToken")).at("sessionRefresh.accessToken")
			kinds, _ := follow(me, t, orderEventsDoc, "id", id, "after", first.Cursor).kinds(t, 2)
			if kinds = append([]string{first.Kind}, kinds...); !slices.Equal(kinds, wholeStory[:3]) {
				t.Errorf("heard %v", kinds)
			}
		})
	}
}
