package store

// referralWalkSQL walks the whole forest: everyone below everyone, with the level.
const referralWalkSQL = `recursive up as (
  select inviter_id as above, customer_id, 1 as level from referral
   union all
  select r.inviter_id, up.customer_id, up.level + 1
    from up
    join referral r on r.customer_id = up.above
   where up.level <= 64
), walked as (
  select up.above as customer_id, up.level, count(*) as people, count(*) filter (where r.orders > 0) as active, sum(r.orders)::bigint as orders
    from up
    join referral r on r.customer_id = up.customer_id
   group by up.above, up.level
)`

// referralChecks are the invariants of the referral tree.
var referralChecks = []check{
	{"referral-forest", "nobody stands above themselves in the referral tree", `
with recursive reached as (
  select distinct r.inviter_id as id from referral r where not exists (select 1 from referral above where above.customer_id = r.inviter_id)
   union
  select r.customer_id from reached join referral r on r.inviter_id = reached.id
)
select 'customer ' || customer_id from referral where customer_id not in (select id from reached)`},
	{"referral-levels", "the figures of the referral tree are what a walk counts", `
with ` + referralWalkSQL + `
select 'customer ' || customer_id || ', level ' || level || ': ' || concat_ws('/', coalesce(l.people, 0), coalesce(l.active, 0), coalesce(l.orders, 0)) ||
       ', walked ' || concat_ws('/', coalesce(w.people, 0), coalesce(w.active, 0), coalesce(w.orders, 0))
  from referral_level l
  full join walked w using (customer_id, level)
 where (l.people, l.active, l.orders) is distinct from (w.people, w.active, w.orders)`},
	{"referral-points", "the points of a level are its rewards", `
select 'customer ' || customer_id || ', level ' || level || ': ' || coalesce(l.points, 0) || ', rewards ' || coalesce(r.points, 0)
  from referral_level l
  full join (select customer_id, level, sum(points - reversed) as points
               from referral_reward where level > 0 and state in ('PENDING', 'ACTIVE') group by customer_id, level) r using (customer_id, level)
 where coalesce(l.points, 0) <> coalesce(r.points, 0)`},
	{"referral-brought", "what an invited customer brought is the rewards of the inviter", `
select 'customer ' || f.customer_id || ': ' || f.points || ', rewards ' || coalesce(r.points, 0)
  from referral f
  left join (select buyer_id, sum(points - reversed) as points
               from referral_reward where level = 1 and state in ('PENDING', 'ACTIVE') group by buyer_id) r on r.buyer_id = f.customer_id
 where f.points <> coalesce(r.points, 0)`},
	{"referral-orders", "an invited customer's orders are counted once", `
select 'customer ' || f.customer_id || ': ' || f.orders || ', orders ' || coalesce(o.orders, 0)
  from referral f
  left join (select r.customer_id, count(*) as orders
               from referral r
               join orders o on o.customer_id = r.customer_id
              where o.source = 'LIVE' and o.status = 'COMPLETED' and o.completed_at >= r.created_at
              group by r.customer_id) o on o.customer_id = f.customer_id
 where f.orders <> coalesce(o.orders, 0)`},
	{"referral-waiting", "rewards wait only for flagged referrals", `
select 'reward ' || w.id
  from referral_reward w, unnest(w.waits_for) as held
  join referral r on r.customer_id = held
 where w.state = 'WAITING' and r.state <> 'FLAGGED'`},
	{"referral-rewards", "a reward goes to who stands so many levels above the buyer", `
with recursive up as (
  select customer_id, inviter_id as above, 1 as level from referral where customer_id in (select buyer_id from referral_reward)
   union all
  select up.customer_id, r.inviter_id, up.level + 1 from up join referral r on r.customer_id = up.above where up.level < 10
)
select 'reward ' || w.id
  from referral_reward w
  left join up on up.customer_id = w.buyer_id and up.level = w.level
 where w.customer_id is distinct from case when w.level = 0 then w.buyer_id else up.above end`},
	{"referral-invited", "a customer's mark of being invited is true", `
select 'customer ' || c.id
  from customer c
  left join referral r on r.customer_id = c.id
 where c.invited <> (r.customer_id is not null)`},
}
