package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is what is read of referrals.

const referralSQL = `
select c.id as customer_id, c.referral_code as code, c.referral_name as show_name,
       exists (select 1 from customer_figures f where f.customer_id = c.id and f.completed_orders > 0) as bought,
       r.inviter_id, r.claimed_at, coalesce(r.state, '') as state, r.reason
  from customer c
  left join referral r on r.customer_id = c.id
 where c.id = $1`

// Referral reads a customer's own side of the programme; ErrNotFound when there is no such customer.
func (s *Store) Referral(ctx context.Context, customerID int64) (r domain.Referral, err error) {
	err = s.get(ctx, &r, referralSQL, customerID)
	return r, err
}

// ReferralByCode finds whose code it is, as typed; ErrNotFound when it is nobody's.
func (s *Store) ReferralByCode(ctx context.Context, typed string) (r domain.Referral, err error) {
	var id int64
	if err := s.get(ctx, &id, `select id from customer where referral_code = $1`, domain.ReadReferralCode(typed)); err != nil {
		return r, err
	}
	return s.Referral(ctx, id)
}

// ShownNames reads the names of customers as their owners let them be shown; those who hide theirs are left out.
func (s *Store) ShownNames(ctx context.Context, ids []int64) (map[int64]string, error) {
	var rows []personName
	err := s.list(ctx, &rows, `select id, name, referral_name from customer where id = any($1)`, orEmpty(ids))
	names := map[int64]string{}
	for _, r := range rows {
		if shown := domain.ShownName(r.Name, r.Choice); shown != nil {
			names[r.ID] = *shown
		}
	}
	return names, err
}

type referralPersonRow struct {
	CustomerID int64                `db:"customer_id"`
	InviterID  int64                `db:"inviter_id"`
	Name       *string              `db:"name"`
	ShowName   domain.ReferralName  `db:"referral_name"`
	State      domain.ReferralState `db:"state"`
	Flags      pq.StringArray       `db:"flags"`
	JoinedAt   time.Time            `db:"claimed_at"`
	Orders     int64                `db:"orders"`
	Points     int64                `db:"points"`
	People     int64                `db:"people"`
	Reason     *string              `db:"reason"`
	place
}

func (r referralPersonRow) person() domain.ReferralPerson {
	return domain.ReferralPerson{CustomerID: r.CustomerID, InviterID: r.InviterID, Name: r.Name, ShowName: r.ShowName, State: r.State,
		Flags: column(r.Flags, func(f string) domain.ReferralFlag { return domain.ReferralFlag(f) }), JoinedAt: r.JoinedAt, Orders: r.Orders,
		Points: r.Points, People: r.People, Reason: r.Reason}
}

const (
	personColumns = `r.customer_id, r.inviter_id, c.name, c.referral_name, r.state, r.flags, r.claimed_at, r.orders, r.points, r.reason,
       (select coalesce(sum(l.people), 0)::bigint from referral_level l where l.customer_id = r.customer_id) as people`
	personFrom = `referral r join customer c on c.id = r.customer_id`
)

// ReferralPeopleByID reads people who were invited, by their numbers; those who were not are left out.
func (s *Store) ReferralPeopleByID(ctx context.Context, ids []int64) (map[int64]domain.ReferralPerson, error) {
	var rows []referralPersonRow
	err := s.list(ctx, &rows, `select `+personColumns+`, '' as sort_key, 0 as sort_id from `+personFrom+` where r.customer_id = any($1)`, orEmpty(ids))
	return byKey(column(rows, referralPersonRow.person), func(p domain.ReferralPerson) int64 { return p.CustomerID }), err
}

// InvitedBy reads a page of the people whom a customer invited: the latest first, or those who brought most when byPoints.
func (s *Store) InvitedBy(ctx context.Context, inviterID int64, byPoints bool, page domain.Page) (domain.List[domain.ReferralPerson], error) {
	q := pageQuery{columns: personColumns, from: personFrom, key: "r.claimed_at", keyType: "timestamptz", id: "r.customer_id", desc: true,
		where: []string{"r.inviter_id = $1"}, args: []any{inviterID}}
	if byPoints {
		q.key, q.keyType = "r.points", "bigint"
	}
	return readPage(ctx, s, q, page, referralPersonRow.person)
}

// FlaggedReferrals reads a page of the referrals that wait for a decision, the latest first.
func (s *Store) FlaggedReferrals(ctx context.Context, page domain.Page) (domain.List[domain.ReferralPerson], error) {
	q := pageQuery{columns: personColumns, from: personFrom, key: "r.created_at", keyType: "timestamptz", id: "r.customer_id", desc: true,
		where: []string{"r.state = 'FLAGGED'"}}
	return readPage(ctx, s, q, page, referralPersonRow.person)
}

// The bounds of a tree that is shown.
const (
	MaxTreeDepth = 3
	treeWidth    = 20 // people shown below one
)

const treeSQL = `
select p.parent, ` + personColumns + `, '' as sort_key, 0 as sort_id
  from unnest($1::bigint[]) with ordinality as p (parent, nth)
  join lateral (select * from referral where inviter_id = p.parent order by claimed_at desc, customer_id desc limit $2) r on true
  join customer c on c.id = r.customer_id
 order by p.nth, r.claimed_at desc, r.customer_id desc`

// ReferralTree reads the people below a customer, so many levels deep, each level after the one above; everyone shows their latest 20.
func (s *Store) ReferralTree(ctx context.Context, customerID int64, depth int) ([]domain.ReferralBranch, error) {
	var tree []domain.ReferralBranch
	above := []int64{customerID}
	for level := int64(1); level <= int64(min(depth, MaxTreeDepth)) && len(above) > 0; level++ {
		var rows []struct {
			Parent int64 `db:"parent"`
			referralPersonRow
		}
		if err := s.list(ctx, &rows, treeSQL, above, treeWidth); err != nil {
			return nil, err
		}
		above = nil
		for _, r := range rows {
			tree = append(tree, domain.ReferralBranch{Person: r.person(), Level: level})
			above = append(above, r.CustomerID)
		}
	}
	direct, err := s.levels(ctx, column(tree, func(b domain.ReferralBranch) int64 { return b.Person.CustomerID }), 1)
	if err != nil {
		return nil, err
	}
	shown := map[int64]int64{}
	for _, b := range tree {
		shown[b.Person.InviterID]++
	}
	for i, b := range tree {
		if levels := direct[b.Person.CustomerID]; len(levels) > 0 {
			tree[i].Hidden = levels[0].People - shown[b.Person.CustomerID]
		}
	}
	return tree, nil
}

// levels reads what stands below customers, down to a level.
func (s *Store) levels(ctx context.Context, ids []int64, deepest int64) (map[int64][]domain.ReferralLevel, error) {
	var rows []domain.ReferralLevel
	err := s.list(ctx, &rows, `
select customer_id, level, people, active, orders, points
  from referral_level
 where customer_id = any($1) and level <= $2
 order by customer_id, level`, orEmpty(ids), deepest)
	return groupBy(rows, func(l domain.ReferralLevel) int64 { return l.CustomerID }), err
}

// ReferralStats counts everyone below customers, by level and in all; every customer has an answer.
func (s *Store) ReferralStats(ctx context.Context, ids []int64) (map[int64]domain.ReferralStats, error) {
	levels, err := s.levels(ctx, ids, domain.MaxReferralDepth)
	stats := map[int64]domain.ReferralStats{}
	for _, id := range ids {
		st := domain.ReferralStats{ReferralLevel: domain.ReferralLevel{CustomerID: id}, ByLevel: levels[id]}
		for _, l := range levels[id] {
			st.People += l.People
			st.Active += l.Active
			st.Orders += l.Orders
			st.Points += l.Points
		}
		stats[id] = st
	}
	return stats, err
}

type rewardRow struct {
	ID         int64              `db:"id"`
	CustomerID int64              `db:"customer_id"`
	BuyerID    int64              `db:"buyer_id"`
	Kind       domain.RewardKind  `db:"kind"`
	Level      int64              `db:"level"`
	Points     int64              `db:"points"`
	Reversed   int64              `db:"reversed"`
	State      domain.RewardState `db:"state"`
	CreatedAt  time.Time          `db:"created_at"`
	MaturesAt  time.Time          `db:"matures_at"`
	place
}

func (r rewardRow) reward() domain.ReferralReward {
	return domain.ReferralReward{ID: r.ID, CustomerID: r.CustomerID, BuyerID: r.BuyerID, Kind: r.Kind, Level: r.Level, Points: r.Points, Reversed: r.Reversed,
		State: r.State, At: r.CreatedAt, MaturesAt: r.MaturesAt}
}

// ReferralRewards reads a page of what a customer earned with referrals, the latest first.
func (s *Store) ReferralRewards(ctx context.Context, customerID int64, page domain.Page) (domain.List[domain.ReferralReward], error) {
	q := pageQuery{columns: `w.id, w.customer_id, w.buyer_id, w.kind, w.level, w.points, w.reversed, w.state, w.created_at, w.matures_at`,
		from: "referral_reward w", key: "w.id", keyType: "bigint", id: "w.id", desc: true, where: []string{"w.customer_id = $1"}, args: []any{customerID}}
	return readPage(ctx, s, q, page, rewardRow.reward)
}

type topInviterRow struct {
	CustomerID int64 `db:"customer_id"`
	People     int64 `db:"people"`
	Points     int64 `db:"points"`
	place
}

// TopInviters reads a page of the customers who invited most people, or earned most with those they invited when byPoints.
func (s *Store) TopInviters(ctx context.Context, byPoints bool, page domain.Page) (domain.List[domain.TopInviter], error) {
	q := pageQuery{columns: "l.customer_id, l.people, l.points", from: "referral_level l", key: "l.people", keyType: "bigint", id: "l.customer_id", desc: true,
		where: []string{"l.level = 1", "not exists (select 1 from customer k where k.id = l.customer_id and k.erased_at is not null)"}}
	if byPoints {
		q.key = "l.points"
	}
	return readPage(ctx, s, q, page, func(r topInviterRow) domain.TopInviter {
		return domain.TopInviter{CustomerID: r.CustomerID, People: r.People, Points: r.Points}
	})
}

// StandsAbove says whether a customer invited a person, or somebody who stands above that person.
func (s *Store) StandsAbove(ctx context.Context, customerID, personID int64) (bool, error) {
	var chain []domain.ReferralLink
	err := s.list(ctx, &chain, chainSQL, personID)
	for _, l := range chain {
		if l.InviterID == customerID {
			return true, err
		}
	}
	return false, err
}
