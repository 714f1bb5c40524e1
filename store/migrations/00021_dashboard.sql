-- +goose NO TRANSACTION
-- +goose Up
create index concurrently if not exists orders_completed on orders (completed_at) where completed_at is not null;
create index concurrently if not exists refund_at on refund (at);
-- The ledger only grows, and in the order of time: a block index costs its writers nothing.
create index concurrently if not exists transfer_at on transfer using brin (at) with (pages_per_range = 16);
create index concurrently if not exists audit_staff on audit (staff_id, at desc, id desc) where staff_id is not null;
create index concurrently if not exists audit_subject on audit (subject, at desc, id desc);
create index concurrently if not exists post_report_queue on post_report (at, post_id) where settled_at is null;
