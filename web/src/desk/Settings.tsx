import { Select, SimpleGrid, Skeleton, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { Section } from "~/ui/Section";
import { EditNotes } from "./form/EditNotes";
import { SaveBar } from "./form/SaveBar";
import { noText, type Pair, TextPair } from "./form/TextPair";
import { useEdit } from "./form/useEdit";
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

const unversioned = (business: DeskBusinessFragment) => ({ version: 0, draft: draftOf(business) });

const zones = Intl.supportedValuesOf("timeZone");
const currencies = Intl.supportedValuesOf("currency");

function Form({ business }: { business: DeskBusinessFragment }) {
  const { t, i18n } = useTranslation("desk");
  const form = useEdit(BusinessUpdate, unversioned(business), (done) => done.business && unversioned(done.business));
  const { draft, set, text, error } = form;
  const currencyNames = new Intl.DisplayNames(i18n.language, { type: "currency" });
  const texts = ["name", "description", "address"] as const;
  const lines = ["phone", "email"] as const;
  return (
    <Stack gap="lg">
      <EditNotes form={form} label={(name) => t(`settings.${name}`)} />
      <Section title={t("settings.about")} hint={t("settings.aboutHint")}>
        {texts.map((name) => (
          <TextPair
            key={name}
            label={t(`settings.${name}`)}
            {...form.field(name)}
            required={name === "name"}
            {...(name === "description" && { rows: 3 })}
          />
        ))}
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {lines.map((name) => (
            <TextInput
              key={name}
              label={t(`settings.${name}`)}
              type={name === "phone" ? "tel" : "email"}
              {...text(name)}
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
            error={error("timeZone")}
          />
          <Select
            label={t("settings.currency")}
            description={t("settings.currencyHint")}
            searchable
            allowDeselect={false}
            value={draft.currencyCode}
            onChange={(value) => value && set({ currencyCode: value })}
            data={currencies.map((value) => ({ value, label: `${value}, ${currencyNames.of(value)}` }))}
            error={error("currencyCode")}
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
            error={error("country")}
          />
          <TextInput
            label={t("settings.numberPrefix")}
            description={t("settings.numberPrefixHint")}
            {...text("numberPrefix")}
            maxLength={8}
          />
        </SimpleGrid>
      </Section>
      <SaveBar form={form} onSave={() => void form.save(form.edits)} />
    </Stack>
  );
}
