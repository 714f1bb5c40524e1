-- +goose Up

-- A process keeps its plans from the moment of its first call, when the table may be all but empty: reading it through is right then and wrong an hour
-- later. So it is ruled out: what is owed is found by event_owed, however much is kept. Each statement of a function sees what was committed before it
-- began: what the one before us lined up is seen once the lock is ours.
-- +goose StatementBegin
create or replace function line_up_events(by_whom text) returns bigint language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  lined bigint;
begin
  if not exists (select from event where seq is null or push) then
    return 0;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('kabinet.event', 0));
  with owed as materialized (
    select e.id, e.push, coalesce(e.seq, nextval('event_seq')) as place
      from (select id, seq, push from event where seq is null or push order by id) e
  ), placed as (
    update event e
       set seq = owed.place, push = false
      from owed
     where e.id = owed.id
    returning 1
  ), told as (
    select id, (row_number() over (order by id) - 1) / 100 as batch
      from owed
     where push
  ), asked as (
    insert into job (kind, args)
    select 'push.events', jsonb_build_object('events', jsonb_agg(id order by id)) from told group by batch order by batch
    returning 1
  )
  select count(*) from placed into lined;
  if lined > 0 then
    perform pg_notify('kabinet_event', by_whom);
  end if;
  return lined;
end $$;
-- +goose StatementEnd
