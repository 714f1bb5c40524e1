-- +goose Up
alter table customer
  add column quiet_from bigint constraint customer_quiet_from check (quiet_from between 0 and 1439),
  add column quiet_until bigint constraint customer_quiet_until check (quiet_until between 0 and 1439),
  add constraint customer_quiet check ((quiet_from is null) = (quiet_until is null));
comment on column customer.quiet_from is 'When quiet hours begin, in minutes after midnight of the customer''s zone; null for none.';

create table notification_mute (
  customer_id bigint not null references customer,
  topic       text   not null,
  channel     text   not null constraint notification_mute_channel check (channel in ('PUSH')),
  constraint notification_mute_pkey primary key (customer_id, topic, channel),
  constraint notification_mute_topic check (topic in ('ORDER_STEPS', 'POINTS', 'REFERRALS', 'CLUBS', 'CLUB_POSTS', 'OTHER'))
);
comment on table notification_mute is 'What customers do not want to be told, by channel; a topic that is not here is wanted. Critical topics cannot be here.';
