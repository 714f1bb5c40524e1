import type { OrderOrder, OrderStatus, OrderWhere } from "../gql/graphql";
import { instantAt, nextDay } from "../zone";

// The filters of the list of orders, as they stand in the address of the page.

/** Every state of an order, in the order that it passes them. */
export const statuses = [
  "NEW",
  "CONFIRMED",
  "IN_PROGRESS",
  "READY",
  "COMPLETED",
  "CANCELLED",
  "REFUNDED",
] as const satisfies readonly OrderStatus[];

/** What a list can be sorted by. */
export const sorts = ["placed", "promised"] as const;

/** The filters as the address has them; dates are days of the person's zone. */
export type Filters = {
  status?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  sort?: string | undefined;
};

const isDay = (value: string | undefined): value is string => /^\d{4}-\d{2}-\d{2}$/.test(value ?? "");

/** The states that are asked for; none means all. */
export function wantedStatuses(status: string | undefined): OrderStatus[] {
  return statuses.filter((one) => status?.split(",").includes(one));
}

/** The filters as the query takes them. */
export function ordersAsked(filters: Filters, zone: string): { where: OrderWhere; orderBy: OrderOrder } {
  const oneOf = wantedStatuses(filters.status);
  const placedAt = {
    ...(isDay(filters.from) && { gte: instantAt(filters.from, zone).toISOString() }),
    ...(isDay(filters.to) && { lt: instantAt(nextDay(filters.to), zone).toISOString() }),
  };
  return {
    where: {
      ...(oneOf.length > 0 && { status: { oneOf } }),
      ...(Object.keys(placedAt).length > 0 && { placedAt }),
    },
    orderBy:
      filters.sort === "promised"
        ? { field: "PROMISED_AT", direction: "ASC" }
        : { field: "PLACED_AT", direction: "DESC" },
  };
}
