-- +goose Up
alter table event add column push boolean not null default false;
comment on column event.push is 'People are still to be told of it: lining up makes the job of that and clears this, in one transaction.';
create index event_owed on event (id) where seq is null or push;
drop index event_unordered;
drop index event_at; -- the oldest come first in the order as well

-- +goose StatementBegin
create or replace function keep_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.at < now() - interval '7 days' then
    return old;
  end if;
  if tg_op = 'UPDATE' and (old.seq is null and new.seq is not null and new.push <= old.push or old.seq = new.seq and old.push and not new.push)
     and (new.id, new.at, new.kind, new.customer_id, new.order_id, new.product_id, new.club_id, new.desk, new.data)
         is not distinct from (old.id, old.at, old.kind, old.customer_id, old.order_id, old.product_id, old.club_id, old.desk, old.data) then
    return new;
  end if;
  raise exception 'event is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;
-- +goose StatementEnd
comment on function keep_event() is 'Trigger of event: a row gets its place in the order once, owes a push until it is asked for, may be deleted when older than 7 days, and is else never changed.';

-- Each statement of a function sees what was committed before it began: what the one before us lined up is seen once the lock is ours.
-- +goose StatementBegin
create function line_up_events(by_whom text) returns bigint language plpgsql as $$
declare
  lined bigint;
begin
  if not exists (select from event where seq is null) and not exists (select from event where push) then
    return 0;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('kabinet.event', 0));
  with fresh as materialized (
    select e.id, e.push, nextval('event_seq') as place
      from (select id, push from event where seq is null order by id) e
  ), placed as (
    update event e
       set seq = fresh.place, push = false
      from fresh
     where e.id = fresh.id
    returning 1
  ), late as (
    update event set push = false where push and seq is not null returning id
  ), told as (
    select id, (row_number() over (order by id) - 1) / 100 as batch
      from (select id from fresh where push union all select id from late) e
  ), asked as (
    insert into job (kind, args)
    select 'push.events', jsonb_build_object('events', jsonb_agg(id order by id)) from told group by batch order by batch
    returning 1
  )
  select (select count(*) from placed) + (select count(*) from late) into lined;
  if lined > 0 then
    perform pg_notify('kabinet_event', by_whom);
  end if;
  return lined;
end $$;
-- +goose StatementEnd
comment on function line_up_events(text) is 'Gives committed events their place in the one order, asks for the jobs that push them, up to 100 in each, and notifies kabinet_event of who did it; returns how many there were.';
