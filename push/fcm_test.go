package push_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/push"
	"kabinet/push/fcmtest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newFCM(t *testing.T, cfg push.FCMConfig) *push.FCM {
	t.Helper()
	cfg.Now = func() time.Time { return noon }
	f, err := push.NewFCM(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func orderReady(token string) push.Message {
	badge := 3
	return push.Message{
		Token: token, Platform: push.Android, Kind: push.OrderReady, Title: "Заказ R-10293 готов", Body: "Всё готово, ждём вас.",
		Link: "kabinet://orders/R-10293", Cursor: "e-4711", CollapseKey: "order-R-10293", TTL: 6 * time.Hour, Badge: &badge,
		Data: map[string]string{"order": "R-10293", "kind": "overwritten"},
	}
}

// expect compares paths of an accepted message; a nil value means that nothing may stand there.
func expect(t *testing.T, m fcmtest.Message, want map[string]any) {
	t.Helper()
	for path, v := range want {
		if got := m.Get(path); fmt.Sprint(got) != fmt.Sprint(v) {
			t.Errorf("%s is %v, want %v", path, got, v)
		}
	}
}

func TestFCM_FillsEachPlatformsSection(t *testing.T) {
	t.Parallel()
	server := fcmtest.New(t)
	f := newFCM(t, push.FCMConfig{Endpoint: server.URL(), ProjectID: "resort", WebBase: "https://cab.example/"})
	id, err := f.Send(t.Context(), orderReady("phone-1"))
	if err != nil || id != "projects/resort/messages/1" {
		t.Fatalf("id %q, %v", id, err)
	}
	m := server.Messages()[0]
	expect(t, m, map[string]any{
		"token":                                   "phone-1",
		"notification.title":                      "Заказ R-10293 готов",
		"notification.body":                       "Всё готово, ждём вас.",
		"android.priority":                        "normal",
		"android.ttl":                             "21600s",
		"android.collapse_key":                    "order-R-10293",
		"android.notification.channel_id":         "order",
		"android.notification.tag":                "order-R-10293",
		"android.notification.notification_count": 3,
		"android.notification.default_sound":      nil,
		"apns.headers.apns-push-type":             "alert",
		"apns.headers.apns-priority":              "5",
		"apns.headers.apns-expiration":            noon.Add(6 * time.Hour).Unix(),
		"apns.headers.apns-collapse-id":           "order-R-10293",
		"apns.payload.aps.alert.title":            "Заказ R-10293 готов",
		"apns.payload.aps.alert.body":             "Всё готово, ждём вас.",
		"apns.payload.aps.badge":                  3,
		"apns.payload.aps.sound":                  nil,
		"apns.payload.aps.thread-id":              "order",
		"webpush.headers.TTL":                     "21600",
		"webpush.headers.Urgency":                 "normal",
		"webpush.headers.Topic":                   "order-R-10293",
		"webpush.notification.title":              "Заказ R-10293 готов",
		"webpush.notification.tag":                "order-R-10293",
		"webpush.fcm_options.link":                "https://cab.example/orders/R-10293",
	})
	wantData := map[string]string{"kind": "order.ready", "link": "kabinet://orders/R-10293", "cursor": "e-4711", "order": "R-10293"}
	if !maps.Equal(m.Data, wantData) {
		t.Errorf("data %v, want %v", m.Data, wantData)
	}
	if auth := m.Header.Get("Authorization"); auth != "" {
		t.Errorf("credentials went to the fake: %q", auth)
	}
}

func TestFCM_WakesStaffWithSound(t *testing.T) {
	t.Parallel()
	server := fcmtest.New(t)
	m := orderReady("phone-1")
	m.Kind, m.Urgent = push.OrderNew, true
	if _, err := newFCM(t, push.FCMConfig{Endpoint: server.URL()}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	expect(t, server.Messages()[0], map[string]any{
		"android.priority":                           "high",
		"android.notification.channel_id":            "urgent",
		"android.notification.notification_priority": "PRIORITY_MAX",
		"android.notification.default_sound":         true,
		"apns.headers.apns-priority":                 "10",
		"apns.payload.aps.sound":                     "default",
		"apns.payload.aps.interruption-level":        "time-sensitive",
		"webpush.headers.Urgency":                    "high",
		"webpush.notification.requireInteraction":    true,
		"webpush.notification.renotify":              true,
	})
}

func TestFCM_BringsAnyMessageIntoTheFormOfEachTransport(t *testing.T) {
	t.Parallel()
	server := fcmtest.New(t)
	f := newFCM(t, push.FCMConfig{Endpoint: server.URL(), WebBase: "http://localhost:8080"})
	m := push.Message{
		Token: "phone-1", Kind: push.OrderReady, Urgent: true, Link: "kabinet://orders/R-1", TTL: 400 * 24 * time.Hour,
		Title: strings.Repeat("Ё", 1000), Body: strings.Repeat("щ", 5000), CollapseKey: "заказ/" + strings.Repeat("1", 80),
	}
	if _, err := f.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	m.CollapseKey, m.TTL = "", 0
	if _, err := f.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	first, second := server.Messages()[0], server.Messages()[1]
	expect(t, first, map[string]any{"android.ttl": "2419200s", "webpush.fcm_options": nil})
	expect(t, second, map[string]any{"android.ttl": "86400s", "webpush.headers.Topic": nil, "apns.headers.apns-collapse-id": nil})
	if topic, id := first.Get("webpush.headers.Topic"), first.Get("apns.headers.apns-collapse-id"); topic != id || len(topic.(string)) != 32 {
		t.Errorf("topic %v, collapse id %v; want one digest of 32 characters", topic, id)
	}
}

func TestFCM_TellsWhatAFailureMeans(t *testing.T) {
	t.Parallel()
	server := fcmtest.New(t)
	f := newFCM(t, push.FCMConfig{Endpoint: server.URL()})
	for name, c := range map[string]struct {
		failure    fcmtest.Failure
		gone       bool
		retryAfter time.Duration // -1 when not to be retried
	}{
		"unregistered":    {fcmtest.Unregistered, true, -1},
		"invalid token":   {fcmtest.InvalidToken, true, -1},
		"sender mismatch": {fcmtest.SenderMismatch, true, -1},
		"quota":           {fcmtest.Quota, false, time.Minute},
		"unavailable":     {fcmtest.Unavailable, false, 0},
		"internal":        {fcmtest.Internal, false, 0},
		"dropped":         {fcmtest.Drop, false, 0},
		"no APNs key":     {fcmtest.APNSAuth, false, 5 * time.Minute},
		"forbidden":       {fcmtest.Forbidden, false, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := strings.ReplaceAll(name, " ", "-")
			server.FailToken(token, c.failure)
			_, err := f.Send(t.Context(), orderReady(token))
			if errors.Is(err, push.ErrGone) != c.gone || errors.Is(err, push.ErrRejected) {
				t.Errorf("gone is to be %v, rejected false: %v", c.gone, err)
			}
			var retry *push.RetryAfterError
			if errors.As(err, &retry) != (c.retryAfter >= 0) || retry != nil && retry.After != c.retryAfter {
				t.Errorf("retry after %v is wanted: %#v", c.retryAfter, err)
			}
			if n := server.Tries(token); n != 1 {
				t.Errorf("one Send made %d requests", n)
			}
		})
	}
}

func TestFCM_WaitsAsLongAsItIsTold(t *testing.T) {
	t.Parallel()
	for _, failure := range []fcmtest.Failure{fcmtest.Quota, fcmtest.Unavailable, fcmtest.Internal} {
		for _, wait := range []time.Duration{90 * time.Second, 10 * time.Minute} {
			server := fcmtest.New(t)
			server.FailNext(1, failure)
			server.SetRetryAfter(wait)
			f := newFCM(t, push.FCMConfig{Endpoint: server.URL()})
			started := time.Now()
			_, err := f.Send(t.Context(), orderReady("phone-1"))
			var retry *push.RetryAfterError
			if !errors.As(err, &retry) || retry.After != wait {
				t.Errorf("failure %d: %v, want a wait of %v", failure, err, wait)
			}
			if took := time.Since(started); took >= wait {
				t.Errorf("failure %d: the wait of %v was begun inside Send: %v", failure, wait, took)
			}
			if _, err := f.Send(t.Context(), orderReady("phone-1")); err != nil {
				t.Errorf("failure %d: the next attempt: %v", failure, err)
			}
		}
	}
}

func TestFCM_RejectsWhatFCMWillNeverTake(t *testing.T) {
	t.Parallel()
	server := fcmtest.New(t)
	f := newFCM(t, push.FCMConfig{Endpoint: server.URL()})
	for name, change := range map[string]func(*push.Message){
		"no token":         func(m *push.Message) { m.Token = "" },
		"reserved key":     func(m *push.Message) { m.Data = map[string]string{"from": "us"} },
		"google's key":     func(m *push.Message) { m.Data = map[string]string{"google.x": "us"} },
		"too much data":    func(m *push.Message) { m.Data = map[string]string{"x": strings.Repeat("x", 4096)} },
		"a bad https link": func(m *push.Message) { m.Link = "https://" },
	} {
		m := orderReady("phone-1")
		change(&m)
		_, err := f.Send(t.Context(), m)
		var retry *push.RetryAfterError
		if !errors.Is(err, push.ErrRejected) || errors.Is(err, push.ErrGone) || errors.As(err, &retry) {
			t.Errorf("%s: %v, want only ErrRejected", name, err)
		}
	}
}

func TestFCM_GivesUpInTime(t *testing.T) {
	t.Parallel()
	server := fcmtest.New(t)
	server.FailToken("deaf", fcmtest.Hang)
	f := newFCM(t, push.FCMConfig{Endpoint: server.URL()})
	var retry *push.RetryAfterError

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := f.Send(ctx, orderReady("deaf")); !errors.As(err, &retry) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with a deadline of the caller: %v", err)
	}
	started := time.Now()
	if _, err := f.Send(t.Context(), orderReady("deaf")); !errors.As(err, &retry) {
		t.Errorf("without one: %v", err)
	}
	if took := time.Since(started); took > time.Minute {
		t.Errorf("gave up after %v", took)
	}
}

func TestFCM_RetriesWhenNobodyListens(t *testing.T) {
	t.Parallel()
	server, err := fcmtest.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := newFCM(t, push.FCMConfig{Endpoint: server.URL()})
	_ = server.Close()
	var retry *push.RetryAfterError
	if _, err := f.Send(t.Context(), orderReady("phone-1")); !errors.As(err, &retry) {
		t.Errorf("%v, want a RetryAfterError", err)
	}
}

func TestFCM_SendsManyAtOnceOverFewConnections(t *testing.T) {
	t.Parallel()
	server := fcmtest.New(t)
	f := newFCM(t, push.FCMConfig{Endpoint: server.URL()})
	var sends sync.WaitGroup
	for i := range 100 {
		sends.Go(func() {
			if _, err := f.Send(t.Context(), orderReady(fmt.Sprintf("phone-%d", i))); err != nil {
				t.Error(err)
			}
		})
	}
	sends.Wait()
	if n := len(server.Messages()); n != 100 {
		t.Errorf("%d messages arrived", n)
	}
	if n := server.Connections(); n > 8 {
		t.Errorf("%d connections were opened", n)
	}
}

// serviceAccount writes a service account's key whose tokens come from the given address.
func serviceAccount(t *testing.T, tokenURL string) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "resort", "private_key_id": "k1", "client_email": "push@resort.example",
		"client_id": "1", "token_uri": tokenURL,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFCM_SignsInWithAServiceAccount(t *testing.T) {
	t.Parallel()
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("assertion") == "" {
			http.Error(w, "no assertion", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"t-1","token_type":"Bearer","expires_in":3600}`))
	}))
	defer tokens.Close()
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	server := fcmtest.New(t)
	f := newFCM(t, push.FCMConfig{Endpoint: server.URL(), Credentials: serviceAccount(t, tokens.URL)})
	id, err := f.Send(t.Context(), orderReady("phone-1"))
	if err != nil || id != "projects/resort/messages/1" {
		t.Fatalf("id %q, %v; the project is the credentials'", id, err)
	}
	if auth := server.Messages()[0].Header.Get("Authorization"); auth != "Bearer t-1" {
		t.Errorf("Authorization is %q", auth)
	}
}

func TestFCM_KeepsTheMessageWhenCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
	}))
	defer tokens.Close()
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	f := newFCM(t, push.FCMConfig{Endpoint: fcmtest.New(t).URL(), Credentials: serviceAccount(t, tokens.URL)})
	var retry *push.RetryAfterError
	if _, err := f.Send(t.Context(), orderReady("phone-1")); !errors.As(err, &retry) || retry.After != 5*time.Minute {
		t.Errorf("%v, want a wait for the operator", err)
	}
}

func TestNewFCM_SaysThatThereAreNoCredentials(t *testing.T) {
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", "")
	if _, err := push.NewFCM(t.Context(), push.FCMConfig{}); !errors.Is(err, push.ErrNoCredentials) {
		t.Errorf("%v, want ErrNoCredentials", err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "missing.json"))
	if _, err := push.NewFCM(t.Context(), push.FCMConfig{ProjectID: "p"}); err == nil || errors.Is(err, push.ErrNoCredentials) {
		t.Errorf("%v: a named key that is missing must not fall back to the console", err)
	}
	if _, err := push.NewFCM(t.Context(), push.FCMConfig{Credentials: "nowhere.json"}); err == nil || errors.Is(err, push.ErrNoCredentials) {
		t.Errorf("%v: a configured key that is missing must not fall back to the console", err)
	}
}

func TestFCM_UsesApplicationDefaultCredentials(t *testing.T) {
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", serviceAccount(t, "http://127.0.0.1:1/token"))
	if _, err := push.NewFCM(t.Context(), push.FCMConfig{}); err != nil {
		t.Errorf("the environment names a key and its project: %v", err)
	}
}
