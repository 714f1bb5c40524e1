import { expect, test } from "vitest";
import { lastDays, totals } from "./period";

test("a period ends with the day that it is in the zone of the business", () => {
  expect(lastDays(7, "Europe/Moscow", new Date("2026-11-22T22:30:00Z"))).toEqual({
    from: "2026-11-16T21:00:00.000Z",
    to: "2026-11-23T21:00:00.000Z",
  });
});

test("the day on which clocks change is a whole day too", () => {
  expect(lastDays(1, "Europe/Berlin", new Date("2026-10-25T12:00:00Z"))).toEqual({
    from: "2026-10-24T22:00:00.000Z",
    to: "2026-10-25T23:00:00.000Z",
  });
});

const day = { promisesKept: 3, promisesBroken: 1, completed: 2, newCustomers: 1, net: { amount: "0.10" } };

test("days add up without losing a cent", () => {
  expect(totals([day, { ...day, net: { amount: "0.20" } }])).toEqual({
    net: "0.30",
    completed: 4,
    newCustomers: 2,
    keptShare: 0.75,
  });
});

test("with no promise due there is no share of kept ones", () => {
  expect(totals([{ ...day, promisesKept: 0, promisesBroken: 0 }]).keptShare).toBeNull();
});
