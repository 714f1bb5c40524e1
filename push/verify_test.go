package push_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kabinet/push"
	"kabinet/push/authtest"
)

func TestTokenVerifier_TellsWhoSignedIn(t *testing.T) {
	emulator := authtest.New(t, "resort")
	v, err := push.NewTokenVerifier(t.Context(), "resort", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []authtest.Account{
		{UID: "u1", Phone: "+79991234567"},
		{UID: "u2", Email: "anna@example.org", EmailVerified: true, Name: "Анна", Provider: "google.com"},
		{UID: "u3", Email: "anna@example.org", Provider: "password"},
	} {
		got, err := v.Verify(t.Context(), emulator.Token(a))
		if a.Provider == "" {
			a.Provider = "phone"
		}
		want := push.Identity{UID: a.UID, Phone: a.Phone, Email: a.Email, EmailVerified: a.EmailVerified, Name: a.Name, Provider: a.Provider}
		if err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	if n := emulator.Lookups(); n != 3 {
		t.Errorf("%d lookups for 3 tokens", n)
	}
}

func TestTokenVerifier_RefusesWhatProvesNothing(t *testing.T) {
	emulator := authtest.New(t, "resort")
	v, err := push.NewTokenVerifier(t.Context(), "resort", true)
	if err != nil {
		t.Fatal(err)
	}
	other := authtest.Start("other")
	t.Cleanup(other.Close)
	gone := emulator.Token(authtest.Account{UID: "gone"})
	emulator.Forget("gone")
	for name, token := range map[string]string{
		"empty":            "",
		"nonsense":         "a.b.c",
		"expired":          emulator.TokenIssuedAt(authtest.Account{UID: "u1"}, time.Now().Add(-3*time.Hour)),
		"from the future":  emulator.TokenIssuedAt(authtest.Account{UID: "u1"}, time.Now().Add(3*time.Hour)),
		"another project":  other.Token(authtest.Account{UID: "u1"}),
		"a disabled one":   emulator.Token(authtest.Account{UID: "u2", Disabled: true}),
		"a removed person": gone,
		"nobody":           emulator.Token(authtest.Account{}),
	} {
		if got, err := v.Verify(t.Context(), token); !errors.Is(err, push.ErrBadToken) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestTokenVerifier_BelievesNoUnsignedTokenInProduction(t *testing.T) {
	emulator := authtest.New(t, "resort")
	token := emulator.Token(authtest.Account{UID: "u1", Phone: "+79991234567"})
	if _, err := push.NewTokenVerifier(t.Context(), "resort", false); err == nil {
		t.Error("the emulator's variable is set and nothing was said")
	}
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", "")
	v, err := push.NewTokenVerifier(t.Context(), "resort", false)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Verify(t.Context(), token); !errors.Is(err, push.ErrBadToken) {
		t.Errorf("%+v, %v; an unsigned token proves nothing", got, err)
	}
	if n := emulator.Lookups(); n != 0 {
		t.Errorf("the emulator was asked %d times", n)
	}
}

func TestTokenVerifier_RetriesWhenTheServiceIsAway(t *testing.T) {
	emulator := authtest.New(t, "resort")
	v, err := push.NewTokenVerifier(t.Context(), "resort", true)
	if err != nil {
		t.Fatal(err)
	}
	token := emulator.Token(authtest.Account{UID: "u1"})
	emulator.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond) // the SDK would go on trying until its own limit
	defer cancel()
	var retry *push.RetryAfterError
	if _, err := v.Verify(ctx, token); !errors.As(err, &retry) || errors.Is(err, push.ErrBadToken) {
		t.Errorf("%v, want a RetryAfterError", err)
	}
}

func TestNewTokenVerifier_NeedsAProject(t *testing.T) {
	t.Parallel()
	if _, err := push.NewTokenVerifier(t.Context(), "", false); err == nil {
		t.Error("no error")
	}
}
