import { SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Loaded } from "~/ui/Loaded";
import { Section } from "~/ui/Section";
import { EditNotes } from "../form/EditNotes";
import { CountInput, DecimalInput, MoneyInput } from "../form/numbers";
import { SaveBar } from "../form/SaveBar";
import { useEdit } from "../form/useEdit";
import type { DeskBusinessFragment } from "../gql/graphql";
import { BusinessUpdate, DeskBusinessQuery } from "../settings/documents";

/** The points programme: what a point is worth, how much of an order points may pay, and how long they live. */
export function Programme() {
  const { t } = useTranslation("desk");
  const [{ data, error }, read] = useQuery({ query: DeskBusinessQuery, requestPolicy: "cache-and-network" });
  return (
    <Section title={t("programme.title")} hint={t("programme.hint")}>
      <Loaded data={data?.business} error={error} retry={read} skeleton={<Skeleton h={240} />}>
        {(business) => <Form business={business} />}
      </Loaded>
    </Section>
  );
}

function draftOf({ pointsProgram: points, settings }: DeskBusinessFragment) {
  return {
    pointValue: points.pointValue.amount,
    maxSharePercent: points.maxSharePercent,
    returnWindowDays: points.returnWindowDays,
    lifetimeDays: points.lifetimeDays ?? 0,
    noticeDays: points.noticeDays ?? 0,
    holdDays: settings?.holdDays ?? 1,
  };
}

const unversioned = (business: DeskBusinessFragment) => ({ version: 0, draft: draftOf(business) });
const days = ["returnWindowDays", "lifetimeDays", "noticeDays", "holdDays"] as const;

function Form({ business }: { business: DeskBusinessFragment }) {
  const { t } = useTranslation("desk");
  const form = useEdit(BusinessUpdate, unversioned(business), (done) => done.business && unversioned(done.business));
  const { draft, set, field } = form;
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        <MoneyInput
          label={t("programme.pointValue")}
          description={t("programme.hintOf.pointValue")}
          {...field("pointValue")}
        />
        <DecimalInput
          label={t("programme.maxSharePercent")}
          description={t("programme.hintOf.maxSharePercent")}
          {...field("maxSharePercent")}
          suffix="%"
        />
        {days.map((name) => (
          <CountInput
            key={name}
            label={t(`programme.${name}`)}
            description={t(`programme.hintOf.${name}`)}
            value={draft[name]}
            onChange={(value) => set({ [name]: value ?? 0 })}
            error={form.error(name)}
          />
        ))}
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        {t("programme.keeps")}
      </Text>
      <EditNotes form={form} label={(name) => t(`programme.${name}`)} />
      <SaveBar form={form} onSave={() => void form.save(form.edits)} />
    </>
  );
}
