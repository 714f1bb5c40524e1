package domain

import "time"

// SessionKeep is where the refresh token of a session is kept.
type SessionKeep string

// The places of refresh tokens: with the program that got it, or in a cookie of a browser, which all its tabs share.
const (
	KeepToken  SessionKeep = "TOKEN"
	KeepCookie SessionKeep = "COOKIE"
)

// RefreshToken is what is known of a refresh token that somebody brings.
type RefreshToken struct {
	CreatedAt time.Time  `db:"created_at"`
	UsedAt    *time.Time `db:"used_at"`  // when it was exchanged
	EndedAt   *time.Time `db:"ended_at"` // when its session ended
}

// RefreshVerdict is what becomes of a refresh token.
type RefreshVerdict string

// The verdicts on a refresh token.
const (
	RefreshRotate RefreshVerdict = "ROTATE" // exchange it for its successor
	RefreshRepeat RefreshVerdict = "REPEAT" // it was exchanged a moment ago: look at its successor
	RefreshRefuse RefreshVerdict = "REFUSE" // it is worth nothing any more
	RefreshReused RefreshVerdict = "REUSED" // it may be stolen: end its session
)

// Judge decides what a refresh token is worth. One that was exchanged before ends its session; only the tabs of a browser, which send one cookie at
// one moment, are forgiven for RefreshGrace (docs/adr/0019).
func (t RefreshToken) Judge(keep SessionKeep, now time.Time) RefreshVerdict {
	switch {
	case t.EndedAt != nil || !now.Before(t.CreatedAt.Add(RefreshLifetime)):
		return RefreshRefuse
	case t.UsedAt == nil:
		return RefreshRotate
	case keep == KeepCookie && now.Before(t.UsedAt.Add(RefreshGrace)):
		return RefreshRepeat
	}
	return RefreshReused
}
