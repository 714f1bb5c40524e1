package store

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is the clubs BY_SPEND: what customers paid, and the memberships that follow from it.

// spentSQL reads what a customer paid and was given back after an instant.
const spentSQL = `
select completed_at as at, total * 10 + total_mills as mills
  from orders
 where customer_id = $1 and status in ('COMPLETED', 'REFUNDED') and completed_at > $2
 union all
select at, -(money * 10 + money_mills)
  from refund
 where customer_id = $1 and at > $2`

// ClubProgress computes how a customer stands to the amount of a club BY_SPEND; the zero value for other clubs.
func (s *Store) ClubProgress(ctx context.Context, c domain.Club, m domain.Membership) (p domain.SpendProgress, err error) {
	if c.Entry != domain.EntryBySpend {
		return p, nil
	}
	now := s.now()
	var spent []domain.Spent
	err = s.list(ctx, &spent, spentSQL, m.CustomerID, c.Spend.Since(now))
	return c.Spend.Progress(m, spent, now), err
}

// standingSQL reads how customers stand to clubs and what they paid there in time, by customer and club.
const standingSQL = `
select c.id as club_id, k.customer_id, coalesce(m.state, '') as state, coalesce(m.moderator, false) as moderator, coalesce(m.since, $4) as since,
       m.grace_until, m.reason,
       (coalesce((select sum(o.total * 10 + o.total_mills)
                    from orders o
                   where o.customer_id = k.customer_id and o.status in ('COMPLETED', 'REFUNDED') and o.completed_at > c.after), 0)
        - coalesce((select sum(r.money * 10 + r.money_mills) from refund r where r.customer_id = k.customer_id and r.at > c.after), 0))::bigint as mills
  from unnest($1::bigint[]) as k (customer_id)
  join customer who on who.id = k.customer_id and who.erased_at is null
 cross join unnest($2::bigint[], $3::text[]::timestamptz[]) as c (id, after)
  left join club_member m on m.club_id = c.id and m.customer_id = k.customer_id
 order by k.customer_id, c.id`

// recountClubs moves the memberships of customers in clubs BY_SPEND as what they paid says, and tells them. The wallets of the customers must be
// locked. Without such clubs it costs nothing but the version of the catalogue.
func (t *Tx) recountClubs(ctx context.Context, customerIDs ...int64) error {
	terms, err := t.terms(ctx)
	if err != nil {
		return err
	}
	rules := map[int64]domain.SpendRule{}
	var ids []int64
	var since []string
	for _, c := range terms.clubs {
		if c.Entry == domain.EntryBySpend {
			rules[c.ID] = c.Spend
			ids, since = append(ids, c.ID), append(since, c.Spend.Since(t.now).Format(time.RFC3339Nano))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []struct {
		domain.Membership
		Mills int64 `db:"mills"`
	}
	if err := t.list(ctx, &rows, standingSQL, customerIDs, ids, since, t.now); err != nil {
		return err
	}
	var changes []memberChange
	for _, r := range rows {
		if next, changed := rules[r.ClubID].Judge(r.Membership, r.Mills, t.now); changed {
			changes = append(changes, memberChange{was: r.Membership, now: next})
		}
	}
	return t.writeMembers(ctx, changes...)
}

// memberChange is a membership before and after; own says that the customer did it.
type memberChange struct {
	was, now domain.Membership
	own      bool
}

// news is what the change means for the customer, and for the desk when somebody wants to come in.
func (c memberChange) news() news {
	n := news{customerID: c.now.CustomerID, clubID: c.now.ClubID, push: !c.own, data: domain.EventData{Membership: &c.now}}
	switch {
	case c.now.State == domain.MemberRequested:
		n.kind, n.desk, n.push = domain.EventClubRequested, true, true
	case c.now.State == domain.MemberInvited:
		n.kind = domain.EventClubInvited
	case c.now.State == domain.MemberDeclined:
		n.kind = domain.EventClubDeclined
	case !c.now.In():
		n.kind = domain.EventClubLeft
	case !c.was.In():
		n.kind = domain.EventClubEntered
	case c.now.GraceUntil != nil:
		n.kind = domain.EventClubGrace
	default:
		n.kind = domain.EventClubKept
	}
	return n
}

// writeMembersSQL writes memberships. Who moderates is set beside it, without the wallet's lock: of a member who stays one it is what the row says by now.
const writeMembersSQL = `
with fresh as (
  select *
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bool[], $5::text[]::timestamptz[], $6::text[]::timestamptz[], $7::text[], $8::bigint[])
         as n (club_id, customer_id, state, moderator, since, grace_until, reason, added)
), written as (
  insert into club_member (club_id, customer_id, state, moderator, since, grace_until, reason)
  select club_id, customer_id, state, moderator, since, nullif(grace_until, 'infinity'), nullif(reason, '')
    from fresh
  on conflict (club_id, customer_id) do update
     set state = excluded.state, moderator = club_member.moderator and excluded.state = 'MEMBER', since = excluded.since, grace_until = excluded.grace_until, reason = excluded.reason
), moved as (
  select club_id, sum(added) as added from fresh group by club_id having sum(added) <> 0
), locked as materialized (
  select club_id from club_figures where club_id in (select club_id from moved) order by club_id for update
)
update club_figures f
   set members = f.members + moved.added
  from moved
  join locked using (club_id)
 where f.club_id = moved.club_id`

// writeMembers writes memberships with the figures of their clubs and tells of them.
func (t *Tx) writeMembers(ctx context.Context, changes ...memberChange) error {
	if len(changes) == 0 {
		return nil
	}
	_, err := t.exec(ctx, writeMembersSQL,
		column(changes, func(c memberChange) int64 { return c.now.ClubID }),
		column(changes, func(c memberChange) int64 { return c.now.CustomerID }),
		column(changes, func(c memberChange) string { return string(c.now.State) }),
		column(changes, func(c memberChange) bool { return c.now.Moderator }),
		column(changes, func(c memberChange) string { return textTime(&c.now.Since) }),
		column(changes, func(c memberChange) string { return textTime(c.now.GraceUntil) }),
		column(changes, func(c memberChange) string {
			if c.now.Reason == nil {
				return ""
			}
			return *c.now.Reason
		}),
		column(changes, func(c memberChange) int64 {
			switch {
			case c.now.In() && !c.was.In():
				return 1
			case c.was.In() && !c.now.In():
				return -1
			}
			return 0
		}))
	if err != nil {
		return err
	}
	return t.tell(ctx, column(changes, memberChange.news)...)
}

// moversSQL finds the customers whose membership in a club is not what they paid says.
const moversSQL = `
with spent as (
  select customer_id, sum(mills) as mills
    from (select customer_id, total * 10 + total_mills as mills
            from orders
           where customer_id is not null and status in ('COMPLETED', 'REFUNDED') and completed_at > $2
           union all
          select customer_id, -(money * 10 + money_mills)
            from refund
           where customer_id is not null and at > $2) m
   group by customer_id
)
select customer_id
  from spent
  full join (select customer_id, state, grace_until from club_member where club_id = $1) m using (customer_id)
 where case coalesce(m.state, '')
         when 'MEMBER' then (coalesce(mills, 0) < $3) <> (m.grace_until is not null) or m.grace_until <= $4
         when 'LAPSED' then mills >= $3
         when '' then mills >= $3
         else false
       end
   and customer_id not in (select id from customer where erased_at is not null)
 order by customer_id`

// RecountClubs moves the memberships of all clubs BY_SPEND whose members' payments moved out of the period, whose grace term ended, or whose rules
// are new. It returns how many customers it looked at.
func (s *Store) RecountClubs(ctx context.Context) (int, error) {
	terms, err := s.terms(ctx)
	if err != nil {
		return 0, err
	}
	seen := map[int64]bool{}
	now := s.now()
	for _, c := range terms.clubs {
		if c.Entry != domain.EntryBySpend {
			continue
		}
		var movers []int64
		if err := s.list(ctx, &movers, moversSQL, c.ID, c.Spend.Since(now), c.Spend.NeedMinor*10, now); err != nil {
			return len(seen), err
		}
		for _, id := range movers {
			seen[id] = true
		}
	}
	customers := make([]int64, 0, len(seen))
	for id := range seen {
		customers = append(customers, id)
	}
	slices.Sort(customers)
	for part := range slices.Chunk(customers, UpkeepBatch) {
		err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
			if _, err := tx.lockWallets(ctx, part...); err != nil {
				return err
			}
			return tx.recountClubs(ctx, part...)
		})
		if err != nil {
			return len(customers), err
		}
	}
	return len(customers), nil
}

// SpendBands counts customers by what they paid less what they were given back in [from, to), nil for no bound. The first band is 0 and below, and each
// of the bounds, ascending amounts above 0 in minor units, begins another. Only customers who paid or were given back something in that time count.
func (s *Store) SpendBands(ctx context.Context, bounds []int64, from, to *time.Time) ([]domain.SpendBand, error) {
	if len(bounds) > 20 || slices.ContainsFunc(bounds, func(b int64) bool { return b <= 0 }) || !slices.IsSorted(bounds) ||
		len(slices.Compact(slices.Clone(bounds))) != len(bounds) {
		return nil, domain.Errorf(domain.Invalid, "bounds are at most 20 ascending amounts above 0")
	}
	var rows []struct {
		Band      int64 `db:"band"`
		Customers int64 `db:"customers"`
		Mills     int64 `db:"mills"`
	}
	err := s.list(ctx, &rows, `
with net as (
  select sum(mills) as mills
    from (select customer_id, total * 10 + total_mills as mills
            from orders
           where customer_id is not null and status in ('COMPLETED', 'REFUNDED')
             and completed_at >= coalesce($2::timestamptz, '-infinity') and completed_at < coalesce($3::timestamptz, 'infinity')
           union all
          select customer_id, -(money * 10 + money_mills)
            from refund
           where customer_id is not null and at >= coalesce($2::timestamptz, '-infinity') and at < coalesce($3::timestamptz, 'infinity')) m
   group by customer_id
)
select case when mills <= 0 then 0 else 1 + width_bucket(mills::numeric, $1::bigint[]::numeric[]) end as band,
       count(*) as customers, sum(mills)::bigint as mills
  from net
 group by band`, pq.Array(column(bounds, func(b int64) int64 { return b * 10 })), from, to)
	if err != nil {
		return nil, err
	}
	bands := make([]domain.SpendBand, len(bounds)+2)
	for i := range bands {
		if i > 1 {
			bands[i].FromMinor = &bounds[i-2]
		}
		if i > 0 && i <= len(bounds) {
			bands[i].ToMinor = &bounds[i-1]
		}
	}
	zero := int64(0)
	bands[0].ToMinor, bands[1].FromMinor = &zero, &zero
	for _, r := range rows {
		b := &bands[r.Band]
		b.Customers = r.Customers
		b.NetMinor, b.NetMills = domain.Mills(r.Mills)
	}
	return bands, nil
}
