package store_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
)

func TestRefreshSession_TabsThatShareACookieNeverLoseTheSession(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	in, err := s.SignInAs(t.Context(), domain.Identity{Email: "anna@example.com"})
	must(t, err)
	var mu sync.Mutex
	cookie := in.RefreshToken // the last Set-Cookie wins, as in a browser
	for range 5 {
		atOnce(6, func(int) {
			mu.Lock()
			sent := cookie
			mu.Unlock()
			got, err := s.RefreshSession(context.Background(), sent, domain.KeepCookie)
			if err != nil {
				t.Errorf("a tab: %v", err)
				return
			}
			mu.Lock()
			cookie = got.RefreshToken
			mu.Unlock()
		})
		s.clock.Add(time.Duration(rand.Int64N(int64(20 * time.Minute))))
	}
	sessions, err := s.Sessions(t.Context(), s.customer)
	must(t, err)
	if len(sessions) != 1 {
		t.Errorf("%d sessions are open, want 1", len(sessions))
	}
}

func TestRefreshSession_ACookieThatWasUsedIsForgivenWithinTheGraceOnly(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	in, err := s.SignInAs(t.Context(), domain.Identity{Email: "anna@example.com"})
	must(t, err)
	second, err := s.RefreshSession(t.Context(), in.RefreshToken, domain.KeepCookie)
	must(t, err)
	third, err := s.RefreshSession(t.Context(), second.RefreshToken, domain.KeepCookie)
	must(t, err)
	s.clock.Add(domain.RefreshGrace - time.Millisecond)
	late, err := s.RefreshSession(t.Context(), in.RefreshToken, domain.KeepCookie)
	must(t, err)
	if late.RefreshToken != third.RefreshToken || late.Viewer != third.Viewer {
		t.Errorf("a late tab got another token than the newest")
	}
	s.clock.Add(time.Millisecond)
	if _, err := s.RefreshSession(t.Context(), in.RefreshToken, domain.KeepCookie); codeOf(err) != domain.CodeTokenInvalid {
		t.Errorf("after the grace: %v", err)
	}
	if _, err := s.RefreshSession(t.Context(), third.RefreshToken, domain.KeepCookie); codeOf(err) != domain.CodeTokenInvalid {
		t.Errorf("the newest token of a family that was ended: %v", err)
	}
}
