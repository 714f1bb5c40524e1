import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useBusiness } from "./business";
import * as format from "./format";
import { useLanguage } from "./i18n";
import { useViewer } from "./session";

/** Formats for the person who looks: their language, and their time zone or else the business's. */
export function useFormat() {
  const language = useLanguage();
  const { t } = useTranslation("app");
  const own = useViewer().customer?.timeZone;
  const theirs = useBusiness()?.timeZone;
  const zone = own ?? theirs ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return useMemo(
    () => ({
      language,
      zone,
      money: (value: format.Money) => format.money(value, language),
      count: (value: number) => format.count(value, language),
      points: (value: number) => t("points", { count: value, shown: format.count(value, language) }),
      percent: (value: string) => format.percent(value, language),
      day: (instant: string) => format.day(instant, language, zone),
      clock: (instant: string) => format.clock(instant, language, zone),
      when: (instant: string) => format.when(instant, t, language, zone),
      relative: (instant: string) => format.relative(instant, language),
      duration: (minutes: number) => format.duration(minutes, t),
    }),
    [language, zone, t],
  );
}
