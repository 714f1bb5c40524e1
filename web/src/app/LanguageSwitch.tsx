import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { languages, setLanguage, useLanguage } from "./i18n";

/** Switches between the languages, each under its own name. */
export function LanguageSwitch() {
  const { t } = useTranslation("app");
  const language = useLanguage();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("language.label")}
      value={language}
      onChange={(value) => void setLanguage(value as (typeof languages)[number])}
      data={languages.map((value) => ({ value, label: value.toUpperCase() }))}
    />
  );
}
