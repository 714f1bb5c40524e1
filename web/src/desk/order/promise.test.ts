import { describe, expect, it } from "vitest";
import { urgency } from "./promise";

const now = Date.parse("2026-11-22T12:00:00Z");
const order = (promisedAt: string | null, status = "CONFIRMED", promiseState = "OPEN") => ({
  status,
  promisedAt,
  promiseState,
});

describe("urgency of a promise", () => {
  it("grows as the date comes near and passes", () => {
    expect(urgency(order(null), now)).toBe("none");
    expect(urgency(order("2026-11-22T15:00:00Z"), now)).toBe("calm");
    expect(urgency(order("2026-11-22T13:00:00Z"), now)).toBe("soon");
    expect(urgency(order("2026-11-22T11:59:59Z"), now)).toBe("late");
  });

  it("stays late once it was broken", () => {
    expect(urgency(order("2026-11-22T11:00:00Z", "IN_PROGRESS", "BROKEN"), now)).toBe("late");
  });

  it("no longer matters when the work is done", () => {
    expect(urgency(order("2026-11-22T11:00:00Z", "READY", "BROKEN"), now)).toBe("past");
    expect(urgency(order("2026-11-22T11:00:00Z", "CANCELLED", "VOID"), now)).toBe("past");
  });
});
