// The time zones a person can choose, named with their present distance from Greenwich.

/** The zones this browser knows, and the present one even if it does not. */
export function zones(present?: string | null): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return present && !known.includes(present) ? [present, ...known] : known;
}

/** A zone with its distance, for example `Europe/Moscow, GMT+3`. */
export function zoneName(zone: string, now = new Date()): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(now);
  const distance = parts.find((part) => part.type === "timeZoneName")?.value;
  return `${zone.replaceAll("_", " ")}, ${distance}`;
}
