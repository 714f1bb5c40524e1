import { Select, SimpleGrid, Switch, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { notify } from "~/app/notices";
import { FormDialog } from "../form/FormBody";
import { InstantInput } from "../form/InstantInput";
import { CountInput, DecimalInput } from "../form/numbers";
import { noText, TextPair } from "../form/TextPair";
import { useForm } from "../form/useForm";
import type { EarningKind } from "../gql/graphql";
import { EarningRuleSet, RuleTargets } from "./documents";
import { isShare, type RuleDraft, ruleInput, shares, targetField } from "./rules";
import { WouldCost } from "./WouldCost";

const events: readonly EarningKind[] = ["SIGN_UP", "BIRTHDAY", "PROFILE"];

const empty: RuleDraft = {
  kind: "ALL_ORDERS",
  targetId: null,
  percent: "",
  points: null,
  lifetimeDays: null,
  perPerson: null,
  pending: false,
  name: noText,
  startsAt: null,
};

/** Sets a way to earn points. Shares of orders show what they would have cost before they are set. */
export function NewRule({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation("desk");
  const form = useForm(EarningRuleSet, empty, { keyed: true });
  const { draft, set, field } = form;
  const target = targetField(draft.kind);
  const kinds = (list: readonly EarningKind[]) => list.map((value) => ({ value, label: t(`rules.kind.${value}`) }));

  const submit = async () => {
    if (!(await form.save(ruleInput(draft)))) return;
    notify({ text: t("rules.set") });
    onDone();
  };

  return (
    <FormDialog
      title={t("rules.new")}
      size="lg"
      form={form}
      action={t("rules.setAction")}
      onSubmit={submit}
      onClose={onClose}
    >
      <Select
        label={t("rules.kindLabel")}
        description={t(`rules.kindHint.${draft.kind}`)}
        value={draft.kind}
        allowDeselect={false}
        onChange={(value) => value && set({ kind: value as EarningKind, targetId: null })}
        data={[
          { group: t("rules.shares"), items: kinds(shares) },
          { group: t("rules.events"), items: kinds(events) },
        ]}
        error={form.error("kind")}
      />
      {target && (
        <Target
          kind={draft.kind}
          value={draft.targetId}
          onChange={(targetId) => set({ targetId })}
          error={form.error(target)}
        />
      )}
      {isShare(draft.kind) ? (
        <>
          <DecimalInput
            label={t("rules.percent")}
            description={t("rules.percentHint")}
            {...field("percent")}
            suffix="%"
            required
          />
          <WouldCost draft={draft} />
        </>
      ) : (
        <>
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
            <CountInput label={t("rules.points")} {...field("points")} required />
            <CountInput label={t("rules.lifetime")} placeholder={t("rules.asAll")} {...field("lifetimeDays")} />
            <CountInput label={t("rules.perPerson")} placeholder={t("rules.noLimit")} {...field("perPerson")} />
          </SimpleGrid>
          <Switch label={t("rules.pending")} {...form.check("pending")} />
        </>
      )}
      <TextPair label={t("rules.name")} description={t("rules.nameHint")} {...field("name")} />
      <InstantInput label={t("rules.starts")} description={t("offers.startsHint")} {...field("startsAt")} />
      <Text size="sm" c="dimmed">
        {t("rules.setHint")}
      </Text>
    </FormDialog>
  );
}

/** What a rule of a kind is for, chosen among those that there are. */
function Target({
  kind,
  value,
  onChange,
  error,
}: {
  kind: EarningKind;
  value: string | null;
  onChange: (id: string | null) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation("desk");
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 250);
  const asked = kind === "PRODUCT" ? search : "";
  const [{ data }] = useQuery({ query: RuleTargets, variables: { search: asked || null } });
  const lists: Record<string, readonly { id: string; name: string }[] | undefined> = {
    CATEGORY: data?.categories,
    CLUB: data?.clubs.filter((club) => !club.archivedAt),
    PRODUCT: data?.desk.products.nodes,
  };
  return (
    <Select
      key={kind}
      label={t(`rules.target.${kind}`)}
      searchable
      {...(kind === "PRODUCT" && { onSearchChange: setWords, filter: ({ options }) => options })}
      value={value}
      onChange={onChange}
      data={lists[kind]?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
      nothingFoundMessage={t("catalogue.notFound")}
      error={error}
      required
    />
  );
}
