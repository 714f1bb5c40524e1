import { dayNumber } from "~/app/format";

// How a movement of points looks to the person whose wallet it is.

type Account = string;

const own: readonly Account[] = ["ACTIVE", "PENDING", "HELD"];

/** Whether points came in, went out, or only moved between the parts of the wallet. */
export type Way = "in" | "out" | "within";

/** Which way a movement went, seen from the wallet. */
export function wayOf(entry: { from: Account; to: Account }): Way {
  const [left, entered] = [own.includes(entry.from), own.includes(entry.to)];
  if (left && entered) return "within";
  return entered ? "in" : "out";
}

/** Entries put together by the day they happened on, in the given order. */
export function byDay<Entry extends { at: string }>(entries: readonly Entry[], zone: string): [string, Entry[]][] {
  const days: [string, Entry[]][] = [];
  for (const entry of entries) {
    const last = days.at(-1);
    if (last && dayNumber(new Date(last[0]), zone) === dayNumber(new Date(entry.at), zone)) last[1].push(entry);
    else days.push([entry.at, [entry]]);
  }
  return days;
}

/** Points that expire, put together by day, soonest first; those that never do are left out. */
export function burning(
  lots: readonly { points: number; expiresAt?: string | null | undefined }[],
  zone: string,
): { at: string; points: number }[] {
  const dated = lots.filter((lot): lot is { points: number; expiresAt: string } => !!lot.expiresAt && lot.points > 0);
  const sorted = dated
    .map((lot) => ({ at: lot.expiresAt, points: lot.points }))
    .sort((a, b) => a.at.localeCompare(b.at));
  return byDay(sorted, zone).map(([at, those]) => ({ at, points: those.reduce((sum, lot) => sum + lot.points, 0) }));
}
