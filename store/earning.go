package store

import (
	"context"
	"strconv"
	"time"

	"kabinet/domain"
)

// This file is the rules by which points are earned, as staff set them. A rule is never changed but for its end; what an order earns is fixed when it is
// placed and what an event brings when it comes, so nothing is computed backwards.

type earningRuleRow struct {
	domain.EarningRule
	NameJSON jsonOf[domain.Text] `db:"name"`
	StartsAt *time.Time          `db:"starts_at"`
	EndsAt   *time.Time          `db:"ends_at"`
}

func (r earningRuleRow) rule() domain.EarningRuleDates {
	r.Name = r.NameJSON.V
	return domain.EarningRuleDates{EarningRule: r.EarningRule, StartsAt: r.StartsAt, EndsAt: r.EndsAt}
}

// holds says whether the rule holds at an instant.
func (r earningRuleRow) holds(at time.Time) bool {
	return (r.StartsAt == nil || !at.Before(*r.StartsAt)) && (r.EndsAt == nil || at.Before(*r.EndsAt))
}

const earningRuleColumns = `r.id, r.version, r.kind, r.name, r.basis_points, coalesce(r.category_id, 0) as category_id, coalesce(r.product_id, 0) as product_id,
       coalesce(r.club_id, 0) as club_id, r.points, r.lifetime_days, r.per_person, r.pending,
       case when isfinite(r.starts_at) then r.starts_at end as starts_at, case when isfinite(r.ends_at) then r.ends_at end as ends_at`

// AllEarningRules reads every rule there was, is and will be, the latest first.
func (s *Store) AllEarningRules(ctx context.Context) ([]domain.EarningRuleDates, error) {
	var rows []earningRuleRow
	err := s.list(ctx, &rows, `select `+earningRuleColumns+` from earning_rule r order by r.starts_at desc, r.id desc`)
	return column(rows, earningRuleRow.rule), err
}

// EarningRulesByID reads rules by their row numbers; those that do not exist are left out.
func (s *Store) EarningRulesByID(ctx context.Context, ids []int64) (map[int64]domain.EarningRuleDates, error) {
	var rows []earningRuleRow
	err := s.list(ctx, &rows, `select `+earningRuleColumns+` from earning_rule r where r.id = any($1)`, orEmpty(ids))
	return byKey(column(rows, earningRuleRow.rule), func(r domain.EarningRuleDates) int64 { return r.ID }), err
}

// SetEarningRule lets points be earned by a rule from a date on; the rule of the same kind and target in force then ends with it, later ones stay, and rules of
// other kinds hold beside it. Refusals: those of domain.CheckEarningRule; a category, product or club that does not exist.
func (s *Store) SetEarningRule(ctx context.Context, v domain.Viewer, d domain.EarningRuleDraft) (domain.EarningRuleDates, error) {
	if refused := domain.CheckKey(d.IdempotencyKey); refused != nil {
		return domain.EarningRuleDates{}, refused
	}
	key, err := newOnce(v, "earningRuleSet", d.IdempotencyKey, d)
	if err != nil {
		return domain.EarningRuleDates{}, err
	}
	var row earningRuleRow
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, key)
		if err != nil {
			return err
		}
		if !repeat {
			if id, err = tx.setEarningRule(ctx, v, d); err != nil {
				return err
			}
			if err := tx.settle(ctx, key, id); err != nil {
				return err
			}
		}
		return tx.get(ctx, &row, `select `+earningRuleColumns+` from earning_rule r where r.id = $1`, id)
	})
	return row.rule(), err
}

// sameSlot finds the rules that follow each other: those of one kind and target.
const sameSlot = `kind = $2 and (coalesce(category_id, 0), coalesce(product_id, 0), coalesce(club_id, 0)) = ($3::bigint, $4::bigint, $5::bigint)`

func (t *Tx) setEarningRule(ctx context.Context, v domain.Viewer, d domain.EarningRuleDraft) (id int64, err error) {
	starts := d.StartsAt
	if starts.IsZero() {
		starts = t.now
	}
	d.StartsAt = starts.UTC().Truncate(time.Microsecond)
	if refused := domain.CheckEarningRule(d, t.now); refused != nil {
		return 0, refused
	}
	name, err := t.earningTarget(ctx, d.EarningRule)
	if err != nil {
		return 0, err
	}
	if _, err := t.exec(ctx, `lock table earning_rule in share row exclusive mode`); err != nil {
		return 0, err
	}
	_, err = t.exec(ctx, `update earning_rule set ends_at = $1 where starts_at < $1 and ends_at > $1 and `+sameSlot,
		d.StartsAt, d.Kind, d.CategoryID, d.ProductID, d.ClubID)
	if err != nil {
		return 0, err
	}
	err = t.get(ctx, &id, `
insert into earning_rule (version, kind, category_id, product_id, club_id, name, basis_points, points, lifetime_days, per_person, pending, starts_at, ends_at)
select coalesce(max(version), 0) + 1, $2::text, nullif($3, 0::bigint), nullif($4, 0::bigint), nullif($5, 0::bigint), $6::jsonb, $7::bigint, $8::bigint,
       $9::bigint, $10::bigint, $11::bool, $1::timestamptz,
       coalesce(min(starts_at) filter (where starts_at > $1 and `+sameSlot+`), 'infinity')
  from earning_rule
returning id`, d.StartsAt, d.Kind, d.CategoryID, d.ProductID, d.ClubID, asJSON(d.Words(name)), d.Share, d.Points, d.LifetimeDays, d.PerPerson, d.Pending)
	if err != nil {
		return 0, err
	}
	data := map[string]any{"kind": d.Kind, "basisPoints": d.Share, "points": d.Points}
	return id, t.audit(ctx, v, "earningRuleSet", "earningRule:"+strconv.FormatInt(id, 10), "", data)
}

// earningTarget reads the name of what a rule is about; empty when it is about nothing. Refusal: NOT_FOUND for a target that does not exist.
func (t *Tx) earningTarget(ctx context.Context, r domain.EarningRule) (domain.Text, error) {
	var sql, field string
	var id int64
	switch r.Kind {
	case domain.EarnCategory:
		sql, id, field = `select name from category where id = $1`, r.CategoryID, "category"
	case domain.EarnProduct:
		sql, id, field = `select name from product where id = $1`, r.ProductID, "product"
	case domain.EarnClub:
		sql, id, field = `select name from club where id = $1`, r.ClubID, "club"
	default:
		return domain.Text{}, nil
	}
	var names []jsonOf[domain.Text]
	if err := t.list(ctx, &names, sql, id); err != nil {
		return domain.Text{}, err
	}
	if len(names) == 0 {
		return domain.Text{}, domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{field + "Id"}, Rule: field})
	}
	return names[0].V, nil
}

// RetireEarningRule ends a rule now: nothing is earned by it later, until another one of its kind begins. Refusal: NOT_FOUND for a rule that does not exist, has
// ended or has not begun.
func (s *Store) RetireEarningRule(ctx context.Context, v domain.Viewer, id int64) (domain.EarningRuleDates, error) {
	var row earningRuleRow
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, `update earning_rule set ends_at = $2 where id = $1 and starts_at < $2 and ends_at > $2`, id, tx.now)
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"ruleId"}})
		}
		if err := tx.audit(ctx, v, "earningRuleRetire", "earningRule:"+strconv.FormatInt(id, 10), "", nil); err != nil {
			return err
		}
		return tx.get(ctx, &row, `select `+earningRuleColumns+` from earning_rule r where r.id = $1`, id)
	})
	return row.rule(), err
}

// previewSQL computes a share on past orders: each order once, of the lines that are meant, floored as when it is placed. would_add is what it brings beyond what
// those lines earned by the rules of their time.
const previewSQL = `
with meant as (
  select o.id, sum(l.total * 10 + l.total_mills) as mills, sum(l.points_to_earn) as did
    from orders o
    join order_line l on l.order_id = o.id
    left join variant v on v.id = l.variant_id
    left join product p on p.id = v.product_id
   where o.customer_id is not null and o.status in ('COMPLETED', 'REFUNDED') and o.completed_at >= $3 and o.completed_at < $4
     and ($5 <> 'CATEGORY' or p.category_id = $6)
     and ($5 <> 'PRODUCT' or p.id = $7)
     and ($5 <> 'CLUB' or exists (select 1 from club_member m where m.club_id = $8 and m.customer_id = o.customer_id and m.state = 'MEMBER'))
     and ($5 <> 'FIRST_ORDER' or not exists (select 1
                                               from orders e
                                              where e.customer_id = o.customer_id and e.status <> 'CANCELLED' and (e.placed_at, e.id) < (o.placed_at, o.id)))
   group by o.id
), would as (
  select mills, did, (greatest(mills, 0) * $1 / 10000 / ($2 * 10))::bigint as points
    from (select mills::bigint, did::bigint from meant) m
)
select count(*) as orders, coalesce(sum(mills / 10), 0)::bigint as paid, coalesce(sum(points), 0)::bigint as would_earn,
       coalesce(sum(did), 0)::bigint as did_earn, coalesce(sum(greatest(points - did, 0)), 0)::bigint as would_add
  from would`

// PreviewEarningRule computes what a share would have cost on the orders that were completed in the half-open period [from, to), beside what they did
// earn. Club rules look at those who are members now. Refunds and multipliers of clubs are not looked at.
func (s *Store) PreviewEarningRule(ctx context.Context, r domain.EarningRule, from, to time.Time) (domain.RulePreview, error) {
	var p domain.RulePreview
	if refused := domain.CheckEarningRule(domain.EarningRuleDraft{EarningRule: r}, time.Time{}); refused != nil || !r.Kind.OfOrders() || !from.Before(to) {
		return p, domain.Errorf(domain.Invalid, "give a kind of orders with its category, product or club, a percent above 0 and at most 100, and a period that begins before it ends")
	}
	terms, err := s.terms(ctx)
	if err != nil {
		return p, err
	}
	err = s.get(ctx, &p, previewSQL, r.Share, terms.business.Points.PointMinor, from, to, string(r.Kind), r.CategoryID, r.ProductID, r.ClubID)
	p.CurrencyISO = terms.business.CurrencyCode
	return p, err
}
