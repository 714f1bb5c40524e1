import { describe, expect, it } from "vitest";
import type { OrderStatus } from "../gql/graphql";
import { afterLeaving, group, toward } from "./board";

const order = (
  id: string,
  status: OrderStatus,
  promisedAt: string | null = null,
  placedAt = "2026-11-22T10:00:00Z",
) => ({
  id,
  status,
  placedAt,
  promisedAt,
});
const ids = (orders: readonly { id: string }[]) => orders.map((o) => o.id);

describe("group", () => {
  it("puts the soonest promise first, then the oldest, those without a promise last", () => {
    const sorted = group([
      order("none", "NEW"),
      order("older", "NEW", null, "2026-11-22T09:00:00Z"),
      order("late", "NEW", "2026-11-22T15:00:00Z"),
      order("soon", "NEW", "2026-11-22T11:00:00Z"),
    ]);
    expect(ids(sorted.NEW)).toEqual(["soon", "late", "older", "none"]);
  });

  it("shows each order once, where it stands now", () => {
    const sorted = group([order("a", "NEW"), order("a", "CONFIRMED"), order("b", "COMPLETED")]);
    expect([ids(sorted.NEW), ids(sorted.CONFIRMED), ids(sorted.READY)]).toEqual([[], ["a"], []]);
  });

  it("shows an order where it is being moved to", () => {
    expect(ids(group([order("a", "NEW")], { a: "CONFIRMED" }).CONFIRMED)).toEqual(["a"]);
  });
});

describe("toward", () => {
  const rows = [["a1", "a2", "a3"], [], ["c1"], ["d1", "d2"]];

  it("stays within a column up and down", () => {
    expect(toward(rows, "a1", "ArrowDown")).toBe("a2");
    expect(toward(rows, "a3", "ArrowDown")).toBe("a3");
    expect(toward(rows, "a1", "ArrowUp")).toBe("a1");
    expect(toward(rows, "a2", "End")).toBe("a3");
    expect(toward(rows, "a3", "Home")).toBe("a1");
  });

  it("passes over empty columns sideways", () => {
    expect(toward(rows, "a3", "ArrowRight")).toBe("c1");
    expect(toward(rows, "c1", "ArrowLeft")).toBe("a1");
    expect(toward(rows, "d2", "ArrowRight")).toBe("d2");
  });

  it("begins with the first order there is", () => {
    expect(toward(rows, undefined, "ArrowDown")).toBe("a1");
    expect(toward([[], []], undefined, "ArrowDown")).toBeUndefined();
    expect(toward(rows, "gone", "ArrowLeft")).toBe("a1");
  });
});

describe("afterLeaving", () => {
  it("goes on to the next order of the column, at its end to the one above", () => {
    expect(afterLeaving(["a", "b", "c"], "b")).toBe("c");
    expect(afterLeaving(["a", "b"], "b")).toBe("a");
    expect(afterLeaving(["a"], "a")).toBeUndefined();
  });
});
