import { instantAt, nextDay, wallAt } from "../zone";

// Periods of whole days by the clock of the business.

/** The lengths that one can choose, in days. */
export const lengths = [7, 30, 90, 365] as const;

/** The last days up to the end of today, as the first instant and the one after the period. */
export function lastDays(days: number, zone: string, now: Date): { from: string; to: string } {
  const today = wallAt(now, zone).slice(0, 10);
  const first = new Date(Date.parse(`${today}T00:00:00Z`) - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  return { from: instantAt(first, zone).toISOString(), to: instantAt(nextDay(today), zone).toISOString() };
}

type Day = {
  promisesKept: number;
  promisesBroken: number;
  completed: number;
  newCustomers: number;
  net: { amount: string };
};

/** What the days of a period add up to; the share of kept promises is null when none was due. */
export function totals(days: readonly Day[]) {
  const sum = (pick: (day: Day) => number) => days.reduce((total, day) => total + pick(day), 0);
  const kept = sum((day) => day.promisesKept);
  const due = kept + sum((day) => day.promisesBroken);
  return {
    net: (sum((day) => Math.round(Number(day.net.amount) * 100)) / 100).toFixed(2),
    completed: sum((day) => day.completed),
    newCustomers: sum((day) => day.newCustomers),
    keptShare: due === 0 ? null : kept / due,
  };
}
