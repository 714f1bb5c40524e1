package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// fillCatalogue makes 8 categories and 200 products of one variant each, the odd ones goods with large stock, and staff number 1.
var fillCatalogue = []string{
	`insert into staff (name, email, role, on_duty, locale, created_at) values ('Ольга', 'boss@example.org', 'ADMIN', true, 'ru', now())`,
	`insert into category (slug, name, position)
	 select 'category-' || i, jsonb_build_object('ru', 'Раздел ' || i, 'en', 'Category ' || i), i from generate_series(1, 8) i`,
	`insert into product (slug, kind, status, name, description, category_id, position, expect, created_at)
	 select 'product-' || i, case i % 2 when 1 then 'GOODS' else 'SERVICE' end, 'ACTIVE',
	        jsonb_build_object('ru', 'Товар или услуга номер ' || i, 'en', 'Goods or service number ' || i),
	        jsonb_build_object('ru', repeat('Подробное описание того, что получит клиент. ', 6), 'en', repeat('What the customer gets, in detail. ', 8)),
	        1 + i % 8, i, '{"leadTimeMinutes": 90, "durationMinutes": 60}', now() - i * interval '1 hour'
	   from generate_series(1, 200) i`,
	`insert into variant (product_id, sku, name, price) select id, 'SKU-' || id, '{}', 10000 + 137 * id from product order by id`,
	`insert into stock (variant_id, on_hand) select id, 100000000 from variant where id % 2 = 1`,
}

// apart keeps the numbers of lots and orders away from those of customers and from small constants, to tell them apart on the wire.
const apart = `select setval(pg_get_serial_sequence('lot', 'id'), 5000000), setval(pg_get_serial_sequence('orders', 'id'), 70000000),
       setval('order_number', 30000000)`

// fillCustomers makes customers with a wallet of 1,000,000 points in one lot. %[1]d is how many.
const fillCustomers = `
with made as (
  insert into customer (name, phone, email, locale, created_at)
  select 'Имя Фамилия ' || i, '+7999' || lpad(i::text, 7, '0'), 'customer-' || i || '@example.com', 'ru', now() - interval '2 years' + i * interval '1 second'
    from generate_series(1, %[1]d) i
  returning id
), figures as (
  insert into customer_figures (customer_id) select id from made
), wallets as (
  insert into wallet (customer_id, active) select id, 1000000 from made
), lots as (
  insert into lot (customer_id, points, remaining, expires_at, created_at) select id, 1000000, 1000000, now() + interval '1 year', now() from made
)
insert into transfer (customer_id, from_account, to_account, points, cause, at, active_after, pending_after, held_after, debt_after)
select id, 'ISSUED', 'ACTIVE', 1000000, 'ADJUSTED', now(), 1000000, 0, 0, 0 from made`

// fillOrders makes orders of two lines over the last three years, ten for each of the customers, with timeline, the points that half of them
// earned and the promises of those that are open. %[1]d is how many orders, %[2]d how many customers.
var fillOrders = []string{`
insert into orders (id, number, customer_id, status, currency, subtotal, total, points_to_earn, promised_at, promise_state, locale, version, placed_at,
                    confirmed_at, completed_at, cancelled_at, refunded_at)
select i, 'R-' || 10000 + i, 1 + i::bigint * 7919 %% %[2]d, status, 'RUB', 45000, 45000, 22,
       case when open then at + interval '2 years' end, case when open then 'OPEN' end, 'ru', 1, at,
       case when status <> 'NEW' then at end, case when status in ('COMPLETED', 'REFUNDED') then at + interval '3 days' end,
       case when status = 'CANCELLED' then at + interval '1 hour' end, case when status = 'REFUNDED' then at + interval '5 days' end
  from (select i, now() - interval '3 years' + (interval '3 years' * i) / %[1]d as at, status, status in ('NEW', 'CONFIRMED', 'IN_PROGRESS', 'READY') as open
          from generate_series(1, %[1]d) i,
               lateral (select case when i * 7 %% 100 < 4 then 'NEW' when i * 7 %% 100 < 7 then 'CONFIRMED' when i * 7 %% 100 < 10 then 'IN_PROGRESS'
                                    when i * 7 %% 100 < 13 then 'READY' when i * 7 %% 100 < 18 then 'CANCELLED' when i * 7 %% 100 < 20 then 'REFUNDED'
                                    else 'COMPLETED' end as status) s) o`, `
insert into order_line (order_id, position, variant_id, sku, name, kind, quantity, unit_price, subtotal, total, rule_id, points_to_earn)
select i, p, 1 + (i + p) %% 200, 'SKU-' || 1 + (i + p) %% 200, '{"ru": "Товар или услуга", "en": "Goods or service"}',
       case (1 + (i + p) %% 200) %% 2 when 1 then 'GOODS' else 'SERVICE' end, 1, 22500, 22500, 22500, 1, 11
  from generate_series(1, %[1]d) i, generate_series(1, 2) p`, `
insert into timeline (order_id, at, kind, public, actor)
select i, now() - interval '3 years' + (interval '3 years' * i) / %[1]d, kind, true, actor
  from generate_series(1, %[1]d) i, (values ('PLACED', 'CUSTOMER'), ('COMPLETED', 'STAFF')) as k (kind, actor)`, `
insert into transfer (customer_id, from_account, to_account, points, cause, order_id, rule_id, at, active_after, pending_after, held_after, debt_after)
select 1 + i::bigint * 7919 %% %[2]d, 'ISSUED', 'PENDING', 22, 'ORDER_EARNED', i, 1, now(), 1000000, 22, 0, 0
  from generate_series(2, %[1]d, 2) i`, `
update wallet w
   set pending = t.pending
  from (select customer_id, sum(points) as pending from transfer where to_account = 'PENDING' group by customer_id) t
 where w.customer_id = t.customer_id`,
	`select setval(pg_get_serial_sequence('orders', 'id'), %[1]d + 1), setval('order_number', 10001 + %[1]d)`,
}

// Fill makes a business with so many customers and past orders, ten or so for each, in sets; orders may be 0. The rows refer to each other as they
// should, but the references are not checked when the role may leave that out: it would take as long as all the rest.
func Fill(ctx context.Context, dsn string, customers, orders int) (err error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	statements := append(slices.Clone(fillCatalogue), apart, fmt.Sprintf(fillCustomers, customers))
	if orders > 0 {
		_, err := conn.ExecContext(ctx, "set session_replication_role = replica")
		if err != nil && pq.As(err, pqerror.InsufficientPrivilege) == nil {
			return err
		}
		for _, s := range fillOrders {
			statements = append(statements, fmt.Sprintf(s+" /* %[1]d, %[2]d */", orders, customers))
		}
	}
	for _, s := range append(statements, "vacuum analyze") {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%.80s: %w", s, err)
		}
	}
	return nil
}
