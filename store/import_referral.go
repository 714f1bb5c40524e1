package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// ImportReferrals takes in who brought whom, from a list in the order that it happened: members become customers of the source, and the lines that
// domain.GrowForest accepts become referrals. It is one transaction that other referrals wait for; a second import of the same list changes nothing, and one
// that lets earlier lines win over what is stored is Conflict. Nobody is told: it is history.
func (s *Store) ImportReferrals(ctx context.Context, source string, members []domain.ReferralMember, vouches []domain.Vouch) (refused []domain.RefusedVouch, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.lockImports(ctx); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `lock table referral, referral_level in exclusive mode`); err != nil {
			return err
		}
		ids, err := tx.referralMembers(ctx, source, members)
		if err != nil {
			return err
		}
		inviters, err := tx.knownInviters(ctx, source, ids, vouches)
		if err != nil {
			return err
		}
		known := make(map[string]bool, len(ids))
		for number := range ids {
			known[number] = true
		}
		accepted, out := domain.GrowForest(inviters, known, vouches)
		refused = out
		return tx.writeVouches(ctx, source, ids, accepted)
	})
	return refused, err
}

// referralMembers finds or adds the customers of a list.
func (t *Tx) referralMembers(ctx context.Context, source string, members []domain.ReferralMember) (map[string]int64, error) {
	var rows []struct {
		ID     int64  `db:"id"`
		Number string `db:"external_number"`
	}
	err := t.list(ctx, &rows, `
with met as (
  select m.number, m.since, m.nth from unnest($2::text[], $3::text[]::timestamptz[]) with ordinality as m (number, since, nth)
), known as (
  select c.id, c.external_number from customer c where c.import_source = $1 and c.external_number = any($2)
), added as (
  insert into customer (locale, import_source, external_number, created_at)
  select b.locale, $1, m.number, m.since
    from met m, business b
   where m.number not in (select external_number from known)
   order by m.nth
  returning id, external_number
), purses as (
  insert into wallet (customer_id) select id from added
), figures as (
  insert into customer_figures (customer_id) select id from added
)
select id, external_number from known union all select id, external_number from added`,
		source,
		column(members, func(m domain.ReferralMember) string { return m.Number }),
		column(members, func(m domain.ReferralMember) string { return m.JoinedAt.Format(time.RFC3339) }))
	ids := make(map[string]int64, len(rows))
	for _, r := range rows {
		ids[r.Number] = r.ID
	}
	return ids, err
}

// knownInviters reads who stands above the members already, but for what lines of this list put there before: those are decided again, and alike. People
// who are no members go by their row numbers with a sign that no member's number has.
func (t *Tx) knownInviters(ctx context.Context, source string, ids map[string]int64, vouches []domain.Vouch) (map[string]string, error) {
	var links []struct {
		CustomerID int64     `db:"customer_id"`
		InviterID  int64     `db:"inviter_id"`
		At         time.Time `db:"claimed_at"`
		Source     string    `db:"source"`
	}
	err := t.list(ctx, &links, `
with recursive up as (
  select r.customer_id, r.inviter_id from referral r where r.customer_id = any($1)
   union
  select r.customer_id, r.inviter_id from up join referral r on r.customer_id = up.inviter_id
), down as (
  select customer_id, inviter_id from referral where inviter_id = any($1)
   union
  select r.customer_id, r.inviter_id from down join referral r on r.inviter_id = down.customer_id
)
select r.customer_id, r.inviter_id, r.claimed_at, coalesce(r.import_source, '') as source
  from (select customer_id from up union select customer_id from down) around
  join referral r using (customer_id)`, valuesOf(ids))
	numbers := make(map[int64]string, len(ids))
	for number, id := range ids {
		numbers[id] = number
	}
	name := func(id int64) string {
		if number, member := numbers[id]; member {
			return number
		}
		return "\x00" + domain.GID{Kind: "Customer", N: id}.String()
	}
	listed := make(map[[2]string]time.Time, len(vouches))
	for _, v := range vouches {
		if _, before := listed[[2]string{v.From, v.To}]; !before {
			listed[[2]string{v.From, v.To}] = v.At
		}
	}
	inviters := make(map[string]string, len(links))
	for _, l := range links {
		from, to := name(l.InviterID), name(l.CustomerID)
		if at, again := listed[[2]string{from, to}]; again && l.Source == source && l.At.Equal(at) {
			continue
		}
		inviters[to] = from
	}
	return inviters, err
}

func valuesOf(ids map[string]int64) []int64 {
	out := make([]int64, 0, len(ids))
	for _, id := range ids {
		out = append(out, id)
	}
	return out
}

// writeVouches stores the accepted lines that are new and counts the levels of everyone above the members anew.
func (t *Tx) writeVouches(ctx context.Context, source string, ids map[string]int64, accepted []domain.Vouch) error {
	invited := column(accepted, func(v domain.Vouch) int64 { return ids[v.To] })
	_, err := t.exec(ctx, `
with made as (
  insert into referral (customer_id, inviter_id, state, claimed_at, created_at, import_source)
  select n.customer_id, n.inviter_id, 'ACTIVE', n.at, $1, $2
    from unnest($3::bigint[], $4::bigint[], $5::text[]::timestamptz[]) as n (customer_id, inviter_id, at)
  on conflict do nothing
  returning customer_id
)
update customer set invited = true where id in (select customer_id from made)`, t.now, source, invited,
		column(accepted, func(v domain.Vouch) int64 { return ids[v.From] }),
		column(accepted, func(v domain.Vouch) string { return v.At.Format(time.RFC3339) }))
	if err != nil {
		return err
	}
	var other int64
	err = t.get(ctx, &other, `
select count(*)
  from unnest($1::bigint[], $2::bigint[]) as n (customer_id, inviter_id)
  join referral r using (customer_id)
 where r.inviter_id <> n.inviter_id`, invited, column(accepted, func(v domain.Vouch) int64 { return ids[v.From] }))
	if err != nil {
		return err
	}
	if other > 0 {
		return domain.Errorf(domain.Conflict, "%d people were taken in with another inviter by an earlier form of this list", other)
	}
	_, err = t.exec(ctx, `
with `+referralWalkSQL+`
insert into referral_level (customer_id, level, people, active, orders)
select customer_id, level, people, active, orders from walked
on conflict (customer_id, level) do update
   set people = excluded.people, active = excluded.active, orders = excluded.orders
 where (referral_level.people, referral_level.active, referral_level.orders) is distinct from (excluded.people, excluded.active, excluded.orders)`)
	return err
}

// ReferralFigures counts what is stored of the referrals of a source; ErrNotFound when nothing was imported from it.
func (s *Store) ReferralFigures(ctx context.Context, source string) (f domain.ReferralFigures, err error) {
	err = s.get(ctx, &f, `
with member as (
  select id from customer where import_source = $1
), below as (
  select l.customer_id, max(l.level) as depth, sum(l.people)::bigint as people, max(l.people) filter (where l.level = 1) as direct
    from referral_level l
    join member on member.id = l.customer_id
   group by l.customer_id
)
select (select count(*) from member) as members,
       (select count(*) from referral where import_source = $1) as accepted,
       coalesce(max(depth), 0) as depth, coalesce(max(direct), 0) as direct, coalesce(max(people), 0) + 1 as largest
  from below
having exists (select 1 from member)`, source)
	return f, err
}
