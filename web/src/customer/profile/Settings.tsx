import { SegmentedControl, Select, Text, useMantineColorScheme } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { useBusiness } from "~/app/business";
import { type Language, languages, setLanguage, useLanguage } from "~/app/i18n";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { updateViewer, useViewer } from "~/app/session";
import { useFormat } from "~/app/useFormat";
import { Section } from "~/ui/Section";
import type { Person } from "../Profile";
import { CustomerUpdate } from "./documents";
import type { CustomerUpdateInput } from "./gql/graphql";
import { zoneName, zones } from "./zones";

const theirs = "theirs";

/** Language, time zone and look: each is saved as soon as it is chosen. */
export function Settings({ person }: { person: Person }) {
  const { t } = useTranslation("personal");
  const scheme = useMantineColorScheme();
  return (
    <Section title={t("profile.settings")} gap="md">
      <LanguageChoice />
      <ZoneChoice person={person} />
      <div>
        <Text fw={600} mb={4} id="theme-label">
          {t("theme.label", { ns: "app" })}
        </Text>
        <SegmentedControl
          aria-labelledby="theme-label"
          fullWidth
          value={scheme.colorScheme}
          onChange={(value) => scheme.setColorScheme(value as "light" | "dark" | "auto")}
          data={(["light", "dark", "auto"] as const).map((value) => ({
            value,
            label: t(`theme.${value}`, { ns: "app" }),
          }))}
        />
      </div>
    </Section>
  );
}

/** Saves a change of the profile; answers with what stands in the way. */
function useSave() {
  const { t } = useTranslation("personal");
  const viewer = useViewer();
  const [, update] = useMutation(CustomerUpdate);
  return async (input: CustomerUpdateInput): Promise<string> => {
    const answer = await update({ input });
    const customer = answer.data?.customerUpdate.customer;
    if (customer) updateViewer({ ...viewer, customer });
    return trouble(answer, t);
  };
}

function LanguageChoice() {
  const { t } = useTranslation("app");
  const language = useLanguage();
  const save = useSave();
  const choose = async (next: Language) => {
    const words = await save({ locale: next });
    if (words) notify({ text: words, tone: "bad" });
    else await setLanguage(next);
  };
  return (
    <div>
      <Text fw={600} mb={4} id="language-label">
        {t("language.label")}
      </Text>
      <SegmentedControl
        aria-labelledby="language-label"
        fullWidth
        value={language}
        onChange={(value) => void choose(value as Language)}
        data={languages.map((value) => ({ value, label: t(`language.${value}`) }))}
      />
      <Text size="sm" c="dimmed" mt={4}>
        {t("profile.languageText", { ns: "personal" })}
      </Text>
    </div>
  );
}

function ZoneChoice({ person }: { person: Person }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const business = useBusiness();
  const save = useSave();
  const [refused, setRefused] = useState("");
  const own = person.timeZone;
  const choices = useMemo(
    () => [
      { value: theirs, label: t("profile.theirZone", { business: business?.name ?? "" }) },
      ...zones(own).map((zone) => ({ value: zone, label: zoneName(zone) })),
    ],
    [t, business?.name, own],
  );
  const choose = async (next: string, before?: string): Promise<void> => {
    const words = await save({ timeZone: next === theirs ? null : next });
    setRefused(words);
    if (words || !before) return;
    notify({
      text: t("profile.saved"),
      action: { label: t("action.undo", { ns: "app" }), run: () => void choose(before) },
    });
  };
  return (
    <Select
      label={t("profile.zone")}
      description={t("profile.zoneText", { time: format.clock(new Date().toISOString()) })}
      data={choices}
      value={own ?? theirs}
      onChange={(next) => next && void choose(next, own ?? theirs)}
      error={refused || undefined}
      onClick={(event) => event.currentTarget.select()}
      searchable
      limit={60}
      allowDeselect={false}
      nothingFoundMessage={t("profile.noZone")}
      size="md"
    />
  );
}
