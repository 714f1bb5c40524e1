package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// This file counts for dashboards. Each statement reads the rows of its period by an index on time and nothing else, so a month costs the same whatever
// lies before it.

const dashboardDaysSQL = `
with zone as (
  select time_zone as name from business
), days as (
  select day::date as day
    from zone, generate_series(($1::timestamptz at time zone zone.name)::date, (($2::timestamptz - interval '1 microsecond') at time zone zone.name)::date, interval '1 day') as day
), placed as (
  select (placed_at at time zone zone.name)::date as day, count(*) as placed, count(*) filter (where status = 'CANCELLED') as cancelled
    from orders, zone
   where placed_at >= $1 and placed_at < $2
   group by 1
), completed as (
  select (completed_at at time zone zone.name)::date as day, count(*) as completed, (sum(total * 10 + total_mills) / 10)::bigint as revenue
    from orders, zone
   where completed_at >= $1 and completed_at < $2
   group by 1
), given_back as (
  select (at at time zone zone.name)::date as day, (sum(money * 10 + money_mills) / 10)::bigint as refunded
    from refund, zone
   where at >= $1 and at < $2
   group by 1
), promised as (
  select (promised_at at time zone zone.name)::date as day,
         count(*) filter (where promise_state = 'KEPT') as kept, count(*) filter (where promise_state = 'BROKEN') as broken
    from orders, zone
   where promised_at >= $1 and promised_at < $2
   group by 1
), points as (
  select (at at time zone zone.name)::date as day,
         coalesce(sum(points) filter (where from_account = 'ISSUED'), 0) - coalesce(sum(points) filter (where to_account = 'ISSUED'), 0) as earned,
         coalesce(sum(points) filter (where to_account = 'REDEEMED'), 0) - coalesce(sum(points) filter (where from_account = 'REDEEMED'), 0) as spent,
         coalesce(sum(points) filter (where to_account = 'EXPIRED'), 0) as expired
    from transfer, zone
   where at >= $1 and at < $2
   group by 1
), came as (
  select (created_at at time zone zone.name)::date as day, count(*) as new_customers
    from customer, zone
   where created_at >= $1 and created_at < $2
   group by 1
)
select days.day, coalesce(placed, 0) as placed, coalesce(cancelled, 0) as cancelled, coalesce(completed, 0) as completed, coalesce(revenue, 0) as revenue,
       coalesce(refunded, 0) as refunded, coalesce(kept, 0) as kept, coalesce(broken, 0) as broken, coalesce(earned, 0)::bigint as earned,
       coalesce(spent, 0)::bigint as spent, coalesce(expired, 0)::bigint as expired, coalesce(new_customers, 0) as new_customers
  from days
  left join placed using (day)
  left join completed using (day)
  left join given_back using (day)
  left join promised using (day)
  left join points using (day)
  left join came using (day)
 order by days.day`

// DashboardDays counts what happened in each day of the period [from, to), in the business's time zone.
func (s *Store) DashboardDays(ctx context.Context, from, to time.Time) (rows []domain.DashboardDay, err error) {
	err = s.list(ctx, &rows, dashboardDaysSQL, from, to)
	return rows, err
}

// TopProducts reads the products that brought in most with orders completed in the period [from, to).
func (s *Store) TopProducts(ctx context.Context, from, to time.Time, limit int) (rows []domain.ProductSales, err error) {
	err = s.list(ctx, &rows, `
select v.product_id, sum(l.quantity - l.refunded_quantity)::bigint as quantity, sum(l.total - l.refunded)::bigint as revenue
  from orders o
  join order_line l on l.order_id = o.id
  join variant v on v.id = l.variant_id
 where o.completed_at >= $1 and o.completed_at < $2
 group by v.product_id
 order by revenue desc, v.product_id
 limit $3`, from, to, limit)
	return rows, err
}

// ClubGrowths reads how each club that is not archived changed in the period [from, to).
func (s *Store) ClubGrowths(ctx context.Context, from, to time.Time) (rows []domain.ClubGrowth, err error) {
	err = s.list(ctx, &rows, `
select c.id as club_id, coalesce(f.members, 0) as members,
       (select count(*) from club_member m where m.club_id = c.id and m.state = 'MEMBER' and m.since >= $1 and m.since < $2) as joined,
       (select count(*) from club_member m where m.club_id = c.id and m.state in ('LEFT', 'LAPSED', 'BANNED') and m.since >= $1 and m.since < $2) as left_club
  from club c
  left join club_figures f on f.club_id = c.id
 where c.archived_at is null
 order by c.position, c.id`, from, to)
	return rows, err
}

// Cohorts counts the customers whose first completed order was placed in the period [from, to) by its month, and in which months of the period they
// ordered again. Months are those of the business's time zone.
func (s *Store) Cohorts(ctx context.Context, from, to time.Time) ([]domain.Cohort, error) {
	var cells []domain.CohortCell
	err := s.list(ctx, &cells, `
with came as (
  select distinct customer_id
    from orders
   where placed_at >= $1 and placed_at < $2 and customer_id is not null and status in ('COMPLETED', 'REFUNDED')
), newcomer as (
  select came.customer_id, date_trunc('month', begun.placed_at at time zone b.time_zone) as month
    from came
   cross join business b
   cross join lateral (select o.placed_at
                         from orders o
                        where o.customer_id = came.customer_id and o.status in ('COMPLETED', 'REFUNDED')
                        order by o.placed_at
                        limit 1) begun
   where begun.placed_at >= $1
), ordered as (
  select distinct n.customer_id, n.month, date_trunc('month', o.placed_at at time zone b.time_zone) as again
    from newcomer n
   cross join business b
    join orders o on o.customer_id = n.customer_id
   where o.placed_at >= $1 and o.placed_at < $2 and o.status in ('COMPLETED', 'REFUNDED')
)
select month, (extract(year from age(again, month)) * 12 + extract(month from age(again, month)))::bigint as later, count(*) as customers
  from ordered
 group by 1, 2
 order by 1, 2`, from, to)
	if err != nil {
		return nil, err
	}
	b, err := s.Business(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return domain.Cohorts(cells, to.Add(-time.Microsecond).In(zone)), nil
}
