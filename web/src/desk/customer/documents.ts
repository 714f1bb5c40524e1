import { graphql } from "../gql";

// The documents about customers at the desk.

export const CustomersQuery = graphql(`
  query Customers($search: String, $orderBy: CustomerOrder, $first: Int = 30, $after: String) {
    desk {
      customers(first: $first, search: $search, orderBy: $orderBy, after: $after) {
        nodes {
          id
          name
          phone
          email
          externalNumber
          createdAt
          figures { completedOrders net lastOrderAt }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const CustomerQuery = graphql(`
  query Customer($id: ID!) {
    desk {
      customer(id: $id) {
        id
        name
        phone
        email
        locale
        timeZone
        createdAt
        externalNumber
        figures { completedOrders paid refunded net lastOrderAt }
        wallet { id active pending held debt expiringPoints(within: 30) }
        memberships { state since moderator graceUntil reason club { id slug name } }
        privileges { pointsPercent support earlyBookingHours }
        devices { id platform name createdAt seenAt }
      }
    }
  }
`);

export const CustomerOrders = graphql(`
  query CustomerOrders($id: ID!, $first: Int = 20, $after: String) {
    desk {
      customer(id: $id) {
        id
        orders(first: $first, after: $after) {
          nodes { ...OrderBrief }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`);

export const CustomerWallet = graphql(`
  query CustomerWallet($id: ID!, $first: Int = 20, $after: String) {
    desk {
      customer(id: $id) {
        id
        wallet {
          id
          active
          pending
          held
          debt
          lots { id points held expiresAt }
          entries(first: $first, after: $after) {
            nodes { id at cause points from to rule order { id number } balanceAfter { active } }
            pageInfo { hasNextPage endCursor }
          }
        }
      }
    }
  }
`);

export const WalletAdjust = graphql(`
  mutation WalletAdjust($input: WalletAdjustInput!) {
    walletAdjust(input: $input) {
      wallet { id active pending held debt }
      userErrors { __typename code message field }
    }
  }
`);

export const CustomerReferral = graphql(`
  query CustomerReferral($id: ID!) {
    desk {
      referral(customerId: $id) {
        code
        invitedBy { name since state reason }
        stats { people active orders points byLevel { level people active orders points } }
        tree(depth: 3) {
          level
          parentId
          hidden
          person { id name joinedAt state active orders points people flags customer { id name } }
        }
      }
    }
  }
`);
