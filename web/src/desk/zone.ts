// Between an instant and what a clock on the wall shows in a time zone: pickers of dates speak of the wall.

/** The wall clock at an instant, as `2026-11-22 09:30:00`. */
export function wallAt(instant: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")}`;
}

const asUTC = (wall: string) => Date.parse(`${wall.replace(" ", "T")}Z`);

/** The instant at which the wall clock shows this; a date alone is its midnight. In the hour that clocks skip, the one after it. */
export function instantAt(wall: string, zone: string): Date {
  const whole = wall.length === 10 ? `${wall} 00:00:00` : wall;
  const shown = asUTC(whole);
  const offset = (at: number) => asUTC(wallAt(new Date(at), zone)) - Math.trunc(at / 1000) * 1000;
  const first = shown - offset(shown);
  return new Date(shown - offset(first));
}

/** The day after a date, as `2026-11-23`. */
export function nextDay(date: string): string {
  return new Date(asUTC(`${date} 00:00:00`) + 86_400_000).toISOString().slice(0, 10);
}
