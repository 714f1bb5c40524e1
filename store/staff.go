package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kabinet/domain"
)

// This file is the people who work for the business: who they are, what they may do, and that they leave.

const staffColumns = `s.id, s.name, s.email, s.role, s.on_duty, s.locale, s.left_at`

// StaffByID reads staff members by their row numbers, those who left too; those that do not exist are left out.
func (s *Store) StaffByID(ctx context.Context, ids []int64) (map[int64]domain.StaffMember, error) {
	var rows []domain.StaffMember
	err := s.list(ctx, &rows, `select `+staffColumns+` from staff s where s.id = any($1)`, orEmpty(ids))
	return byKey(rows, func(m domain.StaffMember) int64 { return m.ID }), err
}

// StaffMembers reads everyone who works here, by name, and after them, when asked for, those who left.
func (s *Store) StaffMembers(ctx context.Context, left bool) (rows []domain.StaffMember, err error) {
	err = s.list(ctx, &rows, `
select `+staffColumns+`
  from staff s
 where s.left_at is null or $1
 order by s.left_at is not null, s.name, s.id`, left)
	return rows, err
}

// StaffByEmail reads who works here by e-mail address; ErrNotFound when nobody has it.
func (s *Store) StaffByEmail(ctx context.Context, email string) (m domain.StaffMember, err error) {
	err = s.get(ctx, &m, `select `+staffColumns+` from staff s where s.email = $1 and s.left_at is null`, strings.ToLower(email))
	return m, err
}

// InviteStaff adds a staff member, takes one who left back, or changes name, role and language of one. Who is new or back gets a letter, unless the
// zero viewer invites: the command line. Refusals: a name or address of the wrong form; LAST_ADMIN, though not at the command line, which can always
// make another.
func (s *Store) InviteStaff(ctx context.Context, v domain.Viewer, d domain.StaffDraft) (m domain.StaffMember, err error) {
	address, refused := domain.ParseAddress(domain.ChannelEmail, d.Email, "")
	for i := range refused {
		refused[i].Field = []string{"email"}
	}
	refused = append(refused, domain.CheckText(strings.TrimSpace(d.Name), true, 200, "name")...)
	if refused != nil {
		return m, refused
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		tx.revoked = true // the role may be another one now
		if d.Role != domain.Admin {
			if err := tx.keepAdmin(ctx, v, "role", func(last domain.StaffMember) bool { return last.Email == address.Value }); err != nil {
				return err
			}
		}
		var here []int64
		if err := tx.list(ctx, &here, `select id from staff where email = $1 and left_at is null`, address.Value); err != nil {
			return err
		}
		err := tx.get(ctx, &m, `
insert into staff as s (name, email, role, locale, created_at)
values ($1, $2, $3, $4, $5)
on conflict (email) do update
   set name = excluded.name, role = excluded.role, locale = excluded.locale, on_duty = s.on_duty or s.left_at is not null, left_at = null
returning `+staffColumns, strings.TrimSpace(d.Name), address.Value, d.Role, d.Locale.Or(domain.RU), tx.now)
		if err != nil {
			return err
		}
		if len(here) == 0 && v.StaffID != 0 {
			tx.asked = true
			if _, err := tx.exec(ctx, `insert into job (kind, args) values ($1, jsonb_build_object('staff', $2::bigint))`, JobStaffInvited, m.ID); err != nil {
				return err
			}
		}
		return tx.audit(ctx, v, "staffInvite", "staff:"+strconv.FormatInt(m.ID, 10), "", map[string]string{"email": m.Email, "role": string(m.Role)})
	})
	return m, err
}

// UpdateStaff changes the viewer's own desk settings.
func (s *Store) UpdateStaff(ctx context.Context, v domain.Viewer, p domain.StaffPatch) (m domain.StaffMember, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.get(ctx, &m, `
update staff s
   set on_duty = coalesce($2, s.on_duty), locale = coalesce($3, s.locale)
 where s.id = $1 and s.left_at is null
returning `+staffColumns, v.StaffID, p.OnDuty, p.Locale)
	})
	return m, err
}

// RemoveStaff ends somebody's work here: no alert reaches them, their sessions end everywhere, and at the next sign-in they are a customer like
// others. What they did stays under their name. Doing it again changes nothing. The zero viewer is the command line. ErrNotFound when there never was
// such a person. Refusal: LAST_ADMIN, though not at the command line.
func (s *Store) RemoveStaff(ctx context.Context, v domain.Viewer, id int64) (m domain.StaffMember, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		tx.revoked = true
		if err := tx.keepAdmin(ctx, v, "staffId", func(last domain.StaffMember) bool { return last.ID == id }); err != nil {
			return err
		}
		// Locked first: who signs in at this moment is seen by the statement after.
		if err := tx.get(ctx, &m, `select `+staffColumns+` from staff s where s.id = $1 for no key update`, id); err != nil || m.LeftAt != nil {
			return err
		}
		err := tx.get(ctx, &m, `
with ended as (
  update session set ended_at = $2 where staff_id = $1 and ended_at is null
), kept as (
  update device set staff_id = null where staff_id = $1 and customer_id is not null
), dropped as (
  delete from device where staff_id = $1 and customer_id is null
)
update staff s set left_at = $2, on_duty = false where s.id = $1
returning `+staffColumns, id, tx.now)
		if err != nil {
			return err
		}
		return tx.audit(ctx, v, "staffRemove", "staff:"+strconv.FormatInt(id, 10), "", map[string]string{"email": m.Email, "role": string(m.Role)})
	})
	return m, err
}

// keepAdmin refuses a change to the only ADMIN that there is, after which nobody could invite another. It locks all of them, so two cannot take
// each other's role at once.
func (t *Tx) keepAdmin(ctx context.Context, v domain.Viewer, field string, changes func(last domain.StaffMember) bool) error {
	if v.StaffID == 0 {
		return nil
	}
	var admins []domain.StaffMember
	err := t.list(ctx, &admins, `select `+staffColumns+` from staff s where s.role = $1 and s.left_at is null order by s.id for no key update`, domain.Admin)
	if err == nil && len(admins) == 1 && slices.ContainsFunc(admins, changes) {
		return domain.Refuse(domain.Refusal{Code: domain.CodeLastAdmin, Field: []string{field}})
	}
	return err
}
