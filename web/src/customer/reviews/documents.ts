import { graphql } from "./gql";

// The documents of reviews: what customers say of a product, and what one says oneself.

export const Reviews = graphql(`
  query Reviews($slug: String!, $first: Int = 10, $after: String) {
    viewer { customer { id productsToReview { id } } }
    product(slug: $slug) {
      id
      rating { count average }
      ownReview { id rating text createdAt hiddenReason }
      reviews(first: $first, after: $after) {
        nodes { id author mine rating text createdAt editedAt }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const ReviewCreate = graphql(`
  mutation ReviewCreate($input: ReviewCreateInput!) {
    reviewCreate(input: $input) {
      review { id rating text }
      userErrors { __typename code message field }
    }
  }
`);

export const ReviewEdit = graphql(`
  mutation ReviewEdit($input: ReviewEditInput!) {
    reviewEdit(input: $input) {
      review { id rating text editedAt }
      userErrors { __typename code message field }
    }
  }
`);
