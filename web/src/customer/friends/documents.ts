import { graphql } from "./gql";

graphql(`
  fragment Friend on ReferralPerson {
    id
    name
    joinedAt
    state
    active
    orders
    points
    people
    reason
  }
`);

export const FriendsPage = graphql(`
  query FriendsPage {
    viewer {
      customer {
        id
        referral {
          code
          link
          qrSvg
          shareText
          showName
          canClaim
          invitedBy { name since state reason }
          tariff { open levels inviterPoints invitedPoints capPerInvited capPerMonth maxInvited }
          stats { people active orders points byLevel { level people active orders points } }
        }
      }
    }
  }
`);

export const Children = graphql(`
  query Children($orderBy: ReferralOrder!, $first: Int = 20, $after: String) {
    viewer {
      customer {
        id
        referral {
          children(first: $first, after: $after, orderBy: $orderBy) {
            nodes { ...Friend }
            pageInfo { hasNextPage endCursor }
          }
        }
      }
    }
  }
`);

export const Tree = graphql(`
  query Tree {
    viewer {
      customer {
        id
        referral {
          tree(depth: 3) { level parentId hidden person { ...Friend } }
        }
      }
    }
  }
`);

export const Earnings = graphql(`
  query Earnings($first: Int = 20, $after: String) {
    viewer {
      customer {
        id
        referral {
          earnings(first: $first, after: $after) {
            nodes { at kind level points reversed state maturesAt from { id name } }
            pageInfo { hasNextPage endCursor }
          }
        }
      }
    }
  }
`);

export const ReferralUpdate = graphql(`
  mutation ReferralUpdate($input: ReferralUpdateInput!) {
    referralUpdate(input: $input) {
      referral { showName }
      userErrors { __typename code message field }
    }
  }
`);
