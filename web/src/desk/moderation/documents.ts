import { graphql } from "../gql";

// The documents of moderation: what was reported in all clubs, and what settles it.

export const ReportedContent = graphql(`
  query ReportedContent($first: Int = 20, $after: String) {
    desk {
      contentReports(first: $first, after: $after) {
        totalCount
        nodes {
          count
          since
          club { id slug name }
          post { id title html createdAt hiddenAt author { name staff } }
          comment { id html createdAt hiddenAt author { name staff } }
          reports { reason at }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const ContentHide = graphql(`
  mutation ContentHide($input: ContentHideInput!) {
    contentHide(input: $input) {
      post { id hiddenAt hiddenReason }
      comment { id hiddenAt hiddenReason }
      userErrors { __typename code message field }
    }
  }
`);
