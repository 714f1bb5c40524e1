-- +goose Up
create table import_run (
  id          bigint generated always as identity primary key,
  kind        text        not null constraint import_run_kind check (kind in ('SALES', 'STAYS')),
  source      text        not null,
  file_name   text        not null,
  digest      text        not null,
  options     text        not null,
  records     bigint      not null default 0 constraint import_run_records check (records >= 0),
  rejected    bigint      not null default 0 constraint import_run_rejected check (rejected between 0 and records),
  alone       boolean     not null,
  started_at  timestamptz not null,
  finished_at timestamptz,
  constraint import_run_file_unique unique (kind, source, digest)
);
comment on table import_run is 'Files that were imported, one row each; records grows in the transaction of each batch, so an import that was killed goes on where it stood.';
comment on column import_run.digest is 'SHA-256 of the unpacked content.';
comment on column import_run.options is 'Digest of the mapping and options; with other ones the file is read from its beginning again.';
comment on column import_run.records is 'How many records of the file were read, those that were rejected or skipped too.';
comment on column import_run.alone is 'The first file of its source, read with the same options throughout: the figures of the source must be those of the file.';
comment on column import_run.started_at is 'The present of the import: points that matured before it are active, and their life begins with it.';

create table import_entry (
  import_source   text        not null,
  external_number text        not null,
  ordinal         bigint      not null,
  kind            text        not null constraint import_entry_kind check (kind in ('ADJUSTMENT', 'WRITE_OFF')),
  customer_id     bigint references customer,
  variant_id      bigint      not null references variant,
  name            text        not null,
  quantity        bigint      not null,
  amount          bigint      not null,
  amount_mills    bigint      not null default 0 constraint import_entry_mills check (amount_mills between 0 and 9),
  at              timestamptz not null,
  constraint import_entry_pkey primary key (import_source, external_number, ordinal)
);
comment on table import_entry is 'Imported lines that neither sell nor refund: bookkeeping adjustments and stock that was written off.';

create table stay (
  order_id    bigint primary key references orders,
  arrival     date   not null,
  departure   date   not null,
  adults      bigint not null,
  children    bigint not null,
  babies      bigint not null,
  country     text   not null default '',
  particulars jsonb  not null default '{}'
);
comment on table stay is 'When and for whom the nights of an imported booking were.';
comment on column stay.particulars is 'What else the list of bookings told, by name: room assigned, segment, channel, agent and so on.';

create table import_product (
  product_id bigint primary key references product,
  name       jsonb  not null default '{}',
  named_at   timestamptz not null default '-infinity',
  price      bigint not null default 0,
  priced_at  timestamptz not null default '-infinity'
);
comment on table import_product is 'Name and price that the latest imported lines say of a product. The product takes them over when its file ends, until staff change it.';

-- A line is known by its place in the order or refund, so that no repeat of an import can double it.
drop index order_line_order;
create unique index order_line_order on order_line (order_id, position);

alter table refund_line add column position bigint;
comment on column refund_line.position is 'Place of an imported line in its refund. A line that undoes several purchases is several rows; so is one that no purchase wholly covers.';
create unique index refund_line_part on refund_line (refund_id, position, coalesce(order_line_id, 0)) where position is not null;

-- Customer, order and rule of an accrual repeat those of its line, and the rule of a line is one the program just read: keys on them cost
-- an import more than all its rows, and no live order gains by them. The key to the line stays; doctor compares the repeated columns.
alter table accrual
  drop constraint accrual_customer_id_fkey,
  drop constraint accrual_order_id_fkey,
  drop constraint accrual_rule_id_fkey;
alter table order_line
  drop constraint order_line_rule_id_fkey;
