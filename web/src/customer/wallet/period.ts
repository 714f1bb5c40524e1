// Periods of whole days in a person's time zone, as the instants that the schema asks for.

/** The first and the last day of a period, as `2026-11-22`. */
export type Days = { from: string; to: string };

const dayParts = (instant: Date, zone: string) =>
  new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(
    instant,
  );

/** How far a zone's clock is ahead of UTC at an instant, in milliseconds. */
function ahead(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(new Date(instant));
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(instant / 1000) * 1000;
}

/** The instant at which a day begins in a zone. */
export function startOfDay(day: string, zone: string): string {
  const wall = Date.parse(`${day}T00:00:00Z`);
  const guess = wall - ahead(wall, zone);
  return new Date(wall - ahead(guess, zone)).toISOString();
}

/** A day some days later, or earlier. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The instants of a period: its first one, and the one after its last. */
export function instants(days: Days, zone: string): { from: string; to: string } {
  return { from: startOfDay(days.from, zone), to: startOfDay(addDays(days.to, 1), zone) };
}

/** The day it is now in a zone. */
export function today(zone: string, now = new Date()): string {
  return dayParts(now, zone);
}

/** The periods people ask for most, up to a day. */
export function usualPeriods(today: string): Record<"month" | "lastMonth" | "year", Days> {
  const month = today.slice(0, 8);
  const lastOfPrevious = addDays(`${month}01`, -1);
  return {
    month: { from: `${month}01`, to: today },
    lastMonth: { from: `${lastOfPrevious.slice(0, 8)}01`, to: lastOfPrevious },
    year: { from: `${today.slice(0, 4)}-01-01`, to: today },
  };
}

/** Whether a period can be asked for: real days in the right order, at most five years. */
export function isPeriod(days: Days): boolean {
  const [from, to] = [Date.parse(days.from), Date.parse(days.to)];
  return from <= to && to - from < 5 * 365 * 86_400_000;
}
