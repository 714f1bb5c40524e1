-- +goose Up
-- +goose StatementBegin
create function random_referral_code() returns text language sql volatile as $$
  select string_agg(substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + get_byte(raw.bytes, place) % 30, 1), '')
    from (select uuid_send(gen_random_uuid()) as bytes) raw, unnest(array[0, 1, 2, 3, 4, 5, 9, 10]) as place
$$;
-- +goose StatementEnd
comment on function random_referral_code() is 'Eight signs without those that look alike: no 0, 1, I, L, O, U.';

alter table customer
  add column referral_code text,
  add column referral_name text not null default 'INITIALS' constraint customer_referral_name check (referral_name in ('HIDDEN', 'INITIALS', 'FIRST_NAME', 'FULL_NAME')),
  add column invited boolean not null default false;
comment on column customer.referral_code is 'What the customer passes on to friends.';
comment on column customer.referral_name is 'How much of the name those above in the referral tree see.';
comment on column customer.invited is 'Whether a referral row names an inviter. Stands here too, because the row of the tree''s root is what changes of a tree lock.';

update customer set referral_code = random_referral_code();
-- +goose StatementBegin
do $$
begin
  loop
    update customer c
       set referral_code = random_referral_code()
      from (select id, row_number() over (partition by referral_code order by id) as nth from customer) same
     where same.id = c.id and same.nth > 1;
    exit when not found;
  end loop;
end $$;
-- +goose StatementEnd
alter table customer
  alter column referral_code set not null,
  add constraint customer_referral_code_unique unique (referral_code);

-- +goose StatementBegin
create function new_referral_code() returns text language plpgsql volatile as $$
declare
  code text;
begin
  loop
    code := random_referral_code();
    exit when not exists (select 1 from customer where referral_code = code);
  end loop;
  return code;
end $$;
-- +goose StatementEnd
comment on function new_referral_code() is 'A referral code that no customer has.';
alter table customer alter column referral_code set default new_referral_code();

create table referral_tariff (
  id              bigint generated always as identity primary key,
  version         bigint      not null constraint referral_tariff_version unique,
  open            boolean     not null,
  levels          bigint[]    not null constraint referral_tariff_levels check (cardinality(levels) between 1 and 10 and 0 <= all (levels) and 5000 >= all (levels)),
  inviter_points  bigint      not null constraint referral_tariff_inviter check (inviter_points >= 0),
  invited_points  bigint      not null constraint referral_tariff_invited check (invited_points >= 0),
  cap_per_invited bigint constraint referral_tariff_cap_invited check (cap_per_invited > 0),
  cap_per_month   bigint constraint referral_tariff_cap_month check (cap_per_month > 0),
  max_invited     bigint constraint referral_tariff_max_invited check (max_invited > 0),
  starts_at       timestamptz not null,
  staff_id        bigint references staff
);
comment on table referral_tariff is 'What referrals bring. A tariff is never changed: the one that began last holds, and what was earned by an earlier one stays.';
comment on column referral_tariff.levels is 'Basis points of the paid amount for the inviter, the inviter''s inviter and so on.';
comment on column referral_tariff.cap_per_month is 'The most points that one customer earns with referrals in 30 days.';
create index referral_tariff_begin on referral_tariff (starts_at desc, id desc);
insert into referral_tariff (version, open, levels, inviter_points, invited_points, starts_at) values (1, true, '{500}', 0, 300, '2000-01-01');

create table referral (
  customer_id   bigint primary key references customer,
  inviter_id    bigint      not null references customer,
  state         text        not null constraint referral_state check (state in ('ACTIVE', 'FLAGGED', 'VOIDED')),
  flags         text[]      not null default '{}',
  orders        bigint      not null default 0 constraint referral_orders check (orders >= 0),
  points        bigint      not null default 0,
  claimed_at    timestamptz not null,
  created_at    timestamptz not null,
  reason        text,
  staff_id      bigint references staff,
  decided_at    timestamptz,
  import_source text,
  constraint referral_self check (customer_id <> inviter_id),
  constraint referral_decided check (state <> 'VOIDED' or decided_at is not null)
);
comment on table referral is 'Who invited whom: the edges of a forest. An inviter is set once and stays.';
comment on column referral.flags is 'Why a person should look at it: SAME_DEVICE, SAME_NETWORK, SIMILAR_EMAIL, BURST, MANUAL.';
comment on column referral.orders is 'Orders that the invited completed since created_at, less those refunded as a whole.';
comment on column referral.points is 'Points that the inviter earned with the orders of the invited, less what refunds took back.';
comment on column referral.claimed_at is 'When the invitation was taken, by an import long before created_at.';
create index referral_inviter on referral (inviter_id, claimed_at desc, customer_id desc);
create index referral_inviter_points on referral (inviter_id, points desc, customer_id desc);
create index referral_flagged on referral (created_at desc, customer_id desc) where state = 'FLAGGED';
create index referral_import on referral (import_source) where import_source is not null;

create table referral_level (
  customer_id bigint not null references customer,
  level       bigint not null constraint referral_level_bounds check (level between 1 and 64),
  people      bigint not null default 0 constraint referral_level_people check (people >= 0),
  active      bigint not null default 0 constraint referral_level_active check (active between 0 and people),
  orders      bigint not null default 0 constraint referral_level_orders check (orders >= active),
  points      bigint not null default 0,
  constraint referral_level_pkey primary key (customer_id, level)
);
comment on table referral_level is 'What stands below a customer in the referral tree, by level: kept with every claim, completed order and refund, so nobody walks the tree to count.';
comment on column referral_level.active is 'People with at least one order counted.';
comment on column referral_level.points is 'Points that the customer earned with orders of this level, less what refunds took back.';
create index referral_level_top on referral_level (people desc, customer_id desc) where level = 1;
create index referral_level_top_points on referral_level (points desc, customer_id desc) where level = 1;

create table referral_reward (
  id           bigint generated always as identity primary key,
  customer_id  bigint      not null references customer,
  buyer_id     bigint      not null references customer,
  order_id     bigint      not null references orders,
  kind         text        not null constraint referral_reward_kind check (kind in ('PERCENT', 'FIRST_ORDER')),
  level        bigint      not null constraint referral_reward_level check (level between 0 and 10),
  tariff_id    bigint      not null references referral_tariff,
  points       bigint      not null constraint referral_reward_points check (points > 0),
  reversed     bigint      not null default 0,
  state        text        not null constraint referral_reward_state check (state in ('WAITING', 'PENDING', 'ACTIVE', 'VOID')),
  waits_for    bigint[]    not null default '{}',
  matures_at   timestamptz not null,
  created_at   timestamptz not null,
  constraint referral_reward_reversed check (reversed between 0 and points),
  constraint referral_reward_waits check ((state = 'WAITING') = (waits_for <> '{}') or state = 'VOID'),
  constraint referral_reward_once unique (order_id, customer_id, kind)
);
comment on table referral_reward is 'Points that an order of an invited customer brings to those above, and to the customer with the first order (level 0). What a refund takes back is this amount, never computed anew.';
comment on column referral_reward.waits_for is 'The invited customers whose flagged referrals a person has to approve first.';
create unique index referral_reward_first on referral_reward (buyer_id, customer_id) where kind = 'FIRST_ORDER';
create index referral_reward_customer on referral_reward (customer_id, id desc);
create index referral_reward_pair on referral_reward (customer_id, buyer_id);
create index referral_reward_recent on referral_reward (customer_id, created_at);
create index referral_reward_maturing on referral_reward (matures_at, id) where state = 'PENDING';
create index referral_reward_waiting on referral_reward using gin (waits_for) where state = 'WAITING';

create table device_owner (
  token       text   not null,
  customer_id bigint not null references customer,
  constraint device_owner_pkey primary key (token, customer_id)
);
comment on table device_owner is 'Which customers ever signed in on a device; two of them on one device are worth a look when one invited the other.';
create index device_owner_customer on device_owner (customer_id);
insert into device_owner (token, customer_id) select token, customer_id from device where customer_id is not null;
