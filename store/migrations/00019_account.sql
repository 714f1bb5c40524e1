-- +goose Up
alter table customer
  add column delete_at timestamptz,
  add column erased_at timestamptz,
  add constraint customer_erased check (erased_at is null or num_nonnulls(name, phone, email, time_zone, country) = 0);
comment on column customer.delete_at is 'When the customer asked to be erased; signing in before takes it back.';
comment on column customer.erased_at is 'When everything personal was taken out of the row; orders, points and figures stay with its number.';
create index customer_deleting on customer (delete_at) where delete_at is not null and erased_at is null;
create index customer_gone on customer (id) where erased_at is not null;

-- +goose StatementBegin
create function keep_timeline() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.actor = 'CUSTOMER' and new.reason is null
     and (to_jsonb(new) - 'reason') is not distinct from (to_jsonb(old) - 'reason')
     and exists (select 1 from orders o join customer c on c.id = o.customer_id where o.id = old.order_id and c.erased_at is not null) then
    return new;
  end if;
  raise exception 'timeline is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;
-- +goose StatementEnd
comment on function keep_timeline() is 'Trigger of timeline: append-only, but for the words that an erased customer wrote, which may be taken out.';
drop trigger append_only on timeline;
create trigger append_only before update or delete on timeline for each row execute function keep_timeline();
