import { graphql } from "../gql";

// The documents of the order board.

export const BoardQuery = graphql(`
  query Board($first: Int!) {
    desk {
      new: orders(first: $first, where: { status: { eq: NEW } }, orderBy: { field: PROMISED_AT, direction: ASC }) {
        nodes { ...OrderBrief }
        pageInfo { hasNextPage }
      }
      confirmed: orders(first: $first, where: { status: { eq: CONFIRMED } }, orderBy: { field: PROMISED_AT, direction: ASC }) {
        nodes { ...OrderBrief }
        pageInfo { hasNextPage }
      }
      inProgress: orders(first: $first, where: { status: { eq: IN_PROGRESS } }, orderBy: { field: PROMISED_AT, direction: ASC }) {
        nodes { ...OrderBrief }
        pageInfo { hasNextPage }
      }
      ready: orders(first: $first, where: { status: { eq: READY } }, orderBy: { field: PROMISED_AT, direction: ASC }) {
        nodes { ...OrderBrief }
        pageInfo { hasNextPage }
      }
    }
  }
`);

export const OrdersQuery = graphql(`
  query DeskOrders($first: Int = 30, $after: String, $where: OrderWhere, $orderBy: OrderOrder) {
    desk {
      orders(first: $first, after: $after, where: $where, orderBy: $orderBy) {
        nodes { ...OrderBrief }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);
