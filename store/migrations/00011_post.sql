-- +goose Up
create table post (
  id              bigint generated always as identity primary key,
  club_id         bigint      not null references club,
  thread_id       bigint references post,
  parent_id       bigint references post,
  customer_id     bigint references customer,
  staff_id        bigint references staff,
  author          text,
  title           text        not null default '',
  source          text        not null,
  html            text        not null,
  comments        bigint      not null default 0 constraint post_comments check (comments >= 0),
  reactions       jsonb       not null default '{}',
  edits           bigint      not null default 0,
  created_at      timestamptz not null,
  edited_at       timestamptz,
  pinned_at       timestamptz,
  hidden_at       timestamptz,
  hidden_reason   text,
  removed_at      timestamptz,
  import_source   text,
  external_number text,
  constraint post_author check (num_nonnulls(customer_id, staff_id, author) = 1),
  constraint post_parent check (parent_id is null or thread_id is not null),
  constraint post_hidden check ((hidden_at is null) = (hidden_reason is null)),
  constraint post_external_unique unique (import_source, external_number)
);
comment on table post is 'Posts of clubs, and the comments below them.';
comment on column post.thread_id is 'The post that a comment stands below; null for posts.';
comment on column post.parent_id is 'The comment that a reply answers; replies have none of their own.';
comment on column post.author is 'The name of an author outside this business; imports only.';
comment on column post.source is 'What was written, in Markdown; HTML for imports.';
comment on column post.html is 'The source made into safe HTML when it was written.';
comment on column post.reactions is 'How many of each kind, kept in the transaction that sets one.';
create index post_feed on post (club_id, created_at desc, id desc) where thread_id is null and hidden_at is null and removed_at is null;
create index post_pinned on post (club_id, pinned_at) where pinned_at is not null;
create index post_comments on post (thread_id, created_at, id) where parent_id is null and hidden_at is null and removed_at is null;
create index post_thread on post (thread_id) where thread_id is not null;
create index post_replies on post (parent_id, created_at, id) where parent_id is not null and hidden_at is null and removed_at is null;

create table reaction (
  post_id     bigint      not null references post,
  customer_id bigint      not null references customer,
  kind        text        not null constraint reaction_kind check (kind in ('LIKE', 'LOVE', 'LAUGH', 'WOW', 'SAD')),
  created_at  timestamptz not null,
  constraint reaction_pkey primary key (post_id, customer_id)
);
comment on table reaction is 'What customers feel about posts and comments, one each.';

create table post_revision (
  id       bigint generated always as identity primary key,
  post_id  bigint      not null references post,
  title    text        not null,
  source   text        not null,
  at       timestamptz not null
);
comment on table post_revision is 'What posts and comments said before each edit; append-only. at is when it was replaced.';
create index post_revision_post on post_revision (post_id, id);
create trigger append_only before update or delete on post_revision for each row execute function forbid_change();
create trigger append_only_truncate before truncate on post_revision for each statement execute function forbid_change();

create table post_report (
  post_id     bigint      not null references post,
  customer_id bigint      not null references customer,
  club_id     bigint      not null references club,
  reason      text        not null,
  at          timestamptz not null,
  settled_at  timestamptz,
  constraint post_report_pkey primary key (post_id, customer_id)
);
comment on table post_report is 'Posts and comments that customers reported; settled when a moderator hid them or left them.';
create index post_report_open on post_report (club_id, at) where settled_at is null;

alter table club_member add column muted boolean not null default false;
alter table club_member add column seen_at timestamptz;
comment on column club_member.muted is 'Whether the member wants no pushes of new posts.';
comment on column club_member.seen_at is 'Up to which moment the member has read the feed; null since joining.';
