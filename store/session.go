package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"kabinet/domain"
)

// This file is how sessions go on; signin.go opens them.

// heldToken is a refresh token with its session.
type heldToken struct {
	domain.RefreshToken
	SessionID  int64             `db:"session_id"`
	CustomerID *int64            `db:"customer_id"`
	StaffID    *int64            `db:"staff_id"`
	Role       *domain.StaffRole `db:"role"`
	Locale     domain.Locale     `db:"locale"`
}

func (h heldToken) signedIn(token string) domain.SignedIn {
	return domain.SignedIn{RefreshToken: token, Viewer: domain.Viewer{SessionID: h.SessionID, CustomerID: valueOr(h.CustomerID, 0),
		StaffID: valueOr(h.StaffID, 0), Role: valueOr(h.Role, ""), Locale: h.Locale}}
}

// RefreshSession exchanges a refresh token for its successor. Refusal: TOKEN_INVALID for a token that is unknown, too old, of an ended session, or used
// before; the last ends the session, since the token may be stolen. A token that was kept in a cookie and was used a moment ago is answered with
// the newest of its family, as domain.RefreshToken.Judge says.
func (s *Store) RefreshSession(ctx context.Context, refreshToken string, keep domain.SessionKeep) (out domain.SignedIn, err error) {
	var decision error
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		out, decision = domain.SignedIn{}, nil
		invalid := domain.Refuse(domain.Refusal{Code: domain.CodeTokenInvalid, Field: []string{"refreshToken"}})
		token, repeated := refreshToken, false
		held, err := tx.heldToken(ctx, token)
		for err == nil && held.Judge(keep, tx.now) == domain.RefreshRepeat {
			followers := s.successors(token)
			repeated = true
			for i := range followers {
				token = followers[i]
				if held, err = tx.heldToken(ctx, token); !errors.Is(err, domain.ErrNotFound) {
					break
				}
			}
		}
		if errors.Is(err, domain.ErrNotFound) {
			decision = invalid
			return nil
		}
		if err != nil {
			return err
		}
		switch held.Judge(keep, tx.now) {
		case domain.RefreshReused:
			decision, tx.revoked = invalid, true
			_, err := tx.exec(ctx, `update session set ended_at = $2 where id = $1 and ended_at is null`, held.SessionID, tx.now)
			return err
		case domain.RefreshRotate:
			if repeated {
				out = held.signedIn(token)
				return nil
			}
			next := s.successor(token)
			out = held.signedIn(next)
			return tx.rotate(ctx, held.SessionID, token, next)
		}
		decision = invalid
		return nil
	})
	if err == nil {
		err = decision
	}
	return out, err
}

// heldToken reads a refresh token and locks it with its session.
func (t *Tx) heldToken(ctx context.Context, token string) (h heldToken, err error) {
	err = t.get(ctx, &h, `
select t.session_id, t.created_at, t.used_at, s.ended_at, s.customer_id, s.staff_id, m.role, coalesce(c.locale, m.locale) as locale
  from refresh_token t
  join session s on s.id = t.session_id
  left join customer c on c.id = s.customer_id
  left join staff m on m.id = s.staff_id
 where t.digest = $1
   for update of t, s`, digestToken(token))
	return h, err
}

func (t *Tx) rotate(ctx context.Context, sessionID int64, token, next string) error {
	_, err := t.exec(ctx, `
with used as (
  update refresh_token set used_at = $2 where digest = $3
), seen as (
  update session set last_used_at = $2 where id = $1
)
insert into refresh_token (digest, session_id, created_at) values ($4, $1, $2)`, sessionID, t.now, digestToken(token), digestToken(next))
	return err
}

// EndSession ends a session of the viewer, and the rights of its access tokens; 0 means the present one. A session that is not the viewer's is ErrNotFound.
func (s *Store) EndSession(ctx context.Context, v domain.Viewer, sessionID int64) (ended int64, err error) {
	if sessionID == 0 {
		sessionID = v.SessionID
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		tx.revoked = true
		return tx.get(ctx, &ended, `
update session
   set ended_at = coalesce(ended_at, $2)
 where id = $1
   and (customer_id = nullif($3, 0::bigint) or staff_id = nullif($4, 0::bigint))
returning id`, sessionID, tx.now, v.CustomerID, v.StaffID)
	})
	return ended, err
}

// Sessions reads where the viewer is signed in, the last used first.
func (s *Store) Sessions(ctx context.Context, v domain.Viewer) (rows []domain.Session, err error) {
	err = s.list(ctx, &rows, `
select id, customer_id, staff_id, user_agent, created_at, last_used_at
  from session
 where ended_at is null
   and (customer_id = nullif($1, 0::bigint) or staff_id = nullif($2, 0::bigint))
   and last_used_at > $3
 order by last_used_at desc, id desc
 limit 100`, v.CustomerID, v.StaffID, s.now().Add(-domain.RefreshLifetime))
	return rows, err
}

// newRefreshToken makes the first token of a family.
func newRefreshToken() (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// successor is the token that follows another in its family. It is computed with the secret instead of drawn, so that whoever repeats a refresh a
// moment later is given the same one, though only digests are stored.
func (s *Store) successor(token string) string {
	return s.successors(token)[0]
}

// successors are those with each key, the one in use first: a token may have been followed before the key was changed.
func (s *Store) successors(token string) (all []string) {
	for _, k := range s.secrets {
		mac := hmac.New(sha256.New, k[:])
		mac.Write([]byte("refresh\x00" + token))
		all = append(all, base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))
	}
	return all
}

// digestToken is what is stored of a refresh token.
func digestToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
