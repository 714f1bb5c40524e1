import { describe, expect, it } from "vitest";
import { clock, day, dayNumber, duration, money, percent, relative, when } from "./format";

const now = new Date("2026-11-22T20:30:00Z");
const words = ((key: string, values: Record<string, unknown> = {}) => `${key}${JSON.stringify(values)}`) as never;
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("money", () => {
  it("drops the zeros of whole amounts and keeps the others", () => {
    expect(plain(money({ amount: "1240.00", currencyCode: "RUB" }, "ru"))).toBe("1 240 ₽");
    expect(plain(money({ amount: "1240.50", currencyCode: "RUB" }, "ru"))).toBe("1 240,50 ₽");
    expect(money({ amount: "1240.50", currencyCode: "GBP" }, "en")).toBe("£1,240.50");
  });
  it("is exact beyond what a float holds", () => {
    expect(plain(money({ amount: "90071992547409931.25", currencyCode: "RUB" }, "ru"))).toBe(
      "90 071 992 547 409 931,25 ₽",
    );
  });
});

describe("time", () => {
  it("tells the day in the zone of the person, not of the browser", () => {
    expect(clock("2026-11-22T21:30:00Z", "ru", "Europe/Moscow")).toBe("00:30");
    expect(dayNumber(new Date("2026-11-22T21:30:00Z"), "Europe/Moscow") - dayNumber(now, "Europe/Moscow")).toBe(1);
    expect(dayNumber(new Date("2026-11-22T21:30:00Z"), "Europe/London") - dayNumber(now, "Europe/London")).toBe(0);
  });
  it("says today, tomorrow and yesterday when near", () => {
    const near = (instant: string) => when(instant, words, "en", "UTC", now);
    expect(near("2026-11-22T21:00:00Z")).toContain("when.today");
    expect(near("2026-11-23T00:10:00Z")).toContain("when.tomorrow");
    expect(near("2026-11-21T23:59:00Z")).toContain("when.yesterday");
    expect(near("2026-11-25T09:00:00Z")).toContain("25 November");
  });
  it("names the year only when it is another one", () => {
    expect(day("2026-03-08T10:00:00Z", "ru", "UTC", now)).toBe("8 марта");
    expect(day("2025-03-08T10:00:00Z", "en", "UTC", now)).toBe("8 March 2025");
  });
  it("tells how long ago in the largest fitting unit", () => {
    expect(relative("2026-11-22T18:10:00Z", "en", now)).toBe("2 hours ago");
    expect(relative("2026-11-24T21:00:00Z", "ru", now)).toBe("послезавтра");
  });
  it("spells minutes as days, hours and minutes", () => {
    expect(duration(1500, words)).toBe('duration.days{"count":1} duration.hours{"count":1}');
    expect(duration(45, words)).toBe('duration.minutes{"count":45}');
  });
});

it("writes percents as the language does", () => {
  expect(plain(percent("2.5", "ru"))).toBe("2,5 %");
  expect(percent("5", "en")).toBe("5%");
});
