package api_test

import (
	"strings"
	"testing"
	"time"
)

const notifyDoc = `mutation($p:[NotificationPreferenceInput!],$q:QuietHoursInput){customerNotificationsSet(input:{preferences:$p,quietHours:$q}){
	notifications{preferences{topic enabled critical} quietHours{from until}} userErrors{code field message}}}`

func TestNotifications_AreMutedAndHeldButForTrouble(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me, staff := s.as(t, anna), s.as(t, operator)
	me.ask(t, registerDoc, "token", "phone", "on", "IOS").want("deviceRegister.userErrors", "[]")
	me.ask(t, `{viewer{customer{notifications{quietHours{from} preferences{topic channel enabled critical}}}}}`).want("viewer.customer.notifications.quietHours", "null",
		"viewer.customer.notifications.preferences.0", `{"channel":"PUSH","critical":true,"enabled":true,"topic":"ORDER_TROUBLE"}`)
	type wish = map[string]any
	me.ask(t, notifyDoc, "p", []wish{{"topic": "ORDER_TROUBLE", "enabled": false}}, "q", wish{"from": "7:00", "until": "08:00"}).want(
		"customerNotificationsSet.userErrors.0.field", `["preferences","0"]`, "customerNotificationsSet.userErrors.1.field", `["quietHours"]`)
	me.ask(t, notifyDoc, "p", []wish{{"topic": "ORDER_STEPS", "enabled": false}}, "q", nil).want("customerNotificationsSet.userErrors", "[]",
		"customerNotificationsSet.notifications.preferences.1.enabled", "false")

	id := me.place(t, "k")
	staff.advance(t, id, "CONFIRM")
	staff.ask(t, promiseDoc, "id", id, "at", "2099-05-01T09:00:00Z", "reason", "нет мастера").want("orderPromise.userErrors", "[]")
	if first := w.alerts(t, "phone", 1)[0]; !strings.Contains(first.Body, "нет мастера") {
		t.Errorf("the first push is %q, %q: a muted one came through", first.Title, first.Body)
	}

	zone, err := time.LoadLocation("Europe/Moscow")
	must(t, err)
	now := time.Now().In(zone)
	quiet := wish{"from": now.Add(-time.Hour).Format("15:04"), "until": now.Add(2 * time.Hour).Format("15:04")}
	me.ask(t, notifyDoc, "p", []wish{{"topic": "ORDER_STEPS", "enabled": true}}, "q", quiet).want("customerNotificationsSet.notifications.quietHours.from", quiet["from"].(string))
	staff.advance(t, id, "START")
	eventually(t, "the alert waits for the end of the quiet hours", func() bool {
		return w.count(t, "select count(*) from job where kind = 'push.send' and run_at > now() + interval '110 minutes'") == 1
	})
	staff.ask(t, promiseDoc, "id", id, "at", "2099-06-01T09:00:00Z", "reason", "ещё раз").want("orderPromise.userErrors", "[]")
	if second := w.alerts(t, "phone", 2)[1]; !strings.Contains(second.Body, "ещё раз") {
		t.Errorf("the second push is %q", second.Body)
	}
	me.ask(t, `mutation{customerNotificationsSet(input:{quietHours:null}){notifications{quietHours{from}}}}`).want("customerNotificationsSet.notifications.quietHours", "null")
}
