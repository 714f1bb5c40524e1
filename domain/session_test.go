package domain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/domain"
)

// Whatever happened to a token: only an unused one of an open session is exchanged, and one that was used is forgiven to a cookie within the grace alone.
func TestRefreshToken_IsExchangedOnceAndForgivenToACookieOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		made := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		span := rapid.Int64Range(0, int64(domain.RefreshLifetime)+int64(time.Hour))
		now := made.Add(time.Duration(span.Draw(t, "age")))
		token := domain.RefreshToken{CreatedAt: made}
		if rapid.Bool().Draw(t, "used") {
			ago := time.Duration(rapid.Int64Range(0, int64(2*domain.RefreshGrace)).Draw(t, "ago"))
			used := now.Add(-ago)
			token.UsedAt = &used
		}
		if rapid.Bool().Draw(t, "ended") {
			token.EndedAt = &made
		}
		keep := rapid.SampledFrom([]domain.SessionKeep{domain.KeepToken, domain.KeepCookie}).Draw(t, "keep")
		dead := token.EndedAt != nil || now.Sub(made) >= domain.RefreshLifetime
		var want domain.RefreshVerdict
		switch {
		case dead:
			want = domain.RefreshRefuse
		case token.UsedAt == nil:
			want = domain.RefreshRotate
		case keep == domain.KeepCookie && now.Sub(*token.UsedAt) < domain.RefreshGrace:
			want = domain.RefreshRepeat
		default:
			want = domain.RefreshReused
		}
		if got := token.Judge(keep, now); got != want {
			t.Fatalf("%+v kept as %s at %s: %s, want %s", token, keep, now, got, want)
		}
	})
}
