import { graphql } from "../gql";

// The documents of invitations: what waits for a decision, who invites most, and the branch below anybody.

export const FlaggedReferrals = graphql(`
  query FlaggedReferrals($first: Int = 20, $after: String) {
    desk {
      flaggedReferrals(first: $first, after: $after) {
        nodes {
          id
          name
          joinedAt
          state
          orders
          flags
          reason
          customer { id name email phone }
          inviter { id name email phone }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const TopInviters = graphql(`
  query TopInviters($first: Int = 20, $after: String, $orderBy: TopInviterOrder!) {
    desk {
      topInviters(first: $first, after: $after, orderBy: $orderBy) {
        nodes { people points customer { id name email phone } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const ReferralDecide = graphql(`
  mutation ReferralDecide($input: ReferralDecideInput!) {
    referralDecide(input: $input) {
      person { id state reason flags }
      userErrors { __typename code message field }
    }
  }
`);

export const Branch = graphql(`
  query Branch($customerId: ID!) {
    desk {
      referral(customerId: $customerId) {
        code
        stats { people active orders points }
        tree(depth: 3) {
          level
          parentId
          hidden
          person { id name joinedAt state active orders points customer { id } }
        }
      }
    }
  }
`);
