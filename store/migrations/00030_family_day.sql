-- +goose Up
comment on column business.family_daily_limit is 'The most points that one customer transfers in a day of the business''s time zone.';
