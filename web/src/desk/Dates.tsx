import "@mantine/dates/styles.layer.css";
import "dayjs/locale/ru";
import { DatesProvider } from "@mantine/dates";
import type { ReactNode } from "react";
import { useLanguage } from "~/app/i18n";

/** Calendars in the person's language; the week begins on Monday. */
export function Dates({ children }: { children: ReactNode }) {
  const language = useLanguage();
  return <DatesProvider settings={{ locale: language, firstDayOfWeek: 1 }}>{children}</DatesProvider>;
}
