package push_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"kabinet/push"
	"kabinet/push/mailtest"
)

func newSMTP(t *testing.T, rawURL string) *push.SMTP {
	t.Helper()
	s, err := push.NewSMTP(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signInMail(t *testing.T) push.Mail {
	t.Helper()
	text, err := push.Render(push.SignInCode, "ru", push.Facts{Code: "482913", Business: "Дюны", ValidFor: 10 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return push.Mail{ID: "job-7", To: "Анна <anna@example.org>", Subject: text.Subject, Text: text.Plain, HTML: text.HTML}
}

func TestSMTP_DeliversBothParts(t *testing.T) {
	t.Parallel()
	server := mailtest.New(t)
	m := signInMail(t)
	smtp := newSMTP(t, server.URL())
	for range 2 {
		if err := smtp.SendMail(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	got, err := server.Wait(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	l := got[0]
	if l.From != "cabinet@example.com" || len(l.To) != 1 || l.To[0] != "anna@example.org" {
		t.Errorf("envelope from %s to %v", l.From, l.To)
	}
	if l.Subject != "Код для входа: 482913" || strings.TrimSpace(l.Text) != strings.TrimSpace(m.Text) {
		t.Errorf("subject %q, text %q", l.Subject, l.Text)
	}
	if !strings.Contains(l.HTML, ">482913</p>") {
		t.Errorf("html %q", l.HTML)
	}
	if a, b := l.Header.Get("Message-ID"), got[1].Header.Get("Message-ID"); a != b || !strings.HasSuffix(a, "@example.com>") {
		t.Errorf("a repeated letter has the Message-IDs %s and %s", a, b)
	}
}

func TestSMTP_TellsWhatAFailureMeans(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		failure  mailtest.Failure
		rejected bool
		after    time.Duration
	}{
		"busy":      {mailtest.Busy, false, 0},
		"full":      {mailtest.Full, false, 0},
		"no such":   {mailtest.NoSuch, true, 0},
		"bad login": {mailtest.BadAuth, false, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := mailtest.New(t)
			server.FailNext(1, c.failure)
			smtp := newSMTP(t, strings.Replace(server.URL(), "smtp://", "smtp://user:pass@", 1))
			err := smtp.SendMail(t.Context(), signInMail(t))
			var retry *push.RetryAfterError
			if err == nil || errors.Is(err, push.ErrRejected) != c.rejected || errors.As(err, &retry) == c.rejected {
				t.Fatalf("%v; rejected is to be %v", err, c.rejected)
			}
			if retry != nil && retry.After != c.after {
				t.Errorf("wait %v, want %v", retry.After, c.after)
			}
			if strings.Contains(err.Error(), "pass") {
				t.Errorf("the password is in the error: %v", err)
			}
			if err := smtp.SendMail(t.Context(), signInMail(t)); err != nil {
				t.Errorf("the next attempt: %v", err)
			}
			if got := server.Logins(); len(got) == 0 || got[len(got)-1] != "user:pass" {
				t.Errorf("logins %v", got)
			}
		})
	}
}

func TestSMTP_RejectsAnAddressThatIsNone(t *testing.T) {
	t.Parallel()
	server := mailtest.New(t)
	for _, to := range []string{"", "anna", "anna@example.org\r\nBcc: x@example.org"} {
		if err := newSMTP(t, server.URL()).SendMail(t.Context(), push.Mail{To: to, Subject: "x", Text: "x"}); !errors.Is(err, push.ErrRejected) {
			t.Errorf("%q: %v", to, err)
		}
	}
	if n := server.Attempts(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

func TestSMTP_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	server := mailtest.New(t)
	server.FailMailbox("anna@example.org", mailtest.Hang)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	started := time.Now()
	err := newSMTP(t, server.URL()).SendMail(ctx, signInMail(t))
	var retry *push.RetryAfterError
	if !errors.As(err, &retry) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want a RetryAfterError for the deadline", err)
	}
	if took := time.Since(started); took >= 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestSMTP_RetriesWhenNobodyListens(t *testing.T) {
	t.Parallel()
	server, err := mailtest.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = server.Close()
	var retry *push.RetryAfterError
	if err := newSMTP(t, server.URL()).SendMail(t.Context(), signInMail(t)); !errors.As(err, &retry) {
		t.Errorf("%v, want a RetryAfterError", err)
	}
}

func TestSMTP_InsistsOnTLSUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	server := mailtest.New(t)
	strict := strings.Replace(server.URL(), "tls=none", "tls=starttls", 1)
	var retry *push.RetryAfterError
	if err := newSMTP(t, strict).SendMail(t.Context(), signInMail(t)); !errors.As(err, &retry) {
		t.Errorf("a server without TLS: %v", err)
	}
	if n := len(server.Letters()); n != 0 {
		t.Errorf("%d letters went in clear text", n)
	}
}

func TestNewSMTP_ExplainsABadURL(t *testing.T) {
	t.Parallel()
	from := "?from=" + url.QueryEscape("a@example.com")
	for raw, want := range map[string]string{
		"http://mail.example.com" + from:                    "scheme",
		"smtp://" + from:                                    "host",
		"smtp://mail.example.com":                           "from",
		"smtp://mail.example.com" + from + "&tls=sometimes": "tls=sometimes",
		"smtp://u:secret@mail example" + from:               "URL",
	} {
		_, err := push.NewSMTP(raw)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want a word of %q", raw, err, want)
		}
	}
	for _, raw := range []string{"smtps://u:p@mail.example.com" + from, "smtp://mail.example.com:2525" + from, "smtp://localhost:25" + from} {
		if _, err := push.NewSMTP(raw); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
