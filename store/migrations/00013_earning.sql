-- +goose Up
alter table earning_rule
  add column kind text not null default 'ALL_ORDERS' constraint earning_rule_kind check (kind in
    ('ALL_ORDERS', 'CATEGORY', 'PRODUCT', 'CLUB', 'FIRST_ORDER', 'SIGN_UP', 'BIRTHDAY', 'PROFILE', 'REVIEW', 'CAMPAIGN')),
  add column category_id bigint references category,
  add column product_id bigint references product,
  add column club_id bigint references club,
  add column points bigint not null default 0 constraint earning_rule_points check (points between 0 and 10000000),
  add column lifetime_days bigint constraint earning_rule_lifetime check (lifetime_days between 1 and 36500),
  add column per_person bigint constraint earning_rule_per_person check (per_person > 0),
  add column pending boolean not null default false,
  add constraint earning_rule_target check (
    (category_id is not null) = (kind = 'CATEGORY') and (product_id is not null) = (kind = 'PRODUCT') and (club_id is not null) = (kind = 'CLUB')),
  add constraint earning_rule_gives check (
    case when kind in ('ALL_ORDERS', 'CATEGORY', 'PRODUCT', 'CLUB', 'FIRST_ORDER') then points = 0 else points > 0 and basis_points = 0 end);
comment on column earning_rule.kind is 'What earns: a share of orders, of all or of some, or an event that brings fixed points. Rules of one kind and target follow each other; those of different ones hold side by side.';
comment on column earning_rule.points is 'Fixed points of an event; 0 for shares of orders.';
comment on column earning_rule.lifetime_days is 'How long points of an event live once active; null for as long as all others.';
comment on column earning_rule.per_person is 'How often a customer can get points of this kind at most; null for no limit.';
comment on column earning_rule.pending is 'Whether points of an event wait for the return window, like those of orders.';

alter table customer add column birthday date constraint customer_birthday check (birthday between '1900-01-01' and '2200-01-01'),
  add column birthday_at timestamptz,
  add constraint customer_birthday_at check ((birthday is null) = (birthday_at is null));
comment on column customer.birthday_at is 'When the customer told the birthday; it is told once.';
create index customer_birthday on customer ((extract(month from birthday) * 100 + extract(day from birthday))) where birthday is not null;
create index customer_profile on customer (id) where birthday is not null and name is not null;

create table award (
  id           bigint generated always as identity primary key,
  customer_id  bigint      not null references customer,
  rule_id      bigint      not null references earning_rule,
  rule_version bigint      not null,
  kind         text        not null,
  cause        text        not null,
  points       bigint      not null constraint award_points check (points > 0),
  state        text        not null constraint award_state check (state in ('DUE', 'PENDING', 'ACTIVE', 'TAKEN_BACK')),
  due_at       timestamptz not null,
  expires_at   timestamptz,
  reason       text,
  created_at   timestamptz not null,
  constraint award_once unique (customer_id, cause)
);
comment on table award is 'Points for events, fixed when the event came. DUE ones are not in the wallet yet.';
comment on column award.cause is 'What it is for, such as SIGN_UP, BIRTHDAY:2030 or REVIEW:12 (the product): a cause brings points once, by whatever version of the rule.';
comment on column award.due_at is 'When the next step is due: of DUE to be given, of PENDING to become active.';
comment on column award.expires_at is 'A burn date of its own; null for the lifetime of the rule or of all points.';
create index award_due on award (due_at, id) where state in ('DUE', 'PENDING');
create index award_rule on award (rule_id);
