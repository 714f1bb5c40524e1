package fcmtest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kabinet/push/fcmtest"
)

type answer struct {
	Name  string
	Error struct {
		Code    int
		Status  string
		Message string
		Details []struct {
			Type            string `json:"@type"`
			ErrorCode       string
			FieldViolations []fcmtest.Violation
		}
	}
}

func post(t *testing.T, url, body string) (int, answer) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return resp.StatusCode, a
}

func TestServer_RefusesWhatTheFormatForbids(t *testing.T) {
	t.Parallel()
	s := fcmtest.New(t)
	long := strings.Repeat("x", 4100)
	for field, body := range map[string]string{
		"mesage":                            `{"mesage":{"token":"t"}}`,
		"message":                           `{"message":{"notification":{"title":"x"}}}`,
		"message.topic":                     `{"message":{"topic":"a b"}}`,
		"message.token":                     `{"message":{"token":"a b"}}`,
		"message.colour":                    `{"message":{"token":"t","colour":"red"}}`,
		"message.notification":              `{"message":{"token":"t","notification":"hello"}}`,
		"message.notification.title":        `{"message":{"token":"t","notification":{"title":7}}}`,
		"message.notification.sound":        `{"message":{"token":"t","notification":{"sound":"default"}}}`,
		"message.data.n":                    `{"message":{"token":"t","data":{"n":1}}}`,
		"message.data.from":                 `{"message":{"token":"t","data":{"from":"x"}}}`,
		"message.data.message_type":         `{"message":{"token":"t","data":{"message_type":"x"}}}`,
		"message.data.google.a":             `{"message":{"token":"t","data":{"google.a":"x"}}}`,
		"message.data.gcm.a":                `{"message":{"token":"t","data":{"gcm.a":"x"}}}`,
		"message.android":                   `{"message":{"token":"t","data":{"x":"` + long + `"}}}`,
		"message.android.ttl":               `{"message":{"token":"t","android":{"ttl":"1h"}}}`,
		"message.android.priority":          `{"message":{"token":"t","android":{"priority":"urgent"}}}`,
		"message.android.notification.icon": `{"message":{"token":"t","android":{"notification":{"icon":false}}}}`,
		"message.android.notification.notification_priority": `{"message":{"token":"t","android":{"notification":{"notificationPriority":"HIGH"}}}}`,
		"message.android.notification.notification_count":    `{"message":{"token":"t","android":{"notification":{"notification_count":"3"}}}}`,
		"message.apns.headers.apns-priority":                 `{"message":{"token":"t","apns":{"headers":{"apns-priority":"7"}}}}`,
		"message.apns.headers.apns-expiration":               `{"message":{"token":"t","apns":{"headers":{"apns-expiration":"3.5s"}}}}`,
		"message.apns.headers.apns-push-type":                `{"message":{"token":"t","apns":{"headers":{"apns-push-type":"loud"}}}}`,
		"message.apns.headers.apns-collapse-id":              `{"message":{"token":"t","apns":{"headers":{"apns-collapse-id":"` + long[:65] + `"}}}}`,
		"message.apns.headers.ttl":                           `{"message":{"token":"t","apns":{"headers":{"ttl":"1"}}}}`,
		"message.apns.payload":                               `{"message":{"token":"t","apns":{"payload":{"x":1}}}}`,
		"message.apns.payload.aps.badge":                     `{"message":{"token":"t","apns":{"payload":{"aps":{"badge":"1"}}}}}`,
		"message.apns.payload.aps.threadId":                  `{"message":{"token":"t","apns":{"payload":{"aps":{"threadId":"a"}}}}}`,
		"message.apns":                                       `{"message":{"token":"t","apns":{"payload":{"aps":{},"x":"` + long + `"}}}}`,
		"message.webpush.headers.TTL":                        `{"message":{"token":"t","webpush":{"headers":{"TTL":"5s"}}}}`,
		"message.webpush.headers.Urgency":                    `{"message":{"token":"t","webpush":{"headers":{"Urgency":"max"}}}}`,
		"message.webpush.headers.Topic":                      `{"message":{"token":"t","webpush":{"headers":{"Topic":"` + long[:33] + `"}}}}`,
		"message.webpush.fcm_options.link":                   `{"message":{"token":"t","webpush":{"fcm_options":{"link":"http://x.example/"}}}}`,
		"message.webpush.notification.renotify":              `{"message":{"token":"t","webpush":{"notification":{"renotify":true}}}}`,
		"message.fcm_options":                                `{"message":{"token":"t","fcm_options":{},"fcmOptions":{}}}`,
	} {
		status, a := post(t, s.URL()+"/v1/projects/p/messages:send", body)
		if status != 400 || a.Error.Status != "INVALID_ARGUMENT" {
			t.Errorf("%s: %d %s", field, status, a.Error.Status)
			continue
		}
		found := false
		for _, d := range a.Error.Details {
			for _, v := range d.FieldViolations {
				found = found || v.Field == field && d.Type == "type.googleapis.com/google.rpc.BadRequest"
			}
		}
		if !found {
			t.Errorf("%s is not among the violations: %+v", field, a.Error.Details)
		}
	}
	for name, body := range map[string]string{"two targets": `{"message":{"token":"t","topic":"x"}}`, "two documents": `{"message":{"token":"t"}}{}`, "half a document": `{"message":`} {
		if status, _ := post(t, s.URL()+"/v1/projects/p/messages:send", body); status != 400 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status, _ := post(t, s.URL()+"/fcm/send", `{"message":{"token":"t"}}`); status != 404 {
		t.Errorf("the old API's path: %d", status)
	}
	if got := s.Messages(); len(got) != 0 {
		t.Errorf("accepted %+v", got)
	}
}

func TestServer_TakesBothSpellingsAndAnyTarget(t *testing.T) {
	t.Parallel()
	s := fcmtest.New(t)
	for _, body := range []string{
		`{"message":{"topic":"news","android":{"collapseKey":"a","ttl":"3.5s","priority":"HIGH","notification":{"channelId":"x"}}}}`,
		`{"message":{"condition":"'a' in topics","android":{"collapse_key":"a"},"apns":{"payload":{"aps":{"alert":"hi"},"own":{"a":1}}}}}`,
		`{"message":{"token":"t","webpush":{"headers":{"X-Own":"1"},"notification":{"title":"x","own":[1]},"fcm_options":{"link":"https://x.example/a"}}}}`,
	} {
		if status, a := post(t, s.URL()+"/v1/projects/p/messages:send", body); status != 200 || a.Name == "" {
			t.Errorf("%d %+v for %s", status, a.Error, body)
		}
	}
	if status, _ := post(t, s.URL()+"/v1/projects/p/messages:send", `{"validateOnly":true,"message":{"token":"t"}}`); status != 200 {
		t.Errorf("dry run: %d", status)
	}
	if n := len(s.Messages()); n != 3 {
		t.Errorf("%d messages were kept; a dry run is none", n)
	}
}

func TestServer_WaitReturnsWithTheLastMessage(t *testing.T) {
	t.Parallel()
	s := fcmtest.New(t)
	s.FailNext(1, fcmtest.Slow)
	s.SetSlow(20 * time.Millisecond)
	done := make(chan int)
	go func() {
		defer close(done)
		got, err := s.Wait(t.Context(), 2)
		if err == nil {
			done <- len(got)
		}
	}()
	for range 2 {
		post(t, s.URL()+"/v1/projects/p/messages:send", `{"message":{"token":"t"}}`)
	}
	if n := <-done; n != 2 {
		t.Errorf("Wait returned %d messages", n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if got, err := s.Wait(ctx, 3); err == nil || len(got) != 2 {
		t.Errorf("%d messages, %v; want the two and a deadline", len(got), err)
	}
}

func TestServer_HealsAToken(t *testing.T) {
	t.Parallel()
	s := fcmtest.New(t)
	s.FailToken("t", fcmtest.Unregistered)
	if status, a := post(t, s.URL()+"/v1/projects/p/messages:send", `{"message":{"token":"t"}}`); status != 404 || a.Error.Details[0].ErrorCode != "UNREGISTERED" {
		t.Errorf("%d %+v", status, a)
	}
	s.HealToken("t")
	if status, _ := post(t, s.URL()+"/v1/projects/p/messages:send", `{"message":{"token":"t"}}`); status != 200 {
		t.Errorf("healed: %d", status)
	}
	if s.Requests() != 2 || s.Tries("t") != 2 {
		t.Errorf("%d requests, %d tries", s.Requests(), s.Tries("t"))
	}
}
