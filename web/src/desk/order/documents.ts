import { graphql } from "../gql";

// The documents about one order at the desk.

graphql(`
  fragment OrderBrief on Order {
    id
    number
    status
    version
    placedAt
    promisedAt
    promiseState
    note
    total { amount currencyCode }
    lines { id name quantity }
    availableActions
    customer { id name phone email }
  }
`);

graphql(`
  fragment OrderWhole on Order {
    ...OrderBrief
    subtotal { amount currencyCode }
    refunded { amount currencyCode }
    pointsSpent
    pointsToEarn
    cancelReason
    completedAt
    promises { promisedAt madeAt reason }
    lines {
      id
      sku
      name
      quantity
      unitPrice { amount currencyCode }
      priceName
      subtotal { amount currencyCode }
      total { amount currencyCode }
      pointsToEarn
      refundedQuantity
    }
  }
`);

export const OrderAdvance = graphql(`
  mutation OrderAdvance($input: OrderAdvanceInput!) {
    orderAdvance(input: $input) {
      order { ...OrderWhole }
      userErrors { __typename code message field }
    }
  }
`);

export const OrderPromise = graphql(`
  mutation OrderPromise($input: OrderPromiseInput!) {
    orderPromise(input: $input) {
      order { ...OrderWhole }
      userErrors { __typename code message field }
    }
  }
`);

export const OrderRefund = graphql(`
  mutation OrderRefund($input: OrderRefundInput!) {
    orderRefund(input: $input) {
      order { ...OrderWhole }
      userErrors { __typename code message field }
    }
  }
`);

export const DeskOrder = graphql(`
  query DeskOrder($number: String!, $first: Int = 50, $after: String) {
    desk {
      order(number: $number) {
        ...OrderWhole
        timeline(first: $first, after: $after) {
          nodes { id at kind text actor reason public }
          pageInfo { hasNextPage endCursor }
        }
        customer {
          id
          name
          phone
          email
          locale
          createdAt
          externalNumber
          figures { completedOrders net lastOrderAt }
          wallet { id active pending held debt }
          memberships { state club { id slug name } }
        }
      }
    }
  }
`);

export const OrderByNumber = graphql(`
  query OrderByNumber($number: String!) {
    desk {
      order(number: $number) { ...OrderBrief }
    }
  }
`);
