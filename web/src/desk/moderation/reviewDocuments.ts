import { graphql } from "../gql";

// The documents of reviews at the desk.

export const DeskReviews = graphql(`
  query DeskReviews($first: Int = 20, $after: String) {
    desk {
      reviews(first: $first, after: $after) {
        nodes { id author rating text createdAt hiddenReason product { id slug name } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const ReviewHide = graphql(`
  mutation ReviewHide($input: ReviewHideInput!) {
    reviewHide(input: $input) {
      review { id hiddenReason }
      userErrors { __typename code message field }
    }
  }
`);
