import type { TFunction } from "i18next";

// Money, points and time as people read them: by the person's language, and in the person's own time zone.

/** The tag that dates and numbers of a language follow: English as in Britain, with the day first and 24 hours. */
export function tagOf(language: string): string {
  return language === "en" ? "en-GB" : language;
}

/** An amount as the schema gives it: a decimal string with a currency. */
export type Money = { amount: string; currencyCode: string };

/** An amount with its currency; whole amounts lose their zeros. */
export function money(value: Money, language: string): string {
  return new Intl.NumberFormat(tagOf(language), {
    style: "currency",
    currency: value.currencyCode,
    currencyDisplay: "narrowSymbol",
    trailingZeroDisplay: "stripIfInteger",
  }).format(value.amount as Intl.StringNumericLiteral);
}

/** A whole number with the language's grouping. */
export function count(value: number, language: string): string {
  return new Intl.NumberFormat(tagOf(language)).format(value);
}

/** A percent as the schema gives it, for example "5" or "2.5". */
export function percent(value: string, language: string): string {
  return new Intl.NumberFormat(tagOf(language), { style: "percent", maximumFractionDigits: 2 }).format(
    Number(value) / 100,
  );
}

/** A date without the time; the year only when it is not the present one. */
export function day(instant: string, language: string, zone: string, now = new Date()): string {
  const date = new Date(instant);
  const year = (d: Date) => new Intl.DateTimeFormat("en", { year: "numeric", timeZone: zone }).format(d);
  return new Intl.DateTimeFormat(tagOf(language), {
    day: "numeric",
    month: "long",
    timeZone: zone,
    ...(year(date) === year(now) ? {} : { year: "numeric" }),
  }).format(date);
}

/** The time of day. */
export function clock(instant: string, language: string, zone: string): string {
  return new Intl.DateTimeFormat(tagOf(language), { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(
    new Date(instant),
  );
}

/** The day as today, tomorrow or yesterday when it is near, and the time. */
export function when(instant: string, t: TFunction, language: string, zone: string, now = new Date()): string {
  const days = dayNumber(new Date(instant), zone) - dayNumber(now, zone);
  const near = { "-1": t("when.yesterday"), 0: t("when.today"), 1: t("when.tomorrow") }[days];
  return t("when.at", { day: near ?? day(instant, language, zone, now), time: clock(instant, language, zone) });
}

/** Days since 1970 in a zone: the difference of two is how many midnights lie between them. */
export function dayNumber(date: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone: zone,
  }).format(date);
  return Math.round(Date.parse(`${parts}T00:00:00Z`) / 86_400_000);
}

/** How long ago or how far ahead, in the largest fitting unit. */
export function relative(instant: string, language: string, now = new Date()): string {
  const seconds = (Date.parse(instant) - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(tagOf(language), { numeric: "auto" });
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, "minute");
}

/** Minutes as hours and minutes, for example of a service. */
export function duration(minutes: number, t: TFunction): string {
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts = [
    days > 0 && t("duration.days", { count: days }),
    hours > 0 && t("duration.hours", { count: hours }),
    rest > 0 && t("duration.minutes", { count: rest }),
  ].filter(Boolean);
  return parts.join(" ") || t("duration.minutes", { count: 0 });
}
