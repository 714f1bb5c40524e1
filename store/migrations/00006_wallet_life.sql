-- +goose Up
alter table business add column notice_days bigint not null default 14 constraint business_notice_days check (notice_days between 0 and 365);
comment on column business.notice_days is 'How long before points burn their owner is told; 0 for never.';
alter table lot add column noticed_at timestamptz;
comment on column lot.noticed_at is 'When the owner was told that these points burn soon; once for each lot.';
create index lot_noticing on lot (expires_at, id) where remaining > 0 and noticed_at is null;
