package domain

import "time"

// Access is what an access token gives: whose rights, and until when. The zero Access is that of a caller without a token.
type Access struct {
	Viewer Viewer
	EndsAt time.Time
}

// The reasons why an access token counts no more. With another one than ErrSessionEnded the refresh token still gets the next.
var (
	ErrAccessEnded  error = &Error{Code: Unauthenticated, Message: "the access token is not valid or has ended; refresh it or sign in"}
	ErrRoleChanged  error = &Error{Code: Unauthenticated, Message: "the role was changed since the access token was issued; refresh it"}
	ErrSessionEnded error = &Error{Code: Unauthenticated, Message: "the session has ended; sign in"}
)

// Revoked is what took the rights from access tokens before their end.
type Revoked struct {
	Sessions map[int64]struct{}  // that have ended
	Roles    map[int64]StaffRole // the present ones of the staff members whose role was changed, none of those who left
}

// Check says why a token of the viewer counts no more: ErrSessionEnded, ErrRoleChanged, or nil when it does count.
func (r Revoked) Check(v Viewer) error {
	if _, ended := r.Sessions[v.SessionID]; ended {
		return ErrSessionEnded
	}
	if role, changed := r.Roles[v.StaffID]; changed && role != v.Role {
		return ErrRoleChanged
	}
	return nil
}

// Covers says whether whatever is revoked by other is revoked by r too.
func (r Revoked) Covers(other Revoked) bool {
	for id := range other.Sessions {
		if _, ended := r.Sessions[id]; !ended {
			return false
		}
	}
	for id, role := range other.Roles {
		if r.Roles[id] != role {
			return false
		}
	}
	return true
}
