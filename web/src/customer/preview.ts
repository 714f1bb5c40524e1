import { useState } from "react";
import { useQuery } from "urql";
import type { BasketLine } from "~/app/basket";
import { graphql } from "./gql";
import type { OrderPreviewQuery } from "./gql/graphql";

const OrderPreview = graphql(`
  query OrderPreview($input: OrderPreviewInput!) {
    orderPreview(input: $input) {
      lines {
        quantity
        priceName
        unitPrice { amount currencyCode }
        subtotal { amount currencyCode }
        variant { id }
      }
      subtotal { amount currencyCode }
      pointsSpent
      maxPoints
      total { amount currencyCode }
      pointsToEarn
      promisedAt
      userErrors {
        __typename
        code
        message
        field
        ... on OutOfStockError { variantId stock: available }
        ... on InsufficientPointsError { points: available }
        ... on PointsLimitError { limit }
      }
    }
  }
`);

/** What the order would cost and earn. */
export type Preview = OrderPreviewQuery["orderPreview"];

/** The lines as the schema takes them. */
export function orderLines(lines: readonly BasketLine[]) {
  return lines.map(({ variantId, quantity }) => ({ variantId, quantity }));
}

/** Asks what the basket would cost with so many points spent; the last answer stays until the next one comes. */
export function usePreview(lines: readonly BasketLine[]) {
  const [points, setPoints] = useState(0);
  const [{ data, error, fetching }, read] = useQuery({
    query: OrderPreview,
    variables: { input: { lines: orderLines(lines), spendPoints: points } },
    pause: lines.length === 0,
    requestPolicy: "cache-and-network",
  });
  return {
    data: data?.orderPreview,
    error,
    fetching,
    points,
    setPoints,
    again: () => read({ requestPolicy: "network-only" }),
  };
}
