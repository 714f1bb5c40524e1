import { SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { notify } from "~/app/notices";
import { FailureNote, Loaded } from "~/ui/Loaded";
import { CountInput, DecimalInput, MoneyInput } from "../form/numbers";
import { SaveBar } from "../form/SaveBar";
import { Section } from "../form/Section";
import { useDraft } from "../form/useDraft";
import { useSave } from "../form/useSave";
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

type Draft = ReturnType<typeof draftOf>;
const days = ["returnWindowDays", "lifetimeDays", "noticeDays", "holdDays"] as const;

function Form({ business }: { business: DeskBusinessFragment }) {
  const { t } = useTranslation("desk");
  const form = useDraft<Draft>({ version: 0, draft: draftOf(business) });
  const { save, busy, refused, failed } = useSave(BusinessUpdate);
  const { draft, set } = form;
  const submit = async () => {
    const done = await save(form.edits);
    if (!done?.business) return;
    form.saved({ version: 0, draft: draftOf(done.business) });
    notify({ text: t("form.saved") });
  };
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        <MoneyInput
          label={t("programme.pointValue")}
          description={t("programme.hintOf.pointValue")}
          value={draft.pointValue}
          onChange={(pointValue) => set({ pointValue })}
          error={refused.pointValue}
        />
        <DecimalInput
          label={t("programme.maxSharePercent")}
          description={t("programme.hintOf.maxSharePercent")}
          value={draft.maxSharePercent}
          onChange={(maxSharePercent) => set({ maxSharePercent })}
          error={refused.maxSharePercent}
          suffix="%"
        />
        {days.map((field) => (
          <CountInput
            key={field}
            label={t(`programme.${field}`)}
            description={t(`programme.hintOf.${field}`)}
            value={draft[field]}
            onChange={(value) => set({ [field]: value ?? 0 })}
            error={refused[field]}
          />
        ))}
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        {t("programme.keeps")}
      </Text>
      {failed && <FailureNote error={failed} />}
      <SaveBar dirty={form.dirty} busy={busy} onSave={submit} onDrop={form.drop} />
    </>
  );
}
