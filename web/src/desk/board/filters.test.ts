import { describe, expect, it } from "vitest";
import { ordersAsked, wantedStatuses } from "./filters";

describe("ordersAsked", () => {
  it("asks for everything, the newest first, when nothing is chosen", () => {
    expect(ordersAsked({}, "UTC")).toEqual({ where: {}, orderBy: { field: "PLACED_AT", direction: "DESC" } });
  });

  it("takes days of the person's zone, the last one whole", () => {
    expect(ordersAsked({ from: "2026-11-01", to: "2026-11-30" }, "Europe/Moscow").where.placedAt).toEqual({
      gte: "2026-10-31T21:00:00.000Z",
      lt: "2026-11-30T21:00:00.000Z",
    });
  });

  it("leaves out what is no day and no state", () => {
    expect(ordersAsked({ from: "yesterday", status: "COMPLETED,LOST" }, "UTC").where).toEqual({
      status: { oneOf: ["COMPLETED"] },
    });
    expect(wantedStatuses(undefined)).toEqual([]);
  });
});
