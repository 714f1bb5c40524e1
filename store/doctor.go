package store

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Finding is an invariant of the business that does not hold, with the rows that break it.
type Finding struct {
	Check string   `json:"check"`
	Rule  string   `json:"rule"`
	IDs   []string `json:"ids"` // what breaks the rule, for example "customer 12: active 5, ledger 4"; at most FindingIDs
	Count int64    `json:"count"`
}

// FindingIDs is how many offenders a finding names.
const FindingIDs = 20

// check is an invariant: a query of the rows that break it, one text each.
type check struct{ name, rule, sql string }

// Examine checks every invariant of the business and returns those that do not hold, and how many were checked. Each is read in a snapshot of its
// own, so it may run beside a serving Kabinet.
func (s *Store) Examine(ctx context.Context) (findings []Finding, checked int, err error) {
	return s.ExamineTimed(ctx, func(string, time.Duration) {})
}

// ExamineTimed is Examine, and tells how long each check took.
func (s *Store) ExamineTimed(ctx context.Context, took func(check string, d time.Duration)) (findings []Finding, checked int, err error) {
	for _, c := range slices.Concat(checks, referralChecks) {
		var rows []struct {
			ID    string `db:"id"`
			Count int64  `db:"n"`
		}
		began := time.Now()
		query := fmt.Sprintf("with broken (id) as (%s)\nselect id, count(*) over () as n from broken order by id limit %d", c.sql, FindingIDs)
		if err := s.db.SelectContext(ctx, &rows, query); err != nil {
			return nil, checked, fmt.Errorf("check %s: %w", c.name, err)
		}
		took(c.name, time.Since(began))
		checked++
		if len(rows) == 0 {
			continue
		}
		f := Finding{Check: c.name, Rule: c.rule, Count: rows[0].Count}
		for _, r := range rows {
			f.IDs = append(f.IDs, r.ID)
		}
		findings = append(findings, f)
	}
	return findings, checked, nil
}

var checks = []check{
	{"ledger-sum", "all entries of the ledger sum to 0", `
select 'sum ' || sum(points) from entry having sum(points) <> 0`},
	{"wallet-ledger", "each part of a wallet equals the sum of its entries", `
select 'customer ' || w.customer_id || ': wallet ' || concat_ws('/', w.active, w.pending, w.held, w.debt) || ', ledger ' ||
       concat_ws('/', coalesce(e.active, 0), coalesce(e.pending, 0), coalesce(e.held, 0), coalesce(e.debt, 0))
  from wallet w
  left join (select customer_id,
                    sum(points) filter (where account = 'ACTIVE') as active, sum(points) filter (where account = 'PENDING') as pending,
                    sum(points) filter (where account = 'HELD') as held, -sum(points) filter (where account = 'DEBT') as debt
               from entry group by customer_id) e using (customer_id)
 where (w.active, w.pending, w.held, w.debt) is distinct from
       (coalesce(e.active, 0), coalesce(e.pending, 0), coalesce(e.held, 0), coalesce(e.debt, 0))`},
	{"wallet-last-entry", "the last movement shows the wallet as it is", `
select 'customer ' || w.customer_id
  from wallet w
  join lateral (select active_after, pending_after, held_after, debt_after
                  from transfer t where t.customer_id = w.customer_id order by id desc limit 1) t on true
 where (w.active, w.pending, w.held, w.debt) is distinct from (t.active_after, t.pending_after, t.held_after, t.debt_after)`},
	{"wallet-lots", "active and held points lie in lots", `
select 'customer ' || w.customer_id || ': wallet ' || w.active || '/' || w.held || ', lots ' || coalesce(l.remaining, 0) || '/' || coalesce(l.held, 0)
  from wallet w
  left join (select customer_id, sum(remaining) as remaining, sum(held) as held from lot group by customer_id) l using (customer_id)
 where (w.active, w.held) is distinct from (coalesce(l.remaining, 0), coalesce(l.held, 0))`},
	{"wallet-pending", "pending points are accruals, rewards and awards that have not matured", `
select 'customer ' || w.customer_id || ': wallet ' || w.pending || ', accruals, rewards and awards ' || coalesce(a.points, 0)
  from wallet w
  left join (select customer_id, sum(points - reversed) as points
               from (select customer_id, points, reversed from accrual where state = 'PENDING'
                      union all
                     select customer_id, points, reversed from referral_reward where state = 'PENDING'
                      union all
                     select customer_id, points, 0 from award where state = 'PENDING') p
              group by customer_id) a using (customer_id)
 where w.pending <> coalesce(a.points, 0)`},
	{"wallet-debt", "points are owed only while none are active", `
select 'customer ' || customer_id from wallet where debt > 0 and active > 0`},
	{"customer-wallet", "every customer has a wallet and figures", `
select 'customer ' || c.id
  from customer c
  left join wallet w on w.customer_id = c.id
  left join customer_figures f on f.customer_id = c.id
 where w.customer_id is null or f.customer_id is null`},
	{"staff-left", "who left the staff has no session of theirs", `
select 'staff ' || s.id
  from staff s
 where s.left_at is not null and exists (select from session x where x.staff_id = s.id and x.ended_at is null)`},
	{"hold-lots", "a hold equals what it took from lots", `
select 'order ' || h.order_id || ': hold ' || h.points || ', lots ' || coalesce(l.points, 0)
  from hold h
  left join (select order_id, sum(points) as points from hold_lot group by order_id) l using (order_id)
 where h.points <> coalesce(l.points, 0)`},
	{"lot-holds", "held points of a lot belong to open holds", `
select 'lot ' || l.id || ': held ' || l.held || ', holds ' || coalesce(h.points, 0)
  from lot l
  left join (select hl.lot_id, sum(hl.points) as points from hold_lot hl join hold h using (order_id) where h.state = 'HELD' group by hl.lot_id) h on h.lot_id = l.id
 where l.held <> coalesce(h.points, 0)`},
	{"order-hold", "an order's hold fits its state", `
select 'order ' || o.id || ': ' || o.status || ', spent ' || o.points_spent || ', hold ' || coalesce(h.state || ' ' || h.points, 'none')
  from orders o
  left join hold h on h.order_id = o.id
 where (o.points_spent > 0 or h.order_id is not null)
   and (coalesce(h.points, 0) <> o.points_spent
        or h.state is distinct from case when o.status in ('COMPLETED', 'REFUNDED') then 'CAPTURED' when o.status = 'CANCELLED' then 'RELEASED' else 'HELD' end)`},
	{"order-lines", "lines sum to the order", `
select 'order ' || o.id
  from orders o
  left join (select order_id, sum(subtotal) as subtotal, sum(total * 10 + total_mills) as total, sum(points_spent) as spent, sum(points_to_earn) as earn
               from order_line group by order_id) l on l.order_id = o.id
 where (o.total * 10 + o.total_mills, o.points_spent, o.points_to_earn) is distinct from (coalesce(l.total, 0), coalesce(l.spent, 0), coalesce(l.earn, 0))
    or o.source = 'LIVE' and o.subtotal is distinct from l.subtotal`},
	{"order-refunds", "refunds sum to the order", `
select 'order ' || o.id || ': ' || o.refunded || ', refunds ' || coalesce(r.money, 0)
  from orders o
  left join (select order_id, sum(money) as money from refund where order_id is not null group by order_id) r on r.order_id = o.id
 where o.source = 'LIVE' and o.refunded <> coalesce(r.money, 0)`},
	{"line-refunds", "refund lines sum to the order line", `
select 'order line ' || l.id
  from order_line l
  join (select order_line_id, sum(money) as money, sum(quantity) as quantity, sum(points_back) as back, sum(points_reversed) as reversed
          from refund_line where order_line_id is not null group by order_line_id) r on r.order_line_id = l.id
 where not l.imported
   and (l.refunded, l.refunded_quantity, l.refunded_points, l.reversed_points) is distinct from (r.money, r.quantity, r.back, r.reversed)`},
	{"line-accruals", "what a line earned is what its accruals say", `
select 'order line ' || l.id
  from accrual a
  join order_line l on l.id = a.order_line_id
 where (a.points, a.reversed) is distinct from (l.points_to_earn, l.reversed_points)`},
	{"accrual-origin", "an accrual belongs to its line's order, customer and rule", `
select 'accrual ' || a.id
  from accrual a
  join order_line l on l.id = a.order_line_id
  join orders o on o.id = l.order_id
  left join earning_rule r on r.id = a.rule_id
 where (a.order_id, a.customer_id, a.rule_id) is distinct from (l.order_id, o.customer_id, r.id)`},
	{"award-entries", "what events brought is what their awards say", `
select 'customer ' || customer_id || ': awards ' || concat_ws('/', coalesce(a.given, 0), coalesce(a.back, 0)) || ', entries ' || concat_ws('/', coalesce(t.given, 0), coalesce(t.back, 0))
  from (select customer_id, sum(points) as given, sum(points) filter (where state = 'TAKEN_BACK') as back
          from award where state <> 'DUE' group by customer_id) a
  full join (select customer_id, sum(points) filter (where cause = 'AWARDED') as given, sum(points) filter (where cause = 'AWARD_REVERSED') as back
               from transfer where cause in ('AWARDED', 'AWARD_REVERSED') group by customer_id) t using (customer_id)
 where (coalesce(a.given, 0), coalesce(a.back, 0)) is distinct from (coalesce(t.given, 0), coalesce(t.back, 0))`},
	{"order-accruals", "a completed order has earned what it was to earn", `
select 'order ' || o.id || ': ' || o.points_to_earn || ', accruals ' || coalesce(a.points, 0)
  from orders o
  left join (select order_id, sum(points) as points from accrual group by order_id) a on a.order_id = o.id
 where o.customer_id is not null
   and coalesce(a.points, 0) <> case when o.status in ('COMPLETED', 'REFUNDED') then o.points_to_earn else 0 end`},
	{"customer-figures", "what a customer brought in is the sum of orders and refunds", `
select 'customer ' || f.customer_id || ': ' || f.net_mills || ', orders and refunds ' || coalesce(o.paid, 0) - coalesce(r.refunded, 0)
  from customer_figures f
  left join (select customer_id, sum(total * 10 + total_mills) as paid, count(*) as orders
               from orders where status in ('COMPLETED', 'REFUNDED') group by customer_id) o using (customer_id)
  left join (select customer_id, sum(money * 10 + money_mills) as refunded from refund group by customer_id) r using (customer_id)
 where (f.paid * 10 + f.paid_mills, f.refunded * 10 + f.refunded_mills, f.completed_orders)
       is distinct from (coalesce(o.paid, 0), coalesce(r.refunded, 0), coalesce(o.orders, 0))`},
	{"order-promise", "an order's promised date is the last one promised", `
select 'order ' || o.id
  from orders o
  join lateral (select promised_at from promise p where p.order_id = o.id order by id desc limit 1) p on true
 where o.promised_at is distinct from p.promised_at`},
	{"order-timeline", "the story of an order begins once, with its placing", `
select 'order ' || o.id
  from orders o
  left join (select order_id, count(*) filter (where kind = 'PLACED') as placed from timeline group by order_id) t on t.order_id = o.id
 where o.source = 'LIVE' and coalesce(t.placed, 0) <> 1`},
	{"order-events", "an order that was placed lately has told of it", `
select 'order ' || o.id
  from orders o
 where o.source = 'LIVE' and o.placed_at > now() - interval '6 days'
   and not exists (select 1 from event e where e.order_id = o.id and e.kind = 'ORDER_PLACED')`},
	{"product-price", "a product's lowest price is that of its variants", `
select 'product ' || p.id
  from product p
  left join (select product_id, min(price) as price from variant where active group by product_id) v on v.product_id = p.id
 where p.min_price is distinct from v.price`},
	{"product-rating", "a product's rating is that of the reviews shown", `
select 'product ' || product_id || ': ' || concat_ws('/', coalesce(r.reviews, 0), coalesce(r.stars, 0)) || ', reviews ' || concat_ws('/', coalesce(v.n, 0), coalesce(v.stars, 0))
  from product_rating r
  full join (select product_id, count(*) as n, sum(rating) as stars from review where hidden_at is null group by product_id) v using (product_id)
 where (coalesce(r.reviews, 0), coalesce(r.stars, 0)) is distinct from (coalesce(v.n, 0), coalesce(v.stars, 0))`},
	{"club-members", "a club's count of members is that of its memberships", `
select 'club ' || c.id || ': counted ' || coalesce(f.members::text, 'none') || ', members ' || coalesce(m.n, 0)
  from club c
  left join club_figures f on f.club_id = c.id
  left join (select club_id, count(*) as n from club_member where state = 'MEMBER' group by club_id) m on m.club_id = c.id
 where f.members is distinct from coalesce(m.n, 0)`},
	{"post-comments", "a post's count of comments is that of those shown", `
select 'post ' || p.id || ': counted ' || p.comments || ', shown ' || coalesce(c.n, 0)
  from post p
  left join (select thread_id, count(*) as n from post where thread_id is not null and hidden_at is null and removed_at is null group by thread_id) c
    on c.thread_id = p.id
 where p.comments <> coalesce(c.n, 0)`},
	{"post-reactions", "a post's counts of reactions are those of its reactions", `
select 'post ' || p.id
  from post p
  left join (select post_id, jsonb_object_agg(kind, n) as counts
               from (select post_id, kind, count(*) as n from reaction group by post_id, kind) k group by post_id) r on r.post_id = p.id
 where p.reactions is distinct from coalesce(r.counts, '{}')`},
	{"club-offers", "an offer's count of pieces is that of its uses", `
select 'offer ' || o.id || ': counted ' || coalesce(f.used::text, 'none') || ', used ' || coalesce(u.n, 0)
  from club_offer o
  left join club_offer_figures f on f.offer_id = o.id
  left join (select offer_id, sum(quantity) as n from club_offer_use group by offer_id) u on u.offer_id = o.id
 where f.used is distinct from coalesce(u.n, 0) or f.used > o.total`},
	{"customer-erased", "nothing personal is left of an erased customer", `
select 'customer ' || c.id
  from customer c
 where c.erased_at is not null
   and (exists (select 1 from session s where s.customer_id = c.id and (s.ended_at is null or s.user_agent is not null))
        or exists (select 1 from device d where d.customer_id = c.id)
        or exists (select 1 from device_owner d where d.customer_id = c.id)
        or exists (select 1 from orders o where o.customer_id = c.id and (o.note is not null or o.cancel_reason is not null))
        or exists (select 1 from club_member m where m.customer_id = c.id and m.state in ('MEMBER', 'REQUESTED', 'INVITED')))`},
	{"family-account", "no points are on their way between wallets", `
select 'sum ' || sum(points) from entry where account = 'FAMILY' having sum(points) <> 0`},
	{"points-transfers", "a transfer that is done is a movement out of one wallet and one into the other", `
select 'points transfer ' || p.id
  from points_transfer p
  left join transfer s on s.id = p.sent_entry_id
  left join transfer r on r.id = p.received_entry_id
 where p.state = 'DONE'
   and ((s.customer_id, s.points, s.cause) is distinct from (p.sender_id, p.points, 'FAMILY_SENT')
        or (r.customer_id, r.points, r.cause) is distinct from (p.receiver_id, p.points, 'FAMILY_RECEIVED'))`},
	{"picture-sizes", "every picture has a size", `
select 'picture ' || f.id
  from picture_file f
 where not exists (select 1 from media m where m.hash = f.name)`},
	{"picture-shown", "a picture is kept exactly as long as something shows it", `
select 'picture ' || f.id || ': loose since ' || coalesce(f.loose_since::text, 'never')
  from picture_file f
 where (f.loose_since is null) <> ` + shownSQL + ``},
	{"keys-settled", "every idempotency key has a result", `
select actor || ' ' || operation || ' ' || key from idempotency_key where result_id is null`},
	{"imports", "an import that has not ended has somebody to work on it", `
select 'import ' || t.id || ': ' || t.state
  from import_task t
 where t.ended_at is null
   and not exists (select 1 from job j where j.kind = 'import.run' and j.state <> 'DEAD' and (j.args->>'import')::bigint = t.id)`},
	{"append-only", "append-only tables are guarded", `
select name
  from unnest(array['transfer', 'timeline', 'event', 'promise', 'audit', 'post_revision']) as name
 where (select count(*) from pg_trigger t where t.tgrelid = name::regclass and t.tgname like 'append\_only%' and t.tgenabled = 'O') < 2`},
	{"events-lined-up", "committed events get their place, and their pushes, in time", `
select 'event ' || id from event where (seq is null or push) and at < now() - interval '1 minute'`},
}
