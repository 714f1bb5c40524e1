import type { OrderStatus } from "../gql/graphql";

// Which order stands in which column of the board, and where the arrow keys lead.

/** The columns, in the order that an order passes them. */
export const columns = ["NEW", "CONFIRMED", "IN_PROGRESS", "READY"] as const satisfies readonly OrderStatus[];
/** A column of the board. */
export type Column = (typeof columns)[number];

type Standing = { id: string; status: OrderStatus; placedAt: string; promisedAt?: string | null };

/**
 * Sorts orders into the columns: each once, by where it stands now or is being moved to, the soonest promise first, then the oldest.
 */
export function group<T extends Standing>(
  orders: readonly T[],
  moving: Readonly<Record<string, OrderStatus>> = {},
): Record<Column, T[]> {
  const sorted: Record<Column, T[]> = { NEW: [], CONFIRMED: [], IN_PROGRESS: [], READY: [] };
  for (const order of new Map(orders.map((o) => [o.id, o])).values()) {
    sorted[(moving[order.id] ?? order.status) as Column]?.push(order);
  }
  for (const column of columns) sorted[column].sort(before);
  return sorted;
}

const never = "9999";
const before = (a: Standing, b: Standing) =>
  compare(a.promisedAt ?? never, b.promisedAt ?? never) || compare(a.placedAt, b.placedAt) || compare(a.id, b.id);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A key that moves between orders. */
export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End";

/** Where an arrow leads from an order: up and down in its column, sideways to the same height of the next column that has any. */
export function toward(
  rows: readonly (readonly string[])[],
  from: string | undefined,
  arrow: Arrow,
): string | undefined {
  const x = rows.findIndex((ids) => from !== undefined && ids.includes(from));
  const here = rows[x];
  if (!here || from === undefined) return rows.find((ids) => ids.length > 0)?.[0];
  const y = here.indexOf(from);
  if (arrow === "Home") return here[0];
  if (arrow === "End") return here.at(-1);
  if (arrow === "ArrowUp") return here[Math.max(0, y - 1)];
  if (arrow === "ArrowDown") return here[Math.min(here.length - 1, y + 1)];
  const aside = arrow === "ArrowLeft" ? rows.slice(0, x).reverse() : rows.slice(x + 1);
  const next = aside.find((ids) => ids.length > 0) ?? here;
  return next === here ? from : next[Math.min(y, next.length - 1)];
}

/** Which order gets the focus when one leaves its column: the next below, else the one above. */
export function afterLeaving(ids: readonly string[], leaving: string): string | undefined {
  const at = ids.indexOf(leaving);
  return ids[at + 1] ?? ids[at - 1];
}
