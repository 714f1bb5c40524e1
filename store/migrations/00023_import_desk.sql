-- +goose Up
create table import_file (
  id          bigint generated always as identity primary key,
  object      text        not null constraint import_file_object_unique unique,
  name        text        not null,
  staff_id    bigint      not null references staff,
  bytes       bigint,
  created_at  timestamptz not null,
  received_at timestamptz,
  removed_at  timestamptz,
  constraint import_file_received check ((received_at is null) = (bytes is null))
);
comment on table import_file is 'Files that staff uploaded for imports. The rows stay; the files themselves are kept for a week.';
comment on column import_file.object is 'Name of the file in the folder of uploads.';
comment on column import_file.name is 'What the person''s machine calls it.';
create index import_file_kept on import_file (created_at) where removed_at is null;

create table import_task (
  id            bigint generated always as identity primary key,
  kind          text        not null constraint import_task_kind check (kind in ('SALES', 'STAYS', 'REFERRALS', 'POSTS')),
  state         text        not null default 'QUEUED' constraint import_task_state check (state in ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
  file_id       bigint      not null references import_file,
  members_id    bigint references import_file,
  mapping       text        not null default '',
  source        text        not null,
  club_id       bigint references club,
  since         text        not null default '',
  staff_id      bigint      not null references staff,
  created_at    timestamptz not null,
  started_at    timestamptz,
  ended_at      timestamptz,
  cancel        boolean     not null default false,
  rows_read     bigint      not null default 0,
  rows_rejected bigint      not null default 0,
  percent       bigint      not null default 0 constraint import_task_percent check (percent between 0 and 100),
  failure       text        not null default '',
  detail        text        not null default '',
  figures       json        not null default '{}',
  dropped       boolean     not null default false,
  constraint import_task_ended check ((state in ('QUEUED', 'RUNNING')) = (ended_at is null)),
  constraint import_task_failed check ((state = 'FAILED') = (failure <> ''))
);
comment on table import_task is 'Imports that staff asked for at the desk. How far a file of sales or stays was taken in is in import_run; this is who asked, and what is shown of it.';
comment on column import_task.cancel is 'Somebody called it off; whoever works on it stops at the next look.';
comment on column import_task.figures is 'What is stored of the source at the end; its keys keep their order.';
comment on column import_task.dropped is 'The file of rejected rows is removed.';
create index import_task_list on import_task (created_at desc, id desc);
create index import_task_open on import_task (id) where ended_at is null;
create index import_task_rejects on import_task (ended_at) where not dropped;
create index import_task_file on import_task (file_id);
create index import_task_members on import_task (members_id) where members_id is not null;
