-- Apart from 00017, so that the ledger is read through without locking out those who write it.
-- +goose Up
alter table transfer validate constraint transfer_from;
alter table transfer validate constraint transfer_to;
