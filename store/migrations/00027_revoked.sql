-- +goose NO TRANSACTION
-- +goose Up
alter table staff add column if not exists role_at timestamptz;
comment on column staff.role_at is 'When the role was last changed; null for one that has stayed what it was. Access tokens with another role count no more.';

create index concurrently if not exists session_ended on session (ended_at) where ended_at is not null;

-- +goose StatementBegin
create or replace function tell_revoked() returns trigger language plpgsql as $$
begin
  perform pg_notify('kabinet_revoked', '');
  return null;
end $$;
-- +goose StatementEnd
comment on function tell_revoked() is 'Trigger of session and staff: notifies kabinet_revoked that access tokens lost their rights, once for each transaction.';

-- +goose StatementBegin
create or replace function date_role() returns trigger language plpgsql as $$
begin
  new.role_at := clock_timestamp();
  return new;
end $$;
-- +goose StatementEnd
comment on function date_role() is 'Trigger of staff: notes when a role was changed.';

create or replace trigger revoked after update of ended_at on session for each row
  when (old.ended_at is null and new.ended_at is not null) execute function tell_revoked();
create or replace trigger role_dated before update of role on staff for each row
  when (old.role is distinct from new.role) execute function date_role();
create or replace trigger revoked after update of role on staff for each row
  when (old.role is distinct from new.role) execute function tell_revoked();
