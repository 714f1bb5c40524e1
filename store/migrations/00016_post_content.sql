-- +goose Up
create table post_picture (
  post_id  bigint not null references post,
  position bigint not null,
  file_id  bigint not null references picture_file,
  alt      text   not null default '',
  constraint post_picture_pkey primary key (post_id, position)
);
comment on table post_picture is 'Pictures inside posts, in their order.';
create index post_picture_file on post_picture (file_id);

create table post_offer (
  post_id  bigint not null references post,
  position bigint not null,
  offer_id bigint not null references club_offer,
  constraint post_offer_pkey primary key (post_id, position)
);
comment on table post_offer is 'Offers of the club that a post shows, in their order.';

alter table club_member add column digest_at timestamptz;
alter table club_member add column digest_from timestamptz;
alter table club_member add constraint club_member_digest check ((digest_at is null) = (digest_from is null) and (digest_at is null or not muted));
comment on column club_member.digest_at is 'When the next daily digest is due, in the morning where the member lives; null for members who want none.';
comment on column club_member.digest_from is 'Posts after this moment are not told yet.';
create index club_member_digest on club_member (digest_at) where digest_at is not null;
