package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// RevokedChannel is the channel of the notifications that say: something was revoked, look. They are sent by triggers, so whoever ends a session or
// changes a role sends one with the commit.
const RevokedChannel = "kabinet_revoked"

// accessMargin is by how much the clocks of processes, which the ends of access tokens go by, may be behind that of the database, and how long a transaction
// may take from the moment it notes as the end of a session to its commit.
const accessMargin = 5 * time.Minute

// Revoked reads what took the rights from access tokens that may not have ended by themselves. What ended earlier needs no mention.
func (s *Store) Revoked(ctx context.Context) (domain.Revoked, error) {
	var rows []struct {
		SessionID int64            `db:"session_id"` // 0 in the row of a staff member
		StaffID   int64            `db:"staff_id"`
		Role      domain.StaffRole `db:"role"`
	}
	err := s.list(ctx, &rows, `
select id as session_id, 0 as staff_id, '' as role
  from session
 where ended_at > $1
 union all
select 0, id, case when left_at is null then role else '' end
  from staff
 where role_at > $1`, s.now().Add(-domain.AccessLifetime-accessMargin))
	r := domain.Revoked{Sessions: map[int64]struct{}{}, Roles: map[int64]domain.StaffRole{}}
	for _, row := range rows {
		if row.StaffID != 0 {
			r.Roles[row.StaffID] = row.Role
		} else {
			r.Sessions[row.SessionID] = struct{}{}
		}
	}
	return r, err
}
