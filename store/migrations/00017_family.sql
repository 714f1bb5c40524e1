-- +goose Up
alter table business
  add column family_transfers   boolean not null default false,
  add column family_daily_limit bigint  not null default 1000 constraint business_family_daily_limit check (family_daily_limit between 1 and 10000000),
  add column family_size        bigint  not null default 6 constraint business_family_size check (family_size between 2 and 20);
comment on column business.family_transfers is 'Whether points may be transferred between members of a family.';
comment on column business.family_daily_limit is 'The most points that one customer transfers in a day of their time zone.';
comment on column business.family_size is 'The most members of a family.';

create table family (
  id         bigint generated always as identity primary key,
  created_at timestamptz not null
);
comment on table family is 'Customers who transfer points to each other. A family lives on without members.';

create table family_member (
  customer_id bigint primary key references customer,
  family_id   bigint      not null references family,
  joined_at   timestamptz not null
);
comment on table family_member is 'Who is in which family; nobody is in two.';
create index family_member_family on family_member (family_id, joined_at, customer_id);

create table family_invitation (
  id         bigint generated always as identity primary key,
  family_id  bigint      not null references family,
  inviter_id bigint      not null references customer,
  channel    text constraint family_invitation_channel check (channel in ('SMS', 'EMAIL')),
  address    text,
  code       text constraint family_invitation_code_unique unique,
  state      text        not null default 'OPEN' constraint family_invitation_state check (state in ('OPEN', 'ACCEPTED', 'DECLINED', 'EXPIRED')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at   timestamptz,
  constraint family_invitation_way check ((address is null) = (channel is null) and (address is null) <> (code is null)),
  constraint family_invitation_ended check ((state = 'OPEN') = (ended_at is null))
);
comment on table family_invitation is 'Invitations into families: to an address, whose owner finds it after signing in, or by a code to pass on.';
comment on column family_invitation.state is 'One that is OPEN past expires_at counts for nothing and becomes EXPIRED when somebody invites again.';
create unique index family_invitation_open on family_invitation (family_id, address) where state = 'OPEN';
create index family_invitation_address on family_invitation (address, id) where state = 'OPEN';
create index family_invitation_family on family_invitation (family_id, id desc) where state = 'OPEN';
create index family_invitation_inviter on family_invitation (inviter_id, created_at);

create table points_transfer (
  id                bigint generated always as identity primary key,
  sender_id         bigint      not null references customer,
  receiver_id       bigint      not null references customer,
  points            bigint      not null constraint points_transfer_points check (points > 0),
  channel           text        not null constraint points_transfer_channel check (channel in ('SMS', 'EMAIL')),
  state             text        not null default 'WAITING' constraint points_transfer_state check (state in ('WAITING', 'DONE', 'ENDED')),
  created_at        timestamptz not null,
  ended_at          timestamptz,
  sent_entry_id     bigint references transfer,
  received_entry_id bigint references transfer,
  constraint points_transfer_others check (sender_id <> receiver_id),
  constraint points_transfer_ended check ((state = 'WAITING') = (ended_at is null)),
  constraint points_transfer_done check ((state = 'DONE') = (sent_entry_id is not null and received_entry_id is not null))
);
comment on table points_transfer is 'Points from one member of a family to another: asked for, confirmed by a one-time code, done.';
comment on column points_transfer.channel is 'Where the code went.';
create index points_transfer_sender on points_transfer (sender_id, id desc);
create index points_transfer_receiver on points_transfer (receiver_id, id desc) where state = 'DONE';
create unique index points_transfer_waiting on points_transfer (sender_id) where state = 'WAITING';

alter table sign_in_code add column points_transfer_id bigint references points_transfer;
comment on column sign_in_code.points_transfer_id is 'The transfer that the code confirms; null for a code that signs in.';

-- Points on their way from one wallet to another; the sum of the account is 0 after every transaction.
alter table transfer drop constraint transfer_from, drop constraint transfer_to;
alter table transfer
  add constraint transfer_from check (from_account in ('ACTIVE', 'PENDING', 'HELD', 'DEBT', 'ISSUED', 'REDEEMED', 'EXPIRED', 'FAMILY')) not valid,
  add constraint transfer_to check (to_account in ('ACTIVE', 'PENDING', 'HELD', 'DEBT', 'ISSUED', 'REDEEMED', 'EXPIRED', 'FAMILY')) not valid;
