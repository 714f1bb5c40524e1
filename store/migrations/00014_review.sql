-- +goose Up
create table review (
  id            bigint generated always as identity primary key,
  product_id    bigint      not null references product,
  customer_id   bigint      not null references customer,
  rating        bigint      not null constraint review_rating check (rating between 1 and 5),
  text          text        not null,
  created_at    timestamptz not null,
  edited_at     timestamptz,
  hidden_at     timestamptz,
  hidden_reason text,
  staff_id      bigint references staff,
  constraint review_once unique (product_id, customer_id),
  constraint review_hidden check ((hidden_at is null) = (hidden_reason is null))
);
comment on table review is 'What customers say of products they bought; one for each product and customer.';
comment on column review.staff_id is 'Who hid it.';
create index review_product on review (product_id, id desc) where hidden_at is null;
create index review_customer on review (customer_id, product_id);

create table product_rating (
  product_id bigint primary key references product,
  reviews    bigint not null constraint product_rating_reviews check (reviews >= 0),
  stars      bigint not null constraint product_rating_stars check (stars >= 0)
);
comment on table product_rating is 'How many reviews of a product are shown and the sum of their ratings, kept in the transaction that changes a review.';
