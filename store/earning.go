package store

import (
	"context"
	"strconv"
	"time"

	"kabinet/domain"
)

// This file is the rules by which orders earn points, as staff set them. A rule is never changed but for its end; what an order earns is fixed when it is
// placed, so nothing is computed backwards.

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

const earningRuleColumns = `r.id, r.version, r.name, r.basis_points, case when isfinite(r.starts_at) then r.starts_at end as starts_at,
       case when isfinite(r.ends_at) then r.ends_at end as ends_at`

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

// SetEarningRule lets orders earn a share from a date on; the rule in force then ends with it, later ones stay. Refusals: those of
// domain.CheckEarningRule.
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

func (t *Tx) setEarningRule(ctx context.Context, v domain.Viewer, d domain.EarningRuleDraft) (id int64, err error) {
	starts := d.StartsAt
	if starts.IsZero() {
		starts = t.now
	}
	d.StartsAt = starts.UTC().Truncate(time.Microsecond)
	if refused := domain.CheckEarningRule(d, t.now); refused != nil {
		return 0, refused
	}
	if _, err := t.exec(ctx, `lock table earning_rule in share row exclusive mode`); err != nil {
		return 0, err
	}
	if _, err := t.exec(ctx, `update earning_rule set ends_at = $1 where starts_at < $1 and ends_at > $1`, d.StartsAt); err != nil {
		return 0, err
	}
	err = t.get(ctx, &id, `
insert into earning_rule (version, name, basis_points, starts_at, ends_at)
select coalesce(max(version), 0) + 1, $1::jsonb, $2::bigint, $3::timestamptz,
       coalesce((select min(starts_at) from earning_rule where starts_at > $3), 'infinity')
  from earning_rule
returning id`, asJSON(d.Words()), d.Share, d.StartsAt)
	if err != nil {
		return 0, err
	}
	return id, t.audit(ctx, v, "earningRuleSet", "earningRule:"+strconv.FormatInt(id, 10), "", map[string]int64{"basisPoints": d.Share})
}

// RetireEarningRule ends a rule now: orders placed later earn nothing until another rule begins. Refusal: NOT_FOUND for a rule that does not exist, has ended or
// has not begun.
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

// PreviewEarningRule computes what a share would have cost on the orders that were completed in the half-open period [from, to), each floored once as when
// it is placed, beside what they did earn. Refunds are not looked at.
func (s *Store) PreviewEarningRule(ctx context.Context, share int64, from, to time.Time) (domain.RulePreview, error) {
	var p domain.RulePreview
	if refused := domain.CheckEarningRule(domain.EarningRuleDraft{Share: share}, time.Time{}); refused != nil || !from.Before(to) {
		return p, domain.Errorf(domain.Invalid, "the percent is more than 0 and at most 100, and the period begins before it ends")
	}
	terms, err := s.terms(ctx)
	if err != nil {
		return p, err
	}
	err = s.get(ctx, &p, `
select count(*) as orders, coalesce(sum(total), 0)::bigint as paid,
       coalesce(sum(greatest(total * 10 + total_mills, 0) * $1 / 10000 / ($2 * 10)), 0)::bigint as would_earn,
       coalesce(sum(points_to_earn), 0)::bigint as did_earn
  from orders
 where customer_id is not null and status in ('COMPLETED', 'REFUNDED') and completed_at >= $3 and completed_at < $4`,
		share, terms.business.Points.PointMinor, from, to)
	p.CurrencyISO = terms.business.CurrencyCode
	return p, err
}
