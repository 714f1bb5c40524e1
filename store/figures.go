package store

import (
	"context"

	"kabinet/domain"
)

// This file counts what imports stored. Nothing is kept beside the rows themselves, so the figures show what is there.

// SalesFigures counts what is stored of the sales of a source; ErrNotFound when nothing was imported from it.
func (s *Store) SalesFigures(ctx context.Context, source string) (f domain.SalesFigures, err error) {
	err = s.get(ctx, &f, `
with runs as (
  select sum(rejected)::bigint as rejected from import_run where kind = 'SALES' and source = $1 having count(*) > 0
), invoice as (
  select id, external_number, customer_id, total * 10 + total_mills as mills from orders where import_source = $1
), sold as (
  select count(*) as lines, count(*) filter (where i.customer_id is null) as anonymous
    from invoice i
    join order_line l on l.order_id = i.id
), back as (
  select r.id, r.external_number, r.customer_id, r.money * 10 + r.money_mills as mills,
         (select count(distinct l.position) from refund_line l where l.refund_id = r.id) as lines
    from refund r
   where r.import_source = $1
), entry as (
  select external_number, kind, customer_id, amount * 10 + amount_mills as mills from import_entry where import_source = $1
), net as (
  select coalesce(sum(mills), 0)::bigint as mills
    from (select mills from invoice where customer_id is not null
          union all select -mills from back where customer_id is not null
          union all select mills from entry where customer_id is not null) m
)
select sold.lines + (select coalesce(sum(lines), 0) from back)::bigint + (select count(*) from entry) as lines,
       (select count(*)
          from (select external_number from invoice union select external_number from back union select external_number from entry) n) as invoices,
       (select count(*) from back) as cancelling,
       (select count(distinct external_number) from entry where kind = 'ADJUSTMENT') as adjustments,
       (select count(*) from customer where import_source = $1) as customers,
       (select count(*) from product where import_source = $1) as products,
       sold.anonymous + (select coalesce(sum(lines), 0) from back where customer_id is null)::bigint
         + (select count(*) from entry where customer_id is null) as anonymous_lines,
       runs.rejected as rejected_lines,
       (net.mills - ((net.mills % 10 + 10) % 10)) / 10 as net,
       (net.mills % 10 + 10) % 10 as net_mills,
       (select coalesce(sum(a.points), 0)::bigint from accrual a where a.order_id in (select id from invoice)) as points_earned
  from runs, sold, net`, source)
	return f, err
}

// StaysFigures counts what is stored of the stays of a source; ErrNotFound when nothing was imported from it.
func (s *Store) StaysFigures(ctx context.Context, source string) (f domain.StaysFigures, err error) {
	err = s.get(ctx, &f, `
with runs as (
  select sum(rejected)::bigint as rejected from import_run where kind = 'STAYS' and source = $1 having count(*) > 0
), booking as (
  select o.status = 'COMPLETED' as completed, '`+noShowFlag+`' = any(o.flags) as no_show, o.total * 10 + o.total_mills as mills, l.quantity as nights
    from orders o
    join order_line l on l.order_id = o.id
   where o.import_source = $1
)
select count(*) as bookings,
       count(*) filter (where not completed) as cancelled,
       count(*) filter (where no_show) as no_shows,
       count(*) filter (where completed) as completed,
       coalesce(sum(nights) filter (where completed), 0)::bigint as nights,
       (coalesce(sum(mills) filter (where completed), 0) / 10)::bigint as revenue,
       (select rejected from runs) as rejected
  from booking
having exists (select 1 from runs)`, source)
	return f, err
}

// StaysFlag is how many bookings a rule found odd.
type StaysFlag struct {
	Name  string `db:"name"`
	Count int64  `db:"count"`
}

// StaysFlags counts the bookings of a source by the rules that flagged them, by name. NO_SHOW is not odd and not among them.
func (s *Store) StaysFlags(ctx context.Context, source string) (flags []StaysFlag, err error) {
	err = s.list(ctx, &flags, `
select f.name, count(*) as count
  from orders o, unnest(o.flags) as f (name)
 where o.import_source = $1 and f.name <> $2
 group by f.name
 order by f.name`, source, noShowFlag)
	return flags, err
}

// ImportSources lists the sources that files were imported from.
func (s *Store) ImportSources(ctx context.Context) (sources []string, err error) {
	err = s.list(ctx, &sources, `select distinct source from import_run order by source`)
	return sources, err
}
