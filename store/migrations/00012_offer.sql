-- +goose Up
create table club_offer (
  id           bigint generated always as identity primary key,
  club_id      bigint      not null references club,
  name         jsonb       not null,
  price        jsonb       not null,
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  per_customer bigint constraint club_offer_per_customer check (per_customer > 0),
  total        bigint constraint club_offer_total check (total > 0),
  created_at   timestamptz not null,
  constraint club_offer_dates check (starts_at <= ends_at)
);
comment on table club_offer is 'Better prices for the members of a club for a time. Limits count pieces.';
comment on column club_offer.price is 'What it is for and what it costs, as in the privileges of a club.';
create index club_offer_club on club_offer (club_id, ends_at);
create trigger bump after insert or update or delete on club_offer for each statement execute function bump_catalog_version();

create table club_offer_figures (
  offer_id bigint primary key references club_offer,
  used     bigint not null default 0 constraint club_offer_used check (used >= 0)
);
comment on table club_offer_figures is 'How many pieces were ordered with an offer, kept in the transaction that places or cancels an order.';

create table club_offer_use (
  offer_id    bigint not null references club_offer,
  order_id    bigint not null references orders,
  customer_id bigint not null references customer,
  quantity    bigint not null constraint club_offer_use_quantity check (quantity > 0),
  constraint club_offer_use_pkey primary key (order_id, offer_id)
);
comment on table club_offer_use is 'How many pieces an order took with an offer; a cancelled order gives them back.';
create index club_offer_use_customer on club_offer_use (offer_id, customer_id);
