package push_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"kabinet/push"
)

var (
	_ push.Sender = (*push.FCM)(nil)
	_ push.Sender = (*push.Console)(nil)
	_ push.Mailer = (*push.SMTP)(nil)
	_ push.Mailer = (*push.Console)(nil)
	_ push.Texter = (*push.Gateway)(nil)
	_ push.Texter = (*push.Console)(nil)
)

func TestConsole_ShowsWhatWouldGo(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := push.NewConsole(&out)
	m := orderReady(strings.Repeat("t", 160))
	m.Urgent = true
	id, err := c.Send(t.Context(), m)
	if err != nil || id != "console/1" {
		t.Errorf("id %q, %v", id, err)
	}
	if err := c.SendMail(t.Context(), signInMail(t)); err != nil {
		t.Error(err)
	}
	if err := c.SendSMS(t.Context(), code); err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		"push    order.ready to ANDROID tttttttttttt…", "urgent, with sound", "Заказ R-10293 готов", "kabinet://orders/R-10293", "e-4711",
		"mail    to Анна <anna@example.org>", "Код для входа: 482913", "sms     to +79991234567", "482913 — код для входа",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), m.Token) {
		t.Error("the whole token is printed")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken") }

func TestConsole_FailsWithItsWriter(t *testing.T) {
	t.Parallel()
	var retry *push.RetryAfterError
	if _, err := push.NewConsole(brokenWriter{}).Send(t.Context(), orderReady("t")); !errors.As(err, &retry) {
		t.Errorf("%v, want a RetryAfterError", err)
	}
}

func TestConsole_KeepsBlocksWhole(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := push.NewConsole(&out)
	var sends sync.WaitGroup
	for range 20 {
		sends.Go(func() { _ = c.SendSMS(t.Context(), code) })
	}
	sends.Wait()
	one := "sms     to +79991234567\n        482913 — код для входа\n"
	if out.String() != strings.Repeat(one, 20) {
		t.Errorf("mixed lines:\n%s", out.String())
	}
}
