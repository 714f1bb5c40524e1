package push_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"kabinet/push"
)

var code = push.SMS{Phone: "+79991234567", Text: "482913 — код для входа"}

// provider answers every request with one status and body, and tells what it was sent.
func provider(t *testing.T, status int, header, body string) (host string, forms func() []url.Values) {
	t.Helper()
	got := make(chan url.Values, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		r.PostForm.Set("path", r.URL.Path)
		got <- r.PostForm
		if header != "" {
			w.Header().Set("Retry-After", header)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://"), func() []url.Values {
		all := make([]url.Values, 0, len(got))
		for len(got) > 0 {
			all = append(all, <-got)
		}
		return all
	}
}

func sendSMS(t *testing.T, rawURL string) error {
	t.Helper()
	g, err := push.NewGateway(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g.SendSMS(t.Context(), code)
}

func TestGateway_SpeaksSMSC(t *testing.T) {
	t.Parallel()
	host, forms := provider(t, 200, "", `{"id": 1234, "cnt": 1}`)
	if err := sendSMS(t, "smsc://login:p%40ss@"+host+"?sender=DUNES"); err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"path": {"/sys/send.php"}, "login": {"login"}, "psw": {"p@ss"}, "phones": {"+79991234567"}, "mes": {code.Text},
		"charset": {"utf-8"}, "fmt": {"3"}, "sender": {"DUNES"},
	}
	if got := forms(); len(got) != 1 || got[0].Encode() != want.Encode() {
		t.Errorf("sent %v\nwant %v", got, want)
	}
}

func TestGateway_SpeaksSMSRu(t *testing.T) {
	t.Parallel()
	host, forms := provider(t, 200, "", `{"status":"OK","status_code":100,"sms":{"79991234567":{"status":"OK","status_code":100,"sms_id":"1"}},"balance":4122.56}`)
	if err := sendSMS(t, "smsru://KEY@"+host); err != nil {
		t.Fatal(err)
	}
	want := url.Values{"path": {"/sms/send"}, "api_id": {"KEY"}, "to": {"79991234567"}, "msg": {code.Text}, "json": {"1"}}
	if got := forms(); len(got) != 1 || got[0].Encode() != want.Encode() {
		t.Errorf("sent %v\nwant %v", got, want)
	}
}

func TestGateway_TellsWhatAFailureMeans(t *testing.T) {
	t.Parallel()
	const forever = -1
	smsc := func(code int) string { return fmt.Sprintf(`{"error":"words","error_code":%d}`, code) }
	whole := func(code int) string {
		return fmt.Sprintf(`{"status":"ERROR","status_code":%d,"status_text":"words"}`, code)
	}
	number := func(code int) string {
		return fmt.Sprintf(`{"status":"OK","status_code":100,"sms":{"79991234567":{"status":"ERROR","status_code":%d,"status_text":"words"}}}`, code)
	}
	for name, c := range map[string]struct {
		scheme string
		status int
		header string
		body   string
		after  time.Duration
	}{
		"smsc parameters":       {"smsc", 200, "", smsc(1), forever},
		"smsc password":         {"smsc", 200, "", smsc(2), 5 * time.Minute},
		"smsc money":            {"smsc", 200, "", smsc(3), 5 * time.Minute},
		"smsc blocked address":  {"smsc", 200, "", smsc(4), 5 * time.Minute},
		"smsc forbidden text":   {"smsc", 200, "", smsc(6), forever},
		"smsc number":           {"smsc", 200, "", smsc(7), forever},
		"smsc undeliverable":    {"smsc", 200, "", smsc(8), forever},
		"smsc too often":        {"smsc", 200, "", smsc(9), time.Minute},
		"smsc nonsense":         {"smsc", 200, "", `<html>`, 0},
		"smsc nothing":          {"smsc", 200, "", `{}`, 0},
		"smsru key":             {"smsru", 200, "", whole(200), 5 * time.Minute},
		"smsru money":           {"smsru", 200, "", whole(201), 5 * time.Minute},
		"smsru outage":          {"smsru", 200, "", whole(220), 0},
		"smsru number":          {"smsru", 200, "", number(202), forever},
		"smsru no route":        {"smsru", 200, "", number(207), forever},
		"smsru day's limit":     {"smsru", 200, "", number(230), forever},
		"smsru minute's limit":  {"smsru", 200, "", number(231), time.Minute},
		"smsru another number":  {"smsru", 200, "", `{"status":"OK","status_code":100,"sms":{}}`, 0},
		"status 503 with wait":  {"smsru", 503, "30", ``, 30 * time.Second},
		"status 429":            {"smsc", 429, "", ``, time.Minute},
		"status 429 with wait":  {"smsc", 429, "120", ``, 2 * time.Minute},
		"status 404, our fault": {"smsc", 404, "", ``, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host, forms := provider(t, c.status, c.header, c.body)
			err := sendSMS(t, c.scheme+"://login:secret@"+host)
			var retry *push.RetryAfterError
			if err == nil || errors.Is(err, push.ErrRejected) != (c.after == forever) || errors.As(err, &retry) != (c.after != forever) {
				t.Fatalf("%v; want a wait of %v", err, c.after)
			}
			if retry != nil && retry.After != c.after {
				t.Errorf("wait %v, want %v", retry.After, c.after)
			}
			if n := len(forms()); n != 1 {
				t.Errorf("one SendSMS made %d requests", n)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is in the error: %v", err)
			}
		})
	}
}

func TestGateway_HidesTheAccountWhenNobodyListens(t *testing.T) {
	t.Parallel()
	err := sendSMS(t, "smsc://login:secret@127.0.0.1:1")
	var retry *push.RetryAfterError
	if !errors.As(err, &retry) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), code.Phone) {
		t.Errorf("%v, want a RetryAfterError without the account", err)
	}
}

func TestGateway_RejectsWhatIsEmpty(t *testing.T) {
	t.Parallel()
	g, err := push.NewGateway("smsc://login:secret@127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []push.SMS{{Phone: "+79991234567"}, {Text: "x"}} {
		if err := g.SendSMS(t.Context(), m); !errors.Is(err, push.ErrRejected) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

func TestNewGateway_ExplainsABadURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{"twilio://a:b@": "twilio", "smsc://": "account", "smsru://@sms.example": "account", "smsc://l:secret@a b": "URL"} {
		_, err := push.NewGateway(raw)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want a word of %q", raw, err, want)
		}
	}
	for _, raw := range []string{"smsc://login:secret@?sender=DUNES", "smsru://KEY@"} {
		if _, err := push.NewGateway(raw); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
