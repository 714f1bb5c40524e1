// How urgent a promised date is.

/** What is known of a promise. */
export type Promised = { status: string; promisedAt?: string | null; promiseState?: string | null };

/** How it stands with the promise: nothing promised, time enough, due within the hour, or late; `past` when it no longer matters. */
export type Urgency = "none" | "calm" | "soon" | "late" | "past";

const soon = 60 * 60_000;

/** How urgent an order is now. Broken stays late while the order is open. */
export function urgency(order: Promised, now: number): Urgency {
  if (!order.promisedAt) return "none";
  if (!["NEW", "CONFIRMED", "IN_PROGRESS"].includes(order.status)) return "past";
  const left = Date.parse(order.promisedAt) - now;
  if (order.promiseState === "BROKEN" || left < 0) return "late";
  return left <= soon ? "soon" : "calm";
}

/** The colour of words about it; undefined for the usual one. */
export const urgencyColors: Record<Urgency, string | undefined> = {
  none: "dimmed",
  calm: "dimmed",
  soon: "orange",
  late: "red",
  past: "dimmed",
};
