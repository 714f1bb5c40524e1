import { Select, SimpleGrid, Skeleton, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { notify } from "~/app/notices";
import { FailureNote, Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { SaveBar } from "./form/SaveBar";
import { Section } from "./form/Section";
import { noText, type Pair, TextPair } from "./form/TextPair";
import { useDraft } from "./form/useDraft";
import { useSave } from "./form/useSave";
import type { DeskBusinessFragment } from "./gql/graphql";
import { BusinessUpdate, DeskBusinessQuery } from "./settings/documents";

/** What the business is called, where it is and how it is reached; its currency, time zone and language. */
export function Settings() {
  const { t } = useTranslation("desk");
  const [{ data, error }, read] = useQuery({ query: DeskBusinessQuery, requestPolicy: "cache-and-network" });
  return (
    <Page title={t("settings.title")}>
      <Loaded data={data?.business} error={error} retry={read} skeleton={<Skeleton h={480} />}>
        {(business) => <Form business={business} />}
      </Loaded>
    </Page>
  );
}

const pair = (text: Pair | undefined): Pair => (text ? { ru: text.ru, en: text.en } : noText);

function draftOf({ settings, ...business }: DeskBusinessFragment) {
  return {
    name: pair(settings?.name),
    description: pair(settings?.description),
    address: pair(settings?.address),
    phone: business.phone ?? "",
    email: business.email ?? "",
    currencyCode: business.currencyCode,
    timeZone: business.timeZone,
    country: settings?.country ?? "",
    locale: settings?.locale ?? "ru",
    numberPrefix: settings?.numberPrefix ?? "",
  };
}

const zones = Intl.supportedValuesOf("timeZone");
const currencies = Intl.supportedValuesOf("currency");

function Form({ business }: { business: DeskBusinessFragment }) {
  const { t, i18n } = useTranslation("desk");
  const form = useDraft({ version: 0, draft: draftOf(business) });
  const { save, busy, refused, failed } = useSave(BusinessUpdate);
  const { draft, set } = form;
  const currencyNames = new Intl.DisplayNames(i18n.language, { type: "currency" });
  const submit = async () => {
    const done = await save(form.edits);
    if (!done?.business) return;
    form.saved({ version: 0, draft: draftOf(done.business) });
    notify({ text: t("form.saved") });
  };
  const texts = ["name", "description", "address"] as const;
  const lines = ["phone", "email"] as const;
  return (
    <Stack gap="lg">
      {failed && <FailureNote error={failed} />}
      <Section title={t("settings.about")} hint={t("settings.aboutHint")}>
        {texts.map((field) => (
          <TextPair
            key={field}
            label={t(`settings.${field}`)}
            value={draft[field]}
            onChange={(value) => set({ [field]: value })}
            error={refused[field]}
            required={field === "name"}
            {...(field === "description" && { rows: 3 })}
          />
        ))}
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {lines.map((field) => (
            <TextInput
              key={field}
              label={t(`settings.${field}`)}
              type={field === "phone" ? "tel" : "email"}
              value={draft[field]}
              onChange={(event) => set({ [field]: event.currentTarget.value })}
              error={refused[field]}
            />
          ))}
        </SimpleGrid>
      </Section>
      <Section title={t("settings.how")}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <Select
            label={t("settings.timeZone")}
            description={t("settings.timeZoneHint")}
            searchable
            allowDeselect={false}
            value={draft.timeZone}
            onChange={(value) => value && set({ timeZone: value })}
            data={zones.includes(draft.timeZone) ? zones : [draft.timeZone, ...zones]}
            error={refused.timeZone}
          />
          <Select
            label={t("settings.currency")}
            description={t("settings.currencyHint")}
            searchable
            allowDeselect={false}
            value={draft.currencyCode}
            onChange={(value) => value && set({ currencyCode: value })}
            data={currencies.map((value) => ({ value, label: `${value}, ${currencyNames.of(value)}` }))}
            error={refused.currencyCode}
          />
          <Select
            label={t("settings.locale")}
            description={t("settings.localeHint")}
            allowDeselect={false}
            value={draft.locale}
            onChange={(value) => value && set({ locale: value })}
            data={["ru", "en"].map((value) => ({ value, label: t(`language.${value}`, { ns: "app" }) }))}
          />
          <TextInput
            label={t("settings.country")}
            description={t("settings.countryHint")}
            value={draft.country}
            maxLength={2}
            onChange={(event) => set({ country: event.currentTarget.value.toUpperCase() })}
            error={refused.country}
          />
          <TextInput
            label={t("settings.numberPrefix")}
            description={t("settings.numberPrefixHint")}
            value={draft.numberPrefix}
            maxLength={8}
            onChange={(event) => set({ numberPrefix: event.currentTarget.value })}
            error={refused.numberPrefix}
          />
        </SimpleGrid>
      </Section>
      <SaveBar dirty={form.dirty} busy={busy} onSave={submit} onDrop={form.drop} />
    </Stack>
  );
}
