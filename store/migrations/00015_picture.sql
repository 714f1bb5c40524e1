-- +goose Up
create table picture_file (
  id          bigint generated always as identity primary key,
  name        text        not null constraint picture_file_name_unique unique,
  customer_id bigint references customer,
  staff_id    bigint references staff,
  created_at  timestamptz not null,
  loose_since timestamptz,
  sized_at    timestamptz,
  constraint picture_file_owner check (num_nonnulls(customer_id, staff_id) <= 1)
);
comment on table picture_file is 'Pictures, whatever shows them: products, clubs, posts. Their sizes are rows of media.';
comment on column picture_file.name is 'The first part of its address; cannot be guessed for what was uploaded.';
comment on column picture_file.customer_id is 'Who uploaded it; neither customer nor staff for what came with a demo or an earlier release.';
comment on column picture_file.loose_since is 'Since when nothing shows it; such pictures are removed after a day. Null while something does.';
comment on column picture_file.sized_at is 'When its smaller sizes were made; null before.';
create index picture_file_customer on picture_file (customer_id, created_at) where customer_id is not null;
create index picture_file_staff on picture_file (staff_id, created_at) where staff_id is not null;
create index picture_file_loose on picture_file (loose_since) where loose_since is not null;

insert into picture_file (name, created_at, loose_since, sized_at)
select m.hash, now(),
       case when not exists (select 1 from picture p where p.hash = m.hash) and not exists (select 1 from club c where c.picture = m.hash) then now() end, now()
  from (select hash from media union select hash from picture union select picture from club where picture is not null) m;

alter table media alter column bytes drop not null;
comment on column media.bytes is 'The picture itself; null when it lies in the store of objects under hash-width.';
comment on column media.hash is 'The name of the picture in picture_file.';
alter table media add constraint media_file_fkey foreign key (hash) references picture_file (name) not valid;
alter table picture add constraint picture_file_fkey foreign key (hash) references picture_file (name) not valid;
alter table club add constraint club_picture_fkey foreign key (picture) references picture_file (name) not valid;
alter table media validate constraint media_file_fkey;
alter table picture validate constraint picture_file_fkey;
alter table club validate constraint club_picture_fkey;
create index picture_hash on picture (hash);
create index club_picture on club (picture) where picture is not null;
