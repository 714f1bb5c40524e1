import { describe, expect, it } from "vitest";
import { instantAt, nextDay, wallAt } from "./zone";

describe("the wall clock of a zone", () => {
  it("shows an instant", () => {
    expect(wallAt(new Date("2026-11-22T21:30:00Z"), "Europe/Moscow")).toBe("2026-11-23 00:30:00");
    expect(wallAt(new Date("2026-07-01T12:00:00Z"), "America/New_York")).toBe("2026-07-01 08:00:00");
  });

  it("names the instant that it shows, winter and summer", () => {
    for (const zone of ["Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]) {
      for (const at of ["2026-01-15T10:45:00.000Z", "2026-03-29T04:15:00.000Z", "2026-07-15T23:59:59.000Z"]) {
        expect(instantAt(wallAt(new Date(at), zone), zone).toISOString()).toBe(at);
      }
    }
  });

  it("takes a date alone as its midnight", () => {
    expect(instantAt("2026-11-23", "Europe/Moscow").toISOString()).toBe("2026-11-22T21:00:00.000Z");
  });

  it("does not fail in the hour that clocks skip", () => {
    expect(instantAt("2026-03-29 02:30:00", "Europe/Berlin").toISOString()).toMatch(/^2026-03-29T0[01]:30/);
  });

  it("knows the day after the last of a month", () => {
    expect(nextDay("2026-12-31")).toBe("2027-01-01");
  });
});
