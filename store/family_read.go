package store

import (
	"context"

	"kabinet/domain"
)

// FamilyOf reads the family that a customer is in; ErrNotFound when in none.
func (s *Store) FamilyOf(ctx context.Context, customerID int64) (f domain.Family, err error) {
	err = s.get(ctx, &f, `
select f.id, f.created_at
  from family f
  join family_member m on m.family_id = f.id
 where m.customer_id = $1`, customerID)
	return f, err
}

// FamilyByID reads a family; ErrNotFound when there is none, or when the viewer is neither in it nor staff.
func (s *Store) FamilyByID(ctx context.Context, v domain.Viewer, id int64) (f domain.Family, err error) {
	if !v.IsStaff() {
		if f, err = s.FamilyOf(ctx, v.CustomerID); err == nil && f.ID != id {
			err = domain.ErrNotFound
		}
		return f, err
	}
	err = s.get(ctx, &f, `select id, created_at from family where id = $1`, id)
	return f, err
}

const familyMemberColumns = `m.customer_id, m.family_id, c.name, m.joined_at`

// FamilyMembers reads the members of families, those who came first first.
func (s *Store) FamilyMembers(ctx context.Context, familyIDs []int64) (map[int64][]domain.FamilyMember, error) {
	var rows []domain.FamilyMember
	err := s.list(ctx, &rows, `
select `+familyMemberColumns+`
  from family_member m
  join customer c on c.id = m.customer_id
 where m.family_id = any($1)
 order by m.family_id, m.joined_at, m.customer_id`, orEmpty(familyIDs))
	return groupBy(rows, func(m domain.FamilyMember) int64 { return m.FamilyID }), err
}

// FamilyMember reads a member by their customer's number; ErrNotFound when there is none, or when the viewer is neither in the same family nor staff.
func (s *Store) FamilyMember(ctx context.Context, v domain.Viewer, customerID int64) (m domain.FamilyMember, err error) {
	err = s.get(ctx, &m, `
select `+familyMemberColumns+`
  from family_member m
  join customer c on c.id = m.customer_id
 where m.customer_id = $1
   and ($2 or m.family_id = (select family_id from family_member where customer_id = $3))`, customerID, v.IsStaff(), v.CustomerID)
	return m, err
}

// FamilyInvitations reads the open invitations of a family, newest first.
func (s *Store) FamilyInvitations(ctx context.Context, familyID int64) (rows []domain.FamilyInvited, err error) {
	err = s.list(ctx, &rows, `
select `+invitedColumns+`
  from family_invitation i
 where i.family_id = $1 and i.state = 'OPEN' and i.expires_at > $2
 order by i.id desc`, familyID, s.now())
	return rows, err
}

// FamilyInvitationsFor reads the open invitations to the addresses of a customer, newest first.
func (s *Store) FamilyInvitationsFor(ctx context.Context, customerID int64) (rows []domain.FamilyInvited, err error) {
	err = s.list(ctx, &rows, `
select `+invitedColumns+`
  from family_invitation i
 where i.address in (select unnest(array[c.phone, c.email]) from customer c where c.id = $1) and i.state = 'OPEN' and i.expires_at > $2
 order by i.id desc`, customerID, s.now())
	return rows, err
}

// FamilyInvitation reads an invitation; ErrNotFound when there is none, or when it is neither to the viewer, nor of their family, nor are they staff.
func (s *Store) FamilyInvitation(ctx context.Context, v domain.Viewer, id int64) (i domain.FamilyInvited, err error) {
	err = s.get(ctx, &i, `
select `+invitedColumns+`
  from family_invitation i
 where i.id = $1
   and ($2 or i.family_id = (select m.family_id from family_member m where m.customer_id = $3)
        or i.address in (select unnest(array[c.phone, c.email]) from customer c where c.id = $3))`, id, v.IsStaff(), v.CustomerID)
	return i, err
}

// Families reads all families that have members, newest first.
func (s *Store) Families(ctx context.Context, page domain.Page) (domain.List[domain.Family], error) {
	q := pageQuery{columns: "f.id, f.created_at", from: "family f", key: "f.id", keyType: "bigint", id: "f.id", desc: true,
		where: []string{"exists (select 1 from family_member m where m.family_id = f.id)"}}
	return readPage(ctx, s, q, page, func(r familyRow) domain.Family { return r.Family })
}

type familyRow struct {
	domain.Family
	place
}

const transferColumns = `p.id, p.sender_id, p.receiver_id, p.points, p.channel, p.state, p.created_at, p.ended_at`

type pointsTransferRow struct {
	domain.PointsTransfer
	place
}

// PointsTransfers reads transfers, newest first: all for customer 0, else those that the customer sent, and those done that they received.
func (s *Store) PointsTransfers(ctx context.Context, customerID int64, page domain.Page) (domain.List[domain.PointsTransfer], error) {
	q := pageQuery{columns: transferColumns, from: "points_transfer p", key: "p.id", keyType: "bigint", id: "p.id", desc: true}
	if customerID != 0 {
		q.from = `(select ` + transferColumns + ` from points_transfer p where p.sender_id = $1
        union all
       select ` + transferColumns + ` from points_transfer p where p.receiver_id = $1 and p.state = 'DONE') p`
		q.args = []any{customerID}
	}
	now := s.now()
	return readPage(ctx, s, q, page, func(r pointsTransferRow) domain.PointsTransfer {
		r.State = r.StateAt(now)
		return r.PointsTransfer
	})
}

// PointsTransfer reads a transfer; ErrNotFound when there is none, or when the viewer is neither side of it nor staff.
func (s *Store) PointsTransfer(ctx context.Context, v domain.Viewer, id int64) (p domain.PointsTransfer, err error) {
	err = s.get(ctx, &p, `select `+transferColumns+` from points_transfer p where p.id = $1`, id)
	if err == nil && !v.IsStaff() && v.CustomerID != p.SenderID && (v.CustomerID != p.ReceiverID || p.State != domain.TransferDone) {
		return domain.PointsTransfer{}, domain.ErrNotFound
	}
	p.State = p.StateAt(s.now())
	return p, err
}
