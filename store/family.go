package store

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"kabinet/domain"
)

// This file is the verbs of families; points_transfer.go is how points go from one member to another.
//
// Whoever changes who is in a family holds the lock of its row. Inviting answers the same whether or not the address is known: the invitation waits for
// whoever proves the address by signing in.

const invitedColumns = `i.id, i.family_id, i.inviter_id, i.channel, i.address, i.code, i.state, i.created_at, i.expires_at`

// InviteToFamily asks somebody into the caller's family, which is founded when there is none yet. Inviting again while an invitation is open answers with
// that one. Refusals: OFF, SELF, FULL, an address of the wrong form, TOO_MANY_TRIES when too many were sent within a day.
func (s *Store) InviteToFamily(ctx context.Context, v domain.Viewer, in domain.FamilyInvite) (made domain.FamilyInvited, err error) {
	b, err := s.Business(ctx)
	if err != nil {
		return made, err
	}
	if !b.Family.Transfers {
		return made, domain.RefuseFamily(domain.FamilyOff, "address")
	}
	var address domain.Address
	if in.Address != "" || in.Channel != "" {
		var refused domain.Refused
		if address, refused = domain.ParseAddress(in.Channel, in.Address, b.Country); refused != nil {
			return made, refused
		}
	}
	code := ""
	if address.Value == "" {
		code = newFamilyCode()
	}
	return made, s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		made, err = tx.inviteToFamily(ctx, v.CustomerID, address, code, b.Family)
		return err
	})
}

func (t *Tx) inviteToFamily(ctx context.Context, inviter int64, address domain.Address, code string, rules domain.FamilyRules) (made domain.FamilyInvited, err error) {
	familyID, err := t.foundFamily(ctx, inviter)
	if err != nil {
		return made, err
	}
	var own bool
	if err := t.get(ctx, &own, `select $2::text in (coalesce(phone, ''), coalesce(email, '')) and $2 <> '' from customer where id = $1`, inviter, address.Value); err != nil {
		return made, err
	}
	if own {
		return made, domain.RefuseFamily(domain.FamilySelf, "address")
	}
	if _, err := t.exec(ctx, `update family_invitation set state = 'EXPIRED', ended_at = $2 where family_id = $1 and state = 'OPEN' and expires_at <= $2`, familyID, t.now); err != nil {
		return made, err
	}
	err = t.get(ctx, &made, `
select `+invitedColumns+`
  from family_invitation i
 where i.family_id = $1 and i.state = 'OPEN' and (i.address = $2 or $2 = '' and i.code is not null and i.inviter_id = $3)
 limit 1`, familyID, address.Value, inviter)
	if !errors.Is(err, domain.ErrNotFound) {
		return made, err
	}
	if err := t.checkFamilyRoom(ctx, familyID, inviter, rules); err != nil {
		return made, err
	}
	err = t.get(ctx, &made, `
insert into family_invitation as i (family_id, inviter_id, channel, address, code, created_at, expires_at)
values ($1, $2, nullif($3, ''), nullif($4, ''), nullif($5, ''), $6, $7)
returning `+invitedColumns, familyID, inviter, address.Channel, address.Value, code, t.now, t.now.Add(domain.FamilyInvitationLifetime))
	if err != nil || address.Value == "" {
		return made, err
	}
	return made, t.tellInvited(ctx, made)
}

// foundFamily locks the family of a customer, and founds it when there is none.
func (t *Tx) foundFamily(ctx context.Context, customerID int64) (familyID int64, err error) {
	if _, err := t.exec(ctx, `select 1 from customer where id = $1 for no key update`, customerID); err != nil {
		return 0, err
	}
	familyID, err = t.lockFamilyOf(ctx, customerID)
	if err != nil || familyID != 0 {
		return familyID, err
	}
	err = t.get(ctx, &familyID, `
with founded as (
  insert into family (created_at) values ($2) returning id
)
insert into family_member (customer_id, family_id, joined_at)
select $1, id, $2 from founded
returning family_id`, customerID, t.now)
	return familyID, err
}

// lockFamilyOf locks the family that a customer is in; 0 when in none.
func (t *Tx) lockFamilyOf(ctx context.Context, customerID int64) (familyID int64, err error) {
	err = t.get(ctx, &familyID, `
select f.id
  from family f
  join family_member m on m.family_id = f.id
 where m.customer_id = $1
   for update of f`, customerID)
	if errors.Is(err, domain.ErrNotFound) {
		return 0, nil
	}
	return familyID, err
}

// checkFamilyRoom refuses another invitation when members and open invitations fill the family, or when the inviter sent too many within a day.
func (t *Tx) checkFamilyRoom(ctx context.Context, familyID, inviter int64, rules domain.FamilyRules) error {
	var n struct {
		Taken  int64      `db:"taken"`
		Lately int64      `db:"lately"`
		Oldest *time.Time `db:"oldest"`
	}
	err := t.get(ctx, &n, `
select (select count(*) from family_member where family_id = $1) + (select count(*) from family_invitation where family_id = $1 and state = 'OPEN') as taken,
       count(*) as lately, min(created_at) as oldest
  from family_invitation
 where inviter_id = $2 and created_at > $3`, familyID, inviter, t.now.Add(-24*time.Hour))
	switch {
	case err != nil:
		return err
	case n.Taken >= rules.MaxSize:
		return domain.Refuse(domain.Refusal{Code: domain.CodeFamilyRefused, Field: []string{"address"}, Rule: string(domain.FamilyFull), Limit: rules.MaxSize})
	case n.Lately >= domain.FamilyInvitationsPerDay:
		retry := n.Oldest.Add(24 * time.Hour)
		return domain.Refuse(domain.Refusal{Code: domain.CodeTooManyTries, Field: []string{"address"}, Rule: "family", RetryAt: &retry})
	}
	return nil
}

// tellInvited tells the owner of the address, if the business knows one.
func (t *Tx) tellInvited(ctx context.Context, made domain.FamilyInvited) error {
	var known []int64
	err := t.list(ctx, &known, `select id from customer where phone = $1 or email = $1`, *made.Address)
	if err != nil || len(known) == 0 {
		return err
	}
	return t.tellFamily(ctx, domain.EventFamilyInvited, made.FamilyID, made.InviterID, known...)
}

// tellFamily tells customers of what somebody did.
func (t *Tx) tellFamily(ctx context.Context, kind domain.EventKind, familyID, who int64, told ...int64) error {
	var name string
	if err := t.get(ctx, &name, `select coalesce(name, '') from customer where id = $1`, who); err != nil {
		return err
	}
	return t.tell(ctx, column(told, func(id int64) news {
		return news{kind: kind, customerID: id, push: true, data: domain.EventData{Family: &domain.FamilyNews{FamilyID: familyID, Name: name}}}
	})...)
}

// tellMembers tells the members of a family, but for the one who did it.
func (t *Tx) tellMembers(ctx context.Context, kind domain.EventKind, familyID, who int64) error {
	var others []int64
	err := t.list(ctx, &others, `select customer_id from family_member where family_id = $1 and customer_id <> $2 order by customer_id`, familyID, who)
	if err != nil {
		return err
	}
	return t.tellFamily(ctx, kind, familyID, who, others...)
}

// AcceptFamily takes the caller into the family of an invitation: one to an address of theirs, or one with the code. Doing it again changes nothing.
// Refusals: OFF, INVITATION_ENDED, which is also what an invitation to somebody else answers; IN_ANOTHER_FAMILY, FULL.
func (s *Store) AcceptFamily(ctx context.Context, v domain.Viewer, invitationID int64, code string) (f domain.Family, err error) {
	b, err := s.Business(ctx)
	if err != nil {
		return f, err
	}
	if !b.Family.Transfers {
		return f, domain.RefuseFamily(domain.FamilyOff, "code")
	}
	return f, s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		f, err = tx.acceptFamily(ctx, v.CustomerID, invitationID, strings.ToUpper(strings.TrimSpace(code)), b.Family)
		return err
	})
}

func (t *Tx) acceptFamily(ctx context.Context, customerID, invitationID int64, code string, rules domain.FamilyRules) (f domain.Family, err error) {
	if _, err := t.exec(ctx, `select 1 from customer where id = $1 for no key update`, customerID); err != nil {
		return f, err
	}
	ended := domain.RefuseFamily(domain.FamilyInvitation, "code")
	i, err := t.invitationFor(ctx, customerID, invitationID, code)
	if errors.Is(err, domain.ErrNotFound) {
		return f, ended
	}
	if err != nil {
		return f, err
	}
	if err := t.get(ctx, &f, `select id, created_at from family where id = $1 for update`, i.FamilyID); err != nil {
		return f, err
	}
	var now struct {
		Own     int64                        `db:"own"`
		Members int64                        `db:"members"`
		State   domain.FamilyInvitationState `db:"state"`
	}
	err = t.get(ctx, &now, `
select coalesce((select family_id from family_member where customer_id = $1), 0) as own, (select count(*) from family_member where family_id = $2) as members,
       (select state from family_invitation where id = $3) as state`, customerID, f.ID, i.ID)
	i.State = now.State
	switch {
	case err != nil || now.Own == f.ID:
		return f, err
	case now.Own != 0:
		return f, domain.RefuseFamily(domain.FamilyOther, "code")
	case !i.OpenAt(t.now) || now.Members == 0:
		return f, ended
	case now.Members >= rules.MaxSize:
		return f, domain.Refuse(domain.Refusal{Code: domain.CodeFamilyRefused, Field: []string{"code"}, Rule: string(domain.FamilyFull), Limit: rules.MaxSize})
	}
	_, err = t.exec(ctx, `
with taken as (
  update family_invitation set state = 'ACCEPTED', ended_at = $3 where id = $4
)
insert into family_member (customer_id, family_id, joined_at) values ($1, $2, $3)`, customerID, f.ID, t.now, i.ID)
	if err != nil {
		return f, err
	}
	return f, t.tellMembers(ctx, domain.EventFamilyJoined, f.ID, customerID)
}

// invitationFor reads an invitation by its number, when it went to an address of the customer, or by its code.
func (t *Tx) invitationFor(ctx context.Context, customerID, invitationID int64, code string) (i domain.FamilyInvited, err error) {
	err = t.get(ctx, &i, `
select `+invitedColumns+`
  from family_invitation i
 where i.id = $2 and i.address in (select unnest(array[c.phone, c.email]) from customer c where c.id = $1)
    or i.code = $3 and $3 <> ''
 order by i.id
 limit 1`, customerID, invitationID, code)
	return i, err
}

// DeclineFamily ends an open invitation: for whom it is, or on the side of the family that sent it. Refusal: INVITATION_ENDED.
func (s *Store) DeclineFamily(ctx context.Context, v domain.Viewer, invitationID int64) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, `
update family_invitation i
   set state = 'DECLINED', ended_at = $3
 where i.id = $2 and i.state = 'OPEN'
   and (i.address in (select unnest(array[c.phone, c.email]) from customer c where c.id = $1)
        or i.family_id = (select m.family_id from family_member m where m.customer_id = $1))`, v.CustomerID, invitationID, tx.now)
		if err == nil && n == 0 {
			err = domain.RefuseFamily(domain.FamilyInvitation, "invitationId")
		}
		return err
	})
}

// LeaveFamily takes the caller out of a family; the invitations they sent end. Refusal: NOT_A_MEMBER.
func (s *Store) LeaveFamily(ctx context.Context, v domain.Viewer, familyID int64) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.exec(ctx, `select 1 from family where id = $1 for update`, familyID); err != nil {
			return err
		}
		n, err := tx.exec(ctx, `delete from family_member where customer_id = $1 and family_id = $2`, v.CustomerID, familyID)
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.RefuseFamily(domain.FamilyNotMember, "familyId")
		}
		_, err = tx.exec(ctx, `
update family_invitation
   set state = 'DECLINED', ended_at = $3
 where family_id = $2 and inviter_id = $1 and state = 'OPEN'`, v.CustomerID, familyID, tx.now)
		if err != nil {
			return err
		}
		return tx.tellMembers(ctx, domain.EventFamilyLeft, familyID, v.CustomerID)
	})
}

// codeLetters are those of codes to pass on: none that look alike.
const codeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// newFamilyCode is 50 random bits: while a handful of invitations are open, it cannot be guessed.
func newFamilyCode() string {
	raw := make([]byte, 10)
	_, _ = rand.Read(raw) // never fails
	for i, b := range raw {
		raw[i] = codeLetters[int(b)%len(codeLetters)]
	}
	return string(raw)
}
