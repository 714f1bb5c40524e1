package store

import (
	"context"
	"fmt"
	"time"

	"kabinet/domain"
)

type auditRow struct {
	ID      int64     `db:"id"`
	At      time.Time `db:"at"`
	StaffID int64     `db:"staff_id"`
	Action  string    `db:"action"`
	Subject string    `db:"subject"`
	Reason  string    `db:"reason"`
	After   string    `db:"after"`
	Before  string    `db:"before"`
	place
}

func (r auditRow) entry() domain.AuditEntry {
	return domain.AuditEntry{ID: r.ID, At: r.At, StaffID: r.StaffID, Action: r.Action, Subject: r.Subject, Reason: r.Reason, After: r.After, Before: r.Before}
}

// AuditTrail reads a page of what staff did, the latest first. What stood before is what the same action last set on the same subject.
func (s *Store) AuditTrail(ctx context.Context, f domain.AuditFilter, page domain.Page) (domain.List[domain.AuditEntry], error) {
	q := pageQuery{key: "a.at", keyType: "timestamptz", id: "a.id", desc: true,
		columns: `a.id, a.at, coalesce(a.staff_id, 0) as staff_id, a.action, a.subject, coalesce(a.reason, '') as reason, a.data::text as after,
       coalesce((select p.data::text
                   from audit p
                  where p.subject = a.subject and p.action = a.action and (p.at, p.id) < (a.at, a.id)
                  order by p.at desc, p.id desc
                  limit 1), '') as before`,
		from: "audit a"}
	where := func(condition string, arg any) {
		q.args = append(q.args, arg)
		q.where = append(q.where, fmt.Sprintf(condition, len(q.args)))
	}
	if f.StaffID != 0 {
		where("a.staff_id = $%d", f.StaffID)
	}
	if f.Subject != "" {
		where("a.subject = $%d", f.Subject)
	}
	if f.From != nil {
		where("a.at >= $%d", *f.From)
	}
	if f.To != nil {
		where("a.at < $%d", *f.To)
	}
	return readPage(ctx, s, q, page, auditRow.entry)
}
