-- +goose Up
-- +goose StatementBegin
create function forbid_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
-- +goose StatementEnd
comment on function forbid_change() is 'Trigger of append-only tables: refuses UPDATE, DELETE and TRUNCATE.';

-- +goose StatementBegin
create function keep_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.at < now() - interval '7 days' then
    return old;
  end if;
  if tg_op = 'UPDATE' and old.seq is null and new.seq is not null
     and (new.id, new.at, new.kind, new.customer_id, new.order_id, new.product_id, new.desk, new.data)
         is not distinct from (old.id, old.at, old.kind, old.customer_id, old.order_id, old.product_id, old.desk, old.data) then
    return new;
  end if;
  raise exception 'event is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;
-- +goose StatementEnd
comment on function keep_event() is 'Trigger of event: a row gets its place in the order once, may be deleted when older than 7 days, and is else never changed.';

create table business (
  id               smallint primary key default 1 constraint business_single check (id = 1),
  name             jsonb    not null,
  description      jsonb    not null default '{}',
  address          jsonb    not null default '{}',
  phone            text     not null default '',
  email            text     not null default '',
  currency         text     not null constraint business_currency check (currency ~ '^[A-Z]{3}$'),
  time_zone        text     not null,
  country          text     not null constraint business_country check (country ~ '^[A-Z]{2}$'),
  locale           text     not null constraint business_locale check (locale in ('ru', 'en')),
  number_prefix    text     not null,
  point_minor      bigint   not null constraint business_point_minor check (point_minor > 0),
  max_share        bigint   not null constraint business_max_share check (max_share between 0 and 10000),
  return_days      bigint   not null constraint business_return_days check (return_days between 0 and 3650),
  lifetime_days    bigint   not null constraint business_lifetime_days check (lifetime_days between 0 and 36500),
  hold_days        bigint   not null constraint business_hold_days check (hold_days between 1 and 3650)
);
comment on table business is 'The business behind the cabinet and the rules it set; one row.';
comment on column business.point_minor is 'What a point is worth when spent, in minor units of the currency.';
comment on column business.max_share is 'The largest share of an order that points may pay, in basis points.';
comment on column business.lifetime_days is 'How long active points live; 0 when they do not expire.';
comment on column business.hold_days is 'How long points stay reserved for an order that nobody confirms.';
insert into business (name, currency, time_zone, country, locale, number_prefix, point_minor, max_share, return_days, lifetime_days, hold_days)
values ('{"ru": "Кабинет", "en": "Kabinet"}', 'RUB', 'Europe/Moscow', 'RU', 'ru', 'R-', 100, 5000, 14, 365, 3);

create table earning_rule (
  id           bigint generated always as identity primary key,
  version      bigint      not null default 1,
  name         jsonb       not null,
  basis_points bigint      not null constraint earning_rule_share check (basis_points between 0 and 10000),
  starts_at    timestamptz not null default '-infinity',
  ends_at      timestamptz not null default 'infinity',
  constraint earning_rule_dates check (starts_at < ends_at)
);
comment on table earning_rule is 'Ways to earn points. A rule is never changed: a new version is a new row, the old one ends.';
comment on column earning_rule.basis_points is 'Share of the paid amount that comes back as points.';
insert into earning_rule (name, basis_points)
values ('{"ru": "5 % от оплаченной суммы каждого заказа", "en": "5 % of the paid amount of each order"}', 500);

-- Accounts ---------------------------------------------------------------------------------------------------------------

create table customer (
  id              bigint generated always as identity primary key,
  name            text,
  phone           text constraint customer_phone_unique unique,
  email           text constraint customer_email_unique unique,
  locale          text        not null constraint customer_locale check (locale in ('ru', 'en')),
  time_zone       text,
  country         text,
  import_source   text,
  external_number text,
  created_at      timestamptz not null,
  search          tsvector generated always as (to_tsvector('simple'::regconfig,
                    coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(ltrim(phone, '+'), '') || ' ' || coalesce(external_number, ''))) stored,
  constraint customer_external_unique unique (import_source, external_number)
);
comment on table customer is 'People who buy from the business.';
comment on column customer.phone is 'E.164 form.';
comment on column customer.email is 'Lower case.';
comment on column customer.external_number is 'The number this customer has in the system named by import_source.';
create index customer_created on customer (created_at desc, id desc);
create index customer_search on customer using gin (search);

create table customer_figures (
  customer_id      bigint primary key references customer,
  completed_orders bigint      not null default 0,
  paid             bigint      not null default 0,
  paid_mills       bigint      not null default 0,
  refunded         bigint      not null default 0,
  refunded_mills   bigint      not null default 0,
  last_order_at    timestamptz,
  net_mills        bigint generated always as ((paid - refunded) * 10 + paid_mills - refunded_mills) stored
);
comment on table customer_figures is 'What a customer brought in so far, kept in the transaction that completes or refunds an order.';
comment on column customer_figures.paid_mills is 'Thousandths of the currency unit beyond the minor units, summed; only imports have any.';
create index customer_figures_net on customer_figures (net_mills desc, customer_id desc);

create table staff (
  id         bigint generated always as identity primary key,
  name       text        not null,
  email      text        not null constraint staff_email_unique unique,
  role       text        not null constraint staff_role check (role in ('OPERATOR', 'MANAGER', 'ADMIN')),
  on_duty    boolean     not null default true,
  locale     text        not null constraint staff_locale check (locale in ('ru', 'en')),
  created_at timestamptz not null
);
comment on table staff is 'People who work for the business.';

create table sign_in_code (
  id         bigint generated always as identity primary key,
  channel    text        not null constraint sign_in_code_channel check (channel in ('SMS', 'EMAIL')),
  address    text        not null,
  digest     bytea       not null,
  tries      bigint      not null default 0,
  ip         text        not null default '',
  created_at timestamptz not null,
  used_at    timestamptz
);
comment on table sign_in_code is 'One-time codes, as keyed digests. Rows older than a day are removed.';
create index sign_in_code_address on sign_in_code (address, created_at desc);
create index sign_in_code_ip on sign_in_code (ip, created_at desc);
create index sign_in_code_created on sign_in_code (created_at);

create table session (
  id           bigint generated always as identity primary key,
  customer_id  bigint references customer,
  staff_id     bigint references staff,
  user_agent   text,
  created_at   timestamptz not null,
  last_used_at timestamptz not null,
  ended_at     timestamptz,
  constraint session_somebody check (customer_id is not null or staff_id is not null)
);
comment on table session is 'Where people are signed in: one family of refresh tokens each.';
create index session_customer on session (customer_id) where ended_at is null;
create index session_staff on session (staff_id) where ended_at is null;

create table refresh_token (
  digest     bytea primary key,
  session_id bigint      not null references session,
  created_at timestamptz not null,
  used_at    timestamptz
);
comment on table refresh_token is 'Refresh tokens as SHA-256 digests. One that is used twice ends its session.';
create index refresh_token_session on refresh_token (session_id);
create index refresh_token_created on refresh_token (created_at);

create table device (
  id          bigint generated always as identity primary key,
  customer_id bigint references customer,
  staff_id    bigint references staff,
  token       text        not null constraint device_token_unique unique,
  platform    text        not null constraint device_platform check (platform in ('ANDROID', 'IOS', 'WEB')),
  name        text,
  locale      text constraint device_locale check (locale in ('ru', 'en')),
  created_at  timestamptz not null,
  seen_at     timestamptz not null,
  constraint device_somebody check (num_nonnulls(customer_id, staff_id) between 1 and 2)
);
comment on table device is 'Phones and browsers that get pushes.';
create index device_customer on device (customer_id);
create index device_staff on device (staff_id);

-- Catalogue --------------------------------------------------------------------------------------------------------------

create table category (
  id       bigint generated always as identity primary key,
  slug     text   not null constraint category_slug_unique unique,
  name     jsonb  not null,
  position bigint not null default 0
);
comment on table category is 'Groups of products.';

create table product (
  id              bigint generated always as identity primary key,
  slug            text        not null constraint product_slug_unique unique,
  kind            text        not null constraint product_kind check (kind in ('GOODS', 'SERVICE')),
  status          text        not null constraint product_status check (status in ('ACTIVE', 'DRAFT', 'ARCHIVED')),
  name            jsonb       not null,
  description     jsonb       not null default '{}',
  category_id     bigint references category,
  attributes      jsonb       not null default '[]',
  expect          jsonb       not null default '{}',
  position        bigint      not null default 0,
  min_price       bigint,
  version         bigint      not null default 1,
  import_source   text,
  external_number text,
  created_at      timestamptz not null,
  name_ru         text generated always as (coalesce(nullif(name ->> 'ru', ''), name ->> 'en', '')) stored,
  name_en         text generated always as (coalesce(nullif(name ->> 'en', ''), name ->> 'ru', '')) stored,
  search          tsvector generated always as (
                    to_tsvector('simple'::regconfig, coalesce(name ->> 'ru', '') || ' ' || coalesce(name ->> 'en', '')) ||
                    to_tsvector('russian'::regconfig, coalesce(name ->> 'ru', '') || ' ' || coalesce(description ->> 'ru', '')) ||
                    to_tsvector('english'::regconfig, coalesce(name ->> 'en', '') || ' ' || coalesce(description ->> 'en', ''))) stored,
  constraint product_external_unique unique (import_source, external_number)
);
comment on table product is 'Goods and services.';
comment on column product.min_price is 'Lowest price of the active variants in minor units; null when there is none. Kept by a trigger.';
comment on column product.expect is 'What to expect: leadTimeMinutes, durationMinutes, howToPrepare, documents.';
create index product_position on product (position, id) where status = 'ACTIVE';
create index product_category on product (category_id, position, id) where status = 'ACTIVE';
create index product_price on product (min_price, id) where status = 'ACTIVE';
create index product_created on product (created_at desc, id desc);
create index product_name_ru on product (name_ru collate "ru-x-icu", id) where status = 'ACTIVE';
create index product_name_en on product (name_en collate "en-x-icu", id) where status = 'ACTIVE';
create index product_search on product using gin (search);

create table variant (
  id              bigint generated always as identity primary key,
  product_id      bigint  not null references product,
  sku             text    not null constraint variant_sku_unique unique,
  name            jsonb   not null default '{}',
  price           bigint  not null constraint variant_price check (price >= 0),
  position        bigint  not null default 0,
  active          boolean not null default true
);
comment on table variant is 'What can be ordered of a product. Prices are minor units.';
create index variant_product on variant (product_id, position, id);

create table stock (
  variant_id bigint primary key references variant,
  on_hand    bigint not null constraint stock_on_hand check (on_hand between 0 and 100000000)
);
comment on table stock is 'How many of a variant are left; goods only, services have no row.';

create table media (
  hash         text   not null,
  width        bigint not null,
  height       bigint not null,
  content_type text   not null,
  bytes        bytea  not null,
  constraint media_pkey primary key (hash, width)
);
comment on table media is 'Pictures by the hash of their largest size; every size is a row and never changes.';
alter table media alter column bytes set storage external;

create table picture (
  id         bigint generated always as identity primary key,
  product_id bigint not null references product,
  position   bigint not null default 0,
  alt        jsonb  not null default '{}',
  hash       text   not null
);
comment on table picture is 'Pictures of products, the main one first.';
create index picture_product on picture (product_id, position, id);

create table catalog_version (
  id      smallint primary key default 1 constraint catalog_version_single check (id = 1),
  version bigint not null
);
comment on table catalog_version is 'Grows with every change of what the catalogue shows, stock aside; caches of the catalogue are valid for one version.';
insert into catalog_version (version) values (1);

-- +goose StatementBegin
create function bump_catalog_version() returns trigger language plpgsql as $$
begin
  update catalog_version set version = version + 1;
  return null;
end $$;
-- +goose StatementEnd
create trigger bump after insert or update or delete on business for each statement execute function bump_catalog_version();
create trigger bump after insert or update or delete on earning_rule for each statement execute function bump_catalog_version();
create trigger bump after insert or update or delete on category for each statement execute function bump_catalog_version();
create trigger bump after insert or update or delete on product for each statement execute function bump_catalog_version();
create trigger bump after insert or update or delete on variant for each statement execute function bump_catalog_version();
create trigger bump after insert or update or delete on picture for each statement execute function bump_catalog_version();

-- +goose StatementBegin
create function keep_min_price() returns trigger language plpgsql as $$
begin
  update product p
     set min_price = m.price
    from (select c.product_id, min(v.price) filter (where v.active) as price
            from (select distinct product_id from changed) c
            left join variant v using (product_id)
           group by c.product_id) m
   where p.id = m.product_id
     and p.min_price is distinct from m.price;
  return null;
end $$;
-- +goose StatementEnd
create trigger min_price_insert after insert on variant referencing new table as changed for each statement execute function keep_min_price();
create trigger min_price_update after update on variant referencing new table as changed for each statement execute function keep_min_price();

-- Orders -----------------------------------------------------------------------------------------------------------------

create sequence order_number start 10001;

create table orders (
  id              bigint generated by default as identity primary key,
  number          text        not null constraint orders_number_unique unique,
  customer_id     bigint references customer,
  source          text        not null default 'LIVE' constraint orders_source check (source in ('LIVE', 'IMPORT')),
  import_source   text,
  external_number text,
  flags           text[]      not null default '{}',
  status          text        not null constraint orders_status check (status in ('NEW', 'CONFIRMED', 'IN_PROGRESS', 'READY', 'COMPLETED', 'CANCELLED', 'REFUNDED')),
  currency        text        not null,
  subtotal        bigint      not null,
  points_spent    bigint      not null default 0 constraint orders_points_spent check (points_spent >= 0),
  points_worth    bigint      not null default 0,
  total           bigint      not null,
  total_mills     bigint      not null default 0,
  refunded        bigint      not null default 0,
  points_to_earn  bigint      not null default 0,
  promised_at     timestamptz,
  promise_state   text constraint orders_promise_state check (promise_state in ('OPEN', 'KEPT', 'BROKEN', 'VOID')),
  note            text,
  cancel_reason   text,
  locale          text        not null constraint orders_locale check (locale in ('ru', 'en')),
  version         bigint      not null default 1,
  placed_at       timestamptz not null,
  confirmed_at    timestamptz,
  started_at      timestamptz,
  ready_at        timestamptz,
  completed_at    timestamptz,
  cancelled_at    timestamptz,
  refunded_at     timestamptz,
  constraint orders_sum check (total = subtotal - points_worth),
  constraint orders_owner check (customer_id is not null or source = 'IMPORT'),
  constraint orders_mills check (total_mills = 0 or source = 'IMPORT'),
  constraint orders_completed check ((status in ('COMPLETED', 'REFUNDED')) = (completed_at is not null)),
  constraint orders_cancelled check ((status = 'CANCELLED') = (cancelled_at is not null)),
  constraint orders_refunded check ((status = 'REFUNDED') = (refunded_at is not null)),
  constraint orders_promise check ((promised_at is null) = (promise_state is null)),
  constraint orders_live check (source = 'IMPORT' or (total >= 0 and refunded between 0 and total)),
  constraint orders_external_unique unique (import_source, external_number)
);
comment on table orders is 'Orders of goods and services. Money is minor units of the currency.';
comment on column orders.points_worth is 'What the spent points are worth, in minor units; subtotal less this is the total.';
comment on column orders.total_mills is 'Thousandths of the currency unit that an imported total carries beyond its minor units.';
comment on column orders.flags is 'Oddities that an import noticed by rule, for example ZERO_RATE.';
create index orders_placed on orders (placed_at desc, id desc);
create index orders_customer on orders (customer_id, placed_at desc, id desc);
create index orders_status on orders (status, placed_at desc, id desc);
create index orders_promised on orders (promised_at, id) where promised_at is not null;
create index orders_customer_promised on orders (customer_id, promised_at, id) where promised_at is not null;
create index orders_overdue on orders (promised_at, id) where promise_state = 'OPEN';
create index orders_import on orders (import_source, status) where import_source is not null;

create table order_line (
  id                bigint generated always as identity primary key,
  order_id          bigint  not null references orders,
  position          bigint  not null,
  variant_id        bigint references variant,
  sku               text    not null,
  name              jsonb   not null,
  kind              text    not null,
  quantity          bigint  not null,
  unit_price        bigint  not null,
  price_name        jsonb   not null default '{}',
  subtotal          bigint  not null,
  points_spent      bigint  not null default 0,
  total             bigint  not null,
  total_mills       bigint  not null default 0 constraint order_line_mills check (total_mills between 0 and 9),
  rule_id           bigint references earning_rule,
  points_to_earn    bigint  not null default 0,
  refunded_quantity bigint  not null default 0,
  refunded          bigint  not null default 0,
  refunded_points   bigint  not null default 0,
  reversed_points   bigint  not null default 0,
  imported          boolean not null default false,
  constraint order_line_quantity check (imported or quantity > 0),
  constraint order_line_refund check (imported or refunded_quantity between 0 and quantity and refunded between 0 and total
    and refunded_points between 0 and points_spent and reversed_points between 0 and points_to_earn)
);
comment on table order_line is 'Lines of orders; what a line costs and earns is fixed when the order is placed.';
comment on column order_line.points_spent is 'The line''s share of the points spent on the order.';
comment on column order_line.refunded_points is 'How many of points_spent were given back.';
comment on column order_line.reversed_points is 'How many of points_to_earn were taken back.';
create index order_line_order on order_line (order_id, position);

create table promise (
  id          bigint generated always as identity primary key,
  order_id    bigint      not null references orders,
  promised_at timestamptz not null,
  made_at     timestamptz not null,
  reason      text,
  staff_id    bigint references staff
);
comment on table promise is 'Every date that was promised for an order; append-only.';
create index promise_order on promise (order_id, id);
create trigger append_only before update or delete on promise for each row execute function forbid_change();
create trigger append_only_truncate before truncate on promise for each statement execute function forbid_change();

create table timeline (
  id       bigint generated always as identity primary key,
  order_id bigint      not null references orders,
  at       timestamptz not null,
  kind     text        not null,
  public   boolean     not null,
  actor    text        not null constraint timeline_actor check (actor in ('CUSTOMER', 'STAFF', 'SYSTEM', 'IMPORT')),
  staff_id bigint references staff,
  reason   text,
  data     jsonb       not null default '{}'
);
comment on table timeline is 'Everything that happened to an order; append-only.';
create index timeline_order on timeline (order_id, id);
create trigger append_only before update or delete on timeline for each row execute function forbid_change();
create trigger append_only_truncate before truncate on timeline for each statement execute function forbid_change();

create table refund (
  id              bigint generated always as identity primary key,
  order_id        bigint references orders,
  customer_id     bigint references customer,
  import_source   text,
  external_number text,
  at              timestamptz not null,
  reason          text        not null,
  money           bigint      not null,
  money_mills     bigint      not null default 0,
  points_back     bigint      not null default 0,
  points_reversed bigint      not null default 0,
  staff_id        bigint references staff,
  constraint refund_order check (order_id is not null or import_source is not null),
  constraint refund_external_unique unique (import_source, external_number)
);
comment on table refund is 'Money and points given back. A refund of older data may name no single order.';
create index refund_order on refund (order_id);

create table refund_line (
  id              bigint generated always as identity primary key,
  refund_id       bigint not null references refund,
  order_line_id   bigint references order_line,
  variant_id      bigint references variant,
  quantity        bigint not null,
  money           bigint not null,
  money_mills     bigint not null default 0 constraint refund_line_mills check (money_mills between 0 and 9),
  points_back     bigint not null default 0,
  points_reversed bigint not null default 0
);
comment on table refund_line is 'What a refund gives back, by line.';
create index refund_line_refund on refund_line (refund_id);

-- Points -----------------------------------------------------------------------------------------------------------------

create table wallet (
  customer_id bigint primary key references customer,
  active      bigint not null default 0 constraint wallet_active check (active >= 0),
  pending     bigint not null default 0 constraint wallet_pending check (pending >= 0),
  held        bigint not null default 0 constraint wallet_held check (held >= 0),
  debt        bigint not null default 0 constraint wallet_debt check (debt >= 0)
);
comment on table wallet is 'Points of a customer by part: the sums of the transfers, kept in the same transaction. debt is minus the balance of the debt account.';

create table transfer (
  id            bigint generated always as identity primary key,
  customer_id   bigint      not null references customer,
  from_account  text        not null constraint transfer_from check (from_account in ('ACTIVE', 'PENDING', 'HELD', 'DEBT', 'ISSUED', 'REDEEMED', 'EXPIRED')),
  to_account    text        not null constraint transfer_to check (to_account in ('ACTIVE', 'PENDING', 'HELD', 'DEBT', 'ISSUED', 'REDEEMED', 'EXPIRED')),
  points        bigint      not null constraint transfer_points check (points > 0),
  cause         text        not null,
  order_id      bigint references orders,
  refund_id     bigint references refund,
  rule_id       bigint references earning_rule,
  staff_id      bigint references staff,
  reason        text,
  at            timestamptz not null,
  active_after  bigint      not null,
  pending_after bigint      not null,
  held_after    bigint      not null,
  debt_after    bigint      not null,
  constraint transfer_moves check (from_account <> to_account)
);
comment on table transfer is 'The ledger: every movement of points between two accounts, with the wallet right after it; append-only. The view entry shows both sides.';
create index transfer_customer on transfer (customer_id, id desc);
create index transfer_order on transfer (order_id) where order_id is not null;
create trigger append_only before update or delete on transfer for each row execute function forbid_change();
create trigger append_only_truncate before truncate on transfer for each statement execute function forbid_change();

create view entry as
  select id as transfer_id, customer_id, from_account as account, -points as points, at from transfer
  union all
  select id, customer_id, to_account, points, at from transfer;
comment on view entry is 'The ledger as double entry: two signed rows for each transfer, summing to 0.';

create table lot (
  id          bigint generated always as identity primary key,
  customer_id bigint      not null references customer,
  points      bigint      not null constraint lot_points check (points > 0),
  remaining   bigint      not null constraint lot_remaining check (remaining >= 0),
  held        bigint      not null default 0 constraint lot_held check (held >= 0),
  expires_at  timestamptz,
  order_id    bigint references orders,
  created_at  timestamptz not null,
  constraint lot_bounds check (remaining + held <= points)
);
comment on table lot is 'Active points that expire together. remaining can be spent, held is reserved for orders.';
create index lot_spendable on lot (customer_id, expires_at, id) where remaining > 0;
create index lot_expiring on lot (expires_at, id) where remaining > 0;
create index lot_order on lot (order_id) where order_id is not null;

create table hold (
  order_id    bigint primary key references orders,
  customer_id bigint      not null references customer,
  points      bigint      not null constraint hold_points check (points > 0),
  state       text        not null constraint hold_state check (state in ('HELD', 'CAPTURED', 'RELEASED')),
  expires_at  timestamptz,
  created_at  timestamptz not null,
  ended_at    timestamptz,
  constraint hold_ended check ((state = 'HELD') = (ended_at is null))
);
comment on table hold is 'Points reserved for an order. expires_at is the time limit while nobody has confirmed the order; null once confirmed.';
create index hold_expiring on hold (expires_at) where state = 'HELD' and expires_at is not null;

create table hold_lot (
  order_id bigint not null references hold,
  lot_id   bigint not null references lot,
  points   bigint not null constraint hold_lot_points check (points > 0),
  returned bigint not null default 0,
  constraint hold_lot_pkey primary key (order_id, lot_id),
  constraint hold_lot_returned check (returned between 0 and points)
);
comment on table hold_lot is 'Which lots a hold reserved, and how much of it went back to them.';

create table accrual (
  id            bigint generated always as identity primary key,
  customer_id   bigint      not null references customer,
  order_id      bigint      not null references orders,
  order_line_id bigint      not null references order_line,
  rule_id       bigint      not null references earning_rule,
  rule_version  bigint      not null,
  points        bigint      not null constraint accrual_points check (points > 0),
  reversed      bigint      not null default 0,
  state         text        not null constraint accrual_state check (state in ('PENDING', 'ACTIVE')),
  matures_at    timestamptz not null,
  created_at    timestamptz not null,
  constraint accrual_reversed check (reversed between 0 and points),
  constraint accrual_once unique (order_line_id, rule_id)
);
comment on table accrual is 'Points earned by an order line with a rule, once; what a refund takes back is this amount, never computed anew.';
create index accrual_maturing on accrual (matures_at, order_id) where state = 'PENDING';
create index accrual_order on accrual (order_id);

-- What is told -------------------------------------------------------------------------------------------------------------

create sequence event_seq;

create table event (
  id          bigint generated always as identity primary key,
  seq         bigint,
  at          timestamptz not null,
  kind        text        not null,
  customer_id bigint,
  order_id    bigint,
  product_id  bigint,
  desk        boolean     not null,
  data        jsonb       not null
);
comment on table event is 'What happened, for subscribers and pushes; append-only, kept 30 days.';
comment on column event.seq is 'The place in the one order that all events have; null until the event was committed and lined up. Numbers are given under a lock to events that are committed already, so nothing ever appears before a number that somebody has read.';
create index event_unordered on event (id) where seq is null;
create unique index event_order on event (seq) where seq is not null;
create index event_of_order on event (order_id, seq) where order_id is not null and seq is not null;
create index event_of_customer on event (customer_id, seq) where customer_id is not null and seq is not null;
create index event_of_desk on event (seq) where desk and seq is not null;
create index event_at on event (at);
create trigger append_only before update or delete on event for each row execute function keep_event();
create trigger append_only_truncate before truncate on event for each statement execute function forbid_change();

create table event_horizon (
  id      smallint primary key default 1 constraint event_horizon_single check (id = 1),
  trimmed bigint not null
);
comment on table event_horizon is 'The largest seq that retention has removed: an older cursor has a gap.';
insert into event_horizon (trimmed) values (0);

create table idempotency_key (
  actor      text        not null,
  operation  text        not null,
  key        text        not null,
  input_hash bytea       not null,
  result_id  bigint,
  created_at timestamptz not null,
  constraint idempotency_key_pkey primary key (actor, operation, key)
);
comment on table idempotency_key is 'Which requests were done already and what came of them. Kept 7 days.';
comment on column idempotency_key.result_id is 'The row that the operation made or changed; set in the same transaction.';
create index idempotency_key_created on idempotency_key (created_at);

create table audit (
  id       bigint generated always as identity primary key,
  at       timestamptz not null,
  staff_id bigint references staff,
  action   text        not null,
  subject  text        not null,
  reason   text,
  data     jsonb       not null default '{}'
);
comment on table audit is 'What staff did to the catalogue, wallets and each other; append-only.';
create index audit_at on audit (at desc, id desc);
create trigger append_only before update or delete on audit for each row execute function forbid_change();
create trigger append_only_truncate before truncate on audit for each statement execute function forbid_change();
