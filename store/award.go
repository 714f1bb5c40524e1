package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is the points of events: signing up, birthdays, profiles, reviews, and grants of the staff. An award is recorded first, once for its cause, and
// then given, at once or by the upkeep, in batches.

// awardColumns need the rule as r.
const awardColumns = `a.id, a.customer_id, a.rule_id, a.points, a.state, r.pending as waits, r.lifetime_days, a.expires_at`

// recordAwardSQL records an award of a customer for a cause by the rule of its kind in force, unless it was given before or the customer had them all. The wallet is
// locked, so that awards at one moment count each other.
const recordAwardSQL = `
insert into award (customer_id, rule_id, rule_version, kind, cause, points, state, due_at, created_at)
select $1, r.id, r.version, r.kind, $3, r.points, 'DUE', $4, $4
  from earning_rule r
 where r.kind = $2 and r.starts_at <= $4 and r.ends_at > $4
   and (r.per_person is null or (select count(*) from award a where a.customer_id = $1 and a.kind = r.kind) < r.per_person)
on conflict on constraint award_once do nothing
returning id`

// award gives a customer the points of an event, once for the cause. Without a rule of the kind it costs nothing but the version of the catalogue.
func (t *Tx) award(ctx context.Context, kind domain.EarningKind, customerID int64, cause string) error {
	terms, err := t.terms(ctx)
	if err != nil {
		return err
	}
	inForce := false
	for _, r := range terms.earning(t.now) {
		inForce = inForce || r.Kind == kind
	}
	if !inForce {
		return nil
	}
	wallets, err := t.lockWallets(ctx, customerID)
	if err != nil {
		return err
	}
	var ids []int64
	if err := t.list(ctx, &ids, recordAwardSQL, customerID, kind, cause, t.now); err != nil || len(ids) == 0 {
		return err
	}
	return t.stepAwards(ctx, wallets, ids)
}

// stepAwards takes the step of each award that is due, and tells the customers. Their wallets are locked.
func (t *Tx) stepAwards(ctx context.Context, wallets map[int64]domain.Wallet, ids []int64) error {
	terms, err := t.terms(ctx)
	if err != nil {
		return err
	}
	var due []domain.Award
	err = t.list(ctx, &due, `
select `+awardColumns+`
  from award a
  join earning_rule r on r.id = a.rule_id
 where a.id = any($1) and a.state in ('DUE', 'PENDING') and a.due_at <= $2
 order by a.id
   for update of a`, ids, t.now)
	if err != nil || len(due) == 0 {
		return err
	}
	program := terms.business.Points
	b, changed := newPointsBatch(wallets), map[int64]bool{}
	for _, a := range due {
		move := domain.Move{From: domain.AccountIssued, To: domain.AccountActive, Points: a.Points, Cause: domain.CauseAwarded}
		if a.State == domain.AwardPending {
			move.From, move.Cause = domain.AccountPending, domain.CauseMatured
		}
		ref := pointsRef{ruleID: a.RuleID}
		if a.Next() == domain.AwardPending {
			move.To = domain.AccountPending
			err = b.move(a.CustomerID, move, ref)
		} else {
			err = b.give(a.CustomerID, move, newLot{expiresAt: a.Expires(t.now, program)}, ref)
		}
		if err != nil {
			return err
		}
		changed[a.CustomerID] = true
	}
	_, err = t.exec(ctx, `
update award a
   set state = n.state, due_at = case n.state when 'PENDING' then $3::timestamptz else a.due_at end
  from unnest($1::bigint[], $2::text[]) as n (id, state)
 where a.id = n.id`,
		column(due, func(a domain.Award) int64 { return a.ID }), column(due, func(a domain.Award) string { return string(a.Next()) }), program.MaturesAt(t.now))
	if err != nil {
		return err
	}
	return t.applyAndTell(ctx, b, changed)
}

// GiveAwards gives the awards that are due: those recorded in sets, and those whose return window has ended.
func (s *Store) GiveAwards(ctx context.Context) (int, error) {
	var due []domain.Award
	err := s.list(ctx, &due, `
select a.id, a.customer_id
  from award a
 where a.state in ('DUE', 'PENDING') and a.due_at <= $1
 order by a.due_at, a.id
 limit $2`, s.now(), UpkeepBatch)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	owners := map[int64]bool{}
	for _, a := range due {
		owners[a.CustomerID] = true
	}
	return len(due), s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		wallets, err := tx.lockWallets(ctx, keysOf(owners)...)
		if err != nil {
			return err
		}
		return tx.stepAwards(ctx, wallets, column(due, func(a domain.Award) int64 { return a.ID }))
	})
}

// recordBirthdaysSQL records the awards of birthdays: in the zone of each person the day is today or was in the days of grace, and the birthday was told early enough. A
// birthday of 29 February is on the 28th in other years, as adding years says. $2 are the keys of domain.BirthdayKeys.
const recordBirthdaysSQL = `
with zones as materialized (
  select name from pg_timezone_names
)
insert into award (customer_id, rule_id, rule_version, kind, cause, points, state, due_at, created_at)
select c.id, r.id, r.version, r.kind, 'BIRTHDAY:' || extract(year from d.day)::int, r.points, 'DUE', $1, $1
  from earning_rule r
 cross join business b
  join customer c on c.birthday is not null and extract(month from c.birthday) * 100 + extract(day from c.birthday) = any($2::bigint[]::numeric[])
 cross join lateral (select coalesce((select z.name from zones z where z.name = c.time_zone), b.time_zone) as name) zone
 cross join lateral (select ($1::timestamptz at time zone zone.name)::date as today, (c.birthday_at at time zone zone.name)::date as told) now
 cross join generate_series(0, 1) as back
 cross join lateral (select (c.birthday + make_interval(years => (extract(year from now.today) - extract(year from c.birthday))::int - back))::date as day) d
 where r.kind = 'BIRTHDAY' and r.starts_at <= $1 and r.ends_at > $1
   and d.day <= now.today and d.day > now.today - $3::int and now.told + $4::int <= d.day
   and (r.per_person is null or (select count(*) from award a where a.customer_id = c.id and a.kind = r.kind) < r.per_person)
on conflict on constraint award_once do nothing`

// recordProfilesSQL records the awards of profiles that were complete before there was a rule.
const recordProfilesSQL = `
insert into award (customer_id, rule_id, rule_version, kind, cause, points, state, due_at, created_at)
select c.id, r.id, r.version, r.kind, 'PROFILE', r.points, 'DUE', $1, $1
  from earning_rule r
  join customer c on c.birthday is not null and c.name is not null and (c.phone is not null or c.email is not null)
 where r.kind = 'PROFILE' and r.starts_at <= $1 and r.ends_at > $1
on conflict on constraint award_once do nothing`

// RecordAwards records the awards that no request brings: of birthdays, once a year, and of profiles that are complete. GiveAwards gives them.
func (s *Store) RecordAwards(ctx context.Context) (recorded int, err error) {
	return recorded, s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		born, err := tx.exec(ctx, recordBirthdaysSQL, tx.now, domain.BirthdayKeys(tx.now), domain.BirthdayGrace, domain.BirthdayNotice)
		if err != nil {
			return err
		}
		complete, err := tx.exec(ctx, recordProfilesSQL, tx.now)
		recorded = int(born + complete)
		return err
	})
}

// GrantPoints gives points to many customers, once each. They are recorded in one statement; GiveAwards gives them. Refusals: those of domain.CheckGrant; a customer or
// club that does not exist.
func (s *Store) GrantPoints(ctx context.Context, v domain.Viewer, g domain.PointsGrant) (granted domain.Granted, err error) {
	if domain.CheckKey(g.IdempotencyKey) != nil {
		return granted, domain.CheckGrant(g, s.now())
	}
	key, err := newOnce(v, "walletGrant", g.IdempotencyKey, g)
	if err != nil {
		return granted, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, key)
		if err != nil {
			return err
		}
		if !repeat {
			if id, err = tx.grant(ctx, v, g); err != nil {
				return err
			}
			if err := tx.settle(ctx, key, id); err != nil {
				return err
			}
		}
		var row earningRuleRow
		if err := tx.get(ctx, &row, `select `+earningRuleColumns+` from earning_rule r where r.id = $1`, id); err != nil {
			return err
		}
		granted.Rule = row.rule()
		err = tx.get(ctx, &granted.Customers, `select count(*) from award where rule_id = $1`, id)
		granted.Points = granted.Customers * granted.Rule.Points
		return err
	})
	return granted, err
}

const grantSQL = `
insert into award (customer_id, rule_id, rule_version, kind, cause, points, state, due_at, expires_at, created_at)
select c.id, r.id, r.version, r.kind, r.kind || ':' || r.id, r.points, 'DUE', $4, $5, $4
  from earning_rule r,
       (select id from customer where id = any($2::bigint[])
         union
        select customer_id from club_member where club_id = $3 and state = 'MEMBER') c
 where r.id = $1`

// grant records a grant and returns the number of its rule, which holds for no time: what it gives is given once.
func (t *Tx) grant(ctx context.Context, v domain.Viewer, g domain.PointsGrant) (id int64, err error) {
	if refused := domain.CheckGrant(g, t.now); refused != nil {
		return 0, refused
	}
	if g.ClubID != 0 {
		if _, err := t.earningTarget(ctx, domain.EarningRule{Kind: domain.EarnClub, ClubID: g.ClubID}); err != nil {
			return 0, err
		}
	}
	err = t.get(ctx, &id, `
insert into earning_rule (version, kind, name, basis_points, points, starts_at, ends_at)
select coalesce(max(version), 0) + 1, 'CAMPAIGN', $1::jsonb, 0, $2::bigint, $3::timestamptz, $3::timestamptz + interval '1 microsecond'
  from earning_rule
returning id`, asJSON(g.Name), g.Points, t.now)
	if err != nil {
		return 0, err
	}
	people, err := t.exec(ctx, grantSQL, id, orEmpty(g.CustomerIDs), g.ClubID, t.now, g.ExpiresAt)
	if err != nil {
		return 0, err
	}
	if named := len(setOf(g.CustomerIDs)); int(people) != named && g.ClubID == 0 {
		return 0, domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"customerIds"}, Rule: "customer"})
	}
	data := map[string]any{"points": g.Points, "customers": people, "club": g.ClubID}
	return id, t.audit(ctx, v, "walletGrant", "earningRule:"+strconv.FormatInt(id, 10), g.Name.In(domain.RU), data)
}

// takeBackAward takes back what a cause brought to a customer, with a reason that the customer sees: from pending or active points, and what was spent becomes debt.
func (t *Tx) takeBackAward(ctx context.Context, v domain.Viewer, customerID int64, cause, reason string) error {
	wallets, err := t.lockWallets(ctx, customerID)
	if err != nil {
		return err
	}
	var found []domain.Award
	err = t.list(ctx, &found, `
select `+awardColumns+`
  from award a
  join earning_rule r on r.id = a.rule_id
 where a.customer_id = $1 and a.cause = $2 and a.state in ('PENDING', 'ACTIVE')
   for update of a`, customerID, cause)
	if err != nil || len(found) == 0 {
		return err
	}
	a := found[0]
	lots, err := t.lots(ctx, customerID)
	if err != nil {
		return err
	}
	book, b := domain.NewLotBook(lots), newPointsBatch(wallets)
	back := domain.ReversePoints(a.Points, a.State == domain.AwardPending, wallets[customerID].Active)
	book.Burn(back.Active, 0)
	b.lots = book.Changes()
	for _, m := range []domain.Move{
		{From: domain.AccountPending, To: domain.AccountIssued, Points: back.Pending, Cause: domain.CauseAwardReversed},
		{From: domain.AccountActive, To: domain.AccountIssued, Points: back.Active, Cause: domain.CauseAwardReversed},
		{From: domain.AccountDebt, To: domain.AccountIssued, Points: back.Debt, Cause: domain.CauseAwardReversed},
	} {
		if err := b.move(customerID, m, pointsRef{ruleID: a.RuleID, staffID: v.StaffID, reason: reason}); err != nil {
			return err
		}
	}
	if _, err := t.exec(ctx, `update award set state = 'TAKEN_BACK', reason = $2 where id = $1`, a.ID, reason); err != nil {
		return err
	}
	return t.applyAndTell(ctx, b, map[int64]bool{customerID: true})
}

// EarningWays reads the rules in force and how a customer stands to them, for domain.EarningWays.
func (s *Store) EarningWays(ctx context.Context, customerID int64) ([]domain.EarningRule, domain.EarningStanding, error) {
	terms, err := s.terms(ctx)
	if err != nil {
		return nil, domain.EarningStanding{}, err
	}
	var row struct {
		FirstOrder bool                                 `db:"first_order"`
		Named      bool                                 `db:"named"`
		Birthday   bool                                 `db:"birthday"`
		Clubs      pq.Int64Array                        `db:"clubs"`
		Invited    pq.Int64Array                        `db:"invited"`
		Given      jsonOf[map[domain.EarningKind]int64] `db:"given"`
		Waiting    int64                                `db:"waiting"`
	}
	if err := s.get(ctx, &row, standingOfSQL, customerID); err != nil {
		return nil, domain.EarningStanding{}, fmt.Errorf("how customer %d stands to the ways to earn: %w", customerID, err)
	}
	standing := domain.EarningStanding{FirstOrder: row.FirstOrder, Named: row.Named, Birthday: row.Birthday, Given: row.Given.V, Waiting: row.Waiting,
		Clubs: setOf(row.Clubs), Joinable: map[int64]domain.Text{}}
	invited := setOf(row.Invited)
	for _, c := range terms.clubs {
		if c.Entry != domain.EntryByInvite || invited[c.ID] {
			standing.Joinable[c.ID] = c.Name
		}
	}
	return terms.earning(s.now()), standing, nil
}

// standingOfSQL reads what decides which ways to earn are open to a customer.
const standingOfSQL = `
select not exists (select 1 from orders o where o.customer_id = c.id and o.status <> 'CANCELLED') as first_order,
       c.name is not null as named, c.birthday is not null as birthday,
       (select array_agg(m.club_id) from club_member m where m.customer_id = c.id and m.state = 'MEMBER') as clubs,
       (select array_agg(m.club_id) from club_member m where m.customer_id = c.id and m.state = 'INVITED') as invited,
       (select coalesce(jsonb_object_agg(k.kind, k.n), '{}') from (select kind, count(*) as n from award where customer_id = c.id group by kind) k) as given,
       (select count(*) from (` + boughtSQL + `) b) as waiting
  from customer c
 where c.id = $1`
