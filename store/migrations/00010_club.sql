-- +goose Up
create table club (
  id          bigint generated always as identity primary key,
  slug        text        not null constraint club_slug_unique unique,
  name        jsonb       not null,
  description jsonb       not null default '{}',
  picture     text,
  entry       text        not null constraint club_entry check (entry in ('OPEN', 'BY_REQUEST', 'BY_INVITE', 'BY_SPEND')),
  need        bigint      not null default 0,
  period_days bigint      not null default 0 constraint club_period check (period_days between 0 and 3650),
  grace_days  bigint      not null default 0 constraint club_grace check (grace_days between 0 and 365),
  posting     text        not null constraint club_posting check (posting in ('STAFF', 'MEMBERS')),
  privileges  jsonb       not null default '{}',
  position    bigint      not null default 0,
  version     bigint      not null default 1,
  created_at  timestamptz not null,
  archived_at timestamptz,
  constraint club_need check (case when entry = 'BY_SPEND' then need > 0 else need = 0 and period_days = 0 and grace_days = 0 end)
);
comment on table club is 'Clubs of customers, how one enters, and what members get.';
comment on column club.picture is 'The hash of a picture in media.';
comment on column club.need is 'Net paid amount that opens a club BY_SPEND, in minor units.';
comment on column club.period_days is 'The rolling period in which the amount must be paid; 0 for all time.';
comment on column club.grace_days is 'How long a member stays who no longer reaches the amount.';
comment on column club.privileges is 'What members get: prices, pointsPercent, support, earlyBookingHours.';
create trigger bump after insert or update or delete on club for each statement execute function bump_catalog_version();

create table club_figures (
  club_id bigint primary key references club,
  members bigint not null default 0 constraint club_figures_members check (members >= 0)
);
comment on table club_figures is 'How many members a club has, kept in the transaction that changes a membership.';

create table club_member (
  club_id     bigint      not null references club,
  customer_id bigint      not null references customer,
  state       text        not null constraint club_member_state check (state in ('REQUESTED', 'INVITED', 'MEMBER', 'LEFT', 'LAPSED', 'DECLINED', 'BANNED')),
  moderator   boolean     not null default false,
  since       timestamptz not null,
  grace_until timestamptz,
  reason      text,
  constraint club_member_pkey primary key (club_id, customer_id),
  constraint club_member_grace check (grace_until is null or state = 'MEMBER'),
  constraint club_member_moderator check (not moderator or state = 'MEMBER')
);
comment on table club_member is 'How customers stand to clubs: members, those who asked or were asked, and those who are out.';
comment on column club_member.since is 'When the state began.';
comment on column club_member.grace_until is 'Until when a member BY_SPEND stays who no longer reaches the amount; null while the amount is reached.';
create index club_member_state on club_member (club_id, state, since desc, customer_id desc);
create index club_member_customer on club_member (customer_id, club_id);

create index refund_customer on refund (customer_id, at) where customer_id is not null;

alter table event add column club_id bigint;
create index event_of_club on event (club_id, seq) where club_id is not null and customer_id is null and seq is not null;
-- +goose StatementBegin
create or replace function keep_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.at < now() - interval '7 days' then
    return old;
  end if;
  if tg_op = 'UPDATE' and old.seq is null and new.seq is not null
     and (to_jsonb(new) - 'seq') is not distinct from (to_jsonb(old) - 'seq') then
    return new;
  end if;
  raise exception 'event is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;
-- +goose StatementEnd
