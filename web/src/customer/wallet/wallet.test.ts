import { describe, expect, it } from "vitest";
import { burning, byDay, wayOf } from "./entries";
import { addDays, instants, isPeriod, startOfDay, usualPeriods } from "./period";

describe("a movement of points", () => {
  it("comes in when the business gives it, and goes out when it is spent or burns", () => {
    expect(wayOf({ from: "ISSUED", to: "PENDING" })).toBe("in");
    expect(wayOf({ from: "REDEEMED", to: "ACTIVE" })).toBe("in");
    expect(wayOf({ from: "HELD", to: "REDEEMED" })).toBe("out");
    expect(wayOf({ from: "ACTIVE", to: "EXPIRED" })).toBe("out");
    expect(wayOf({ from: "ACTIVE", to: "DEBT" })).toBe("out");
  });
  it("stays within the wallet when it only changes its part", () => {
    expect(wayOf({ from: "PENDING", to: "ACTIVE" })).toBe("within");
    expect(wayOf({ from: "ACTIVE", to: "HELD" })).toBe("within");
  });
  it("stands under the day of the person's own time zone", () => {
    const late = { at: "2026-11-21T22:30:00Z" };
    const next = { at: "2026-11-22T08:00:00Z" };
    expect(byDay([next, late], "Europe/Moscow").map(([, those]) => those.length)).toEqual([2]);
    expect(byDay([next, late], "UTC").map(([, those]) => those.length)).toEqual([1, 1]);
  });
});

describe("points that burn", () => {
  it("are added up by day, soonest first, without those that last", () => {
    const lots = [
      { points: 5, expiresAt: "2027-01-02T10:00:00Z" },
      { points: 7, expiresAt: "2026-12-01T10:00:00Z" },
      { points: 3, expiresAt: "2026-12-01T12:00:00Z" },
      { points: 9, expiresAt: null },
      { points: 0, expiresAt: "2026-11-30T12:00:00Z" },
    ];
    expect(burning(lots, "UTC")).toEqual([
      { at: "2026-12-01T10:00:00Z", points: 10 },
      { at: "2027-01-02T10:00:00Z", points: 5 },
    ]);
  });
});

describe("a period", () => {
  it("begins at midnight of the zone, also on days when the clock changes", () => {
    expect(startOfDay("2026-11-22", "Europe/Moscow")).toBe("2026-11-21T21:00:00.000Z");
    expect(startOfDay("2026-03-29", "Europe/Berlin")).toBe("2026-03-28T23:00:00.000Z");
    expect(startOfDay("2026-03-30", "Europe/Berlin")).toBe("2026-03-29T22:00:00.000Z");
    expect(startOfDay("2026-11-01", "America/New_York")).toBe("2026-11-01T04:00:00.000Z");
  });
  it("ends with the whole of its last day", () => {
    expect(instants({ from: "2026-11-01", to: "2026-11-30" }, "UTC")).toEqual({
      from: "2026-11-01T00:00:00.000Z",
      to: "2026-12-01T00:00:00.000Z",
    });
  });
  it("knows the months", () => {
    expect(usualPeriods("2026-03-15").lastMonth).toEqual({ from: "2026-02-01", to: "2026-02-28" });
    expect(usualPeriods("2026-01-05").lastMonth).toEqual({ from: "2025-12-01", to: "2025-12-31" });
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
  });
  it("is refused backwards, unfinished, or too long", () => {
    expect(isPeriod({ from: "2026-02-01", to: "2026-02-01" })).toBe(true);
    expect(isPeriod({ from: "2026-02-02", to: "2026-02-01" })).toBe(false);
    expect(isPeriod({ from: "", to: "2026-02-01" })).toBe(false);
    expect(isPeriod({ from: "2016-02-02", to: "2026-02-01" })).toBe(false);
  });
});
