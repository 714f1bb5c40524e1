-- +goose Up
alter table staff
  add column left_at timestamptz,
  add constraint staff_left_off_duty check (left_at is null or not on_duty);
comment on column staff.left_at is 'When they stopped working here; null while they do. Who left signs in as a customer; what they did stays under their name.';
comment on column staff.role_at is 'When the role was last changed, or they left or came back; null when neither happened. Access tokens with another role count no more.';
comment on function date_role() is 'Trigger of staff: notes when a role was changed, or somebody left or came back.';

create or replace trigger role_dated before update of role, left_at on staff for each row
  when (old.role is distinct from new.role or old.left_at is distinct from new.left_at) execute function date_role();
create or replace trigger revoked after update of role, left_at on staff for each row
  when (old.role is distinct from new.role or old.left_at is distinct from new.left_at) execute function tell_revoked();
