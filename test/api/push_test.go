package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kabinet/push/fcmtest"
)

const registerDoc = `mutation($token:String!,$on:DevicePlatform!){deviceRegister(input:{token:$token,platform:$on,name:"mine"}){device{id platform name} userErrors{code}}}`

// alerts waits for n pushes to a device and returns them.
func (w *world) alerts(t *testing.T, token string, n int) []fcmtest.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for all := 0; ; all++ {
		got, err := w.fcm.Wait(ctx, all)
		var mine []fcmtest.Message
		for _, m := range got {
			if m.Token == token {
				mine = append(mine, m)
			}
		}
		if len(mine) >= n {
			return mine
		}
		if err != nil {
			t.Fatalf("%d pushes to %s, want %d: %v", len(mine), token, n, err)
		}
	}
}

func TestPush_StaffOnDutyAndTheCustomerHearOfAnOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me, staff, boss := s.as(t, anna), s.as(t, operator), s.as(t, manager)
	me.ask(t, `mutation{customerUpdate(input:{locale:"ru",name:"Анна"}){customer{locale} userErrors{code}}}`).want("customerUpdate.customer.locale", "ru")
	me.ask(t, registerDoc, "token", "phone-of-anna", "on", "IOS").want("deviceRegister.userErrors", "[]", "deviceRegister.device.platform", "IOS")
	staff.ask(t, registerDoc, "token", "phone-of-staff", "on", "ANDROID").want("deviceRegister.userErrors", "[]")
	boss.ask(t, registerDoc, "token", "phone-of-boss", "on", "WEB").want("deviceRegister.userErrors", "[]")
	boss.ask(t, `mutation{staffUpdate(input:{onDuty:false}){staff{onDuty} userErrors{code}}}`).want("staffUpdate.staff.onDuty", "false")
	id := me.place(t, "k")
	number := me.ask(t, `query($id:ID!){node(id:$id){...on Order{number}}}`, "id", id).at("node.number")

	alert := w.alerts(t, "phone-of-staff", 1)[0]
	if !strings.Contains(alert.Title, number) || !strings.HasPrefix(alert.Title, "New order") {
		t.Errorf("the alert of a member of staff who reads English is %q", alert.Title)
	}
	for path, want := range map[string]any{"android.priority": "high", "android.notification.channel_id": "urgent", "apns.payload.aps.sound": "default",
		"data.link": "kabinet://desk/orders/" + number, "data.kind": "order.new"} {
		if got := alert.Get(path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	staff.advance(t, id, "CONFIRM")
	told := w.alerts(t, "phone-of-anna", 1)[0]
	if !strings.Contains(told.Title, number) || !strings.ContainsAny(told.Title, "абвгдежзиклмнопрстуфхцчшщэюя") || told.Data["link"] != "kabinet://orders/"+number {
		t.Errorf("the customer who reads Russian was told %q, %v", told.Title, told.Data)
	}
	if sound := told.Get("apns.payload.aps.sound"); sound != nil {
		t.Errorf("a customer's push rings: %v", sound)
	}
	staff.advance(t, id, "START")
	w.alerts(t, "phone-of-anna", 2)
	kinds, _ := me.followWS(t, orderEventsDoc, "id", id, "after", told.Data["cursor"]).kinds(t, 1)
	if kinds[0] != "ORDER_STARTED" {
		t.Errorf("behind the cursor of the push stands %s", kinds[0])
	}
	me.ask(t, `query($after:String){events(after:$after){nodes{kind}}}`, "after", told.Data["cursor"]).want("events.nodes.0.kind", "ORDER_STARTED")
	staff.ask(t, promiseDoc, "id", id, "at", "2099-05-01T09:00:00Z", "reason", "нет мастера").want("orderPromise.userErrors", "[]")
	if last := w.alerts(t, "phone-of-anna", 3)[2]; !strings.Contains(last.Body, "нет мастера") {
		t.Errorf("a new date came as %q", last.Body)
	}
	for _, m := range w.fcm.Messages() {
		if m.Token == "phone-of-boss" {
			t.Errorf("who is off duty was told %q", m.Title)
		}
	}
}

func TestPush_ADeviceThatIsGoneIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	staff := s.as(t, operator)
	staff.ask(t, registerDoc, "token", "gone", "on", "ANDROID").want("deviceRegister.userErrors", "[]")
	staff.ask(t, registerDoc, "token", "kept", "on", "ANDROID").want("deviceRegister.userErrors", "[]")
	w.fcm.FailToken("gone", fcmtest.Unregistered)
	s.as(t, anna).place(t, "k")
	w.alerts(t, "kept", 1)
	eventually(t, "the device is forgotten", func() bool {
		return w.count(t, "select count(*) from device where token = 'gone'") == 0
	})
	if n := w.count(t, "select count(*) from device"); n != 1 {
		t.Errorf("%d devices are left", n)
	}
}

func TestPush_WaitsAsLongAsTheServiceAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	s.as(t, operator).ask(t, registerDoc, "token", "busy", "on", "ANDROID").want("deviceRegister.userErrors", "[]")
	w.fcm.SetRetryAfter(2 * time.Second)
	w.fcm.FailNext(1, fcmtest.Unavailable)
	s.as(t, anna).place(t, "k")
	eventually(t, "the first try fails", func() bool { return w.fcm.Tries("busy") == 1 })
	failed := time.Now()
	alert := w.alerts(t, "busy", 1)[0]
	if waited := alert.At.Sub(failed); waited < 1500*time.Millisecond || w.fcm.Tries("busy") != 2 {
		t.Errorf("tried again after %s, %d times", waited, w.fcm.Tries("busy"))
	}
	if n := w.count(t, "select count(*) from job where kind like 'push%' and state = 'DEAD'"); n != 0 {
		t.Errorf("%d jobs are dead", n)
	}
}

func TestPush_ADeviceBelongsToWhoRegisteredItLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(t)
	me, other := s.as(t, anna), s.as(t, boris)
	me.ask(t, registerDoc, "token", "shared", "on", "IOS").want("deviceRegister.userErrors", "[]")
	id := other.ask(t, registerDoc, "token", "shared", "on", "IOS").want("deviceRegister.userErrors", "[]").at("deviceRegister.device.id")
	me.ask(t, `{viewer{customer{devices{id}}}}`).want("viewer.customer.devices", "[]")
	other.ask(t, `mutation{deviceRemove(input:{token:"shared"}){deviceId userErrors{code}}}`).want("deviceRemove.deviceId", id)
	other.ask(t, `mutation{deviceRemove(input:{token:"shared"}){deviceId userErrors{code}}}`).want("deviceRemove.deviceId", "null", "deviceRemove.userErrors", "[]")
	other.ask(t, `mutation{deviceRemove(input:{}){deviceId userErrors{code}}}`).want("deviceRemove.userErrors.0.code", "REQUIRED")
	other.ask(t, registerDoc, "token", "", "on", "IOS").want("deviceRegister.userErrors.0.code", "REQUIRED")
}
