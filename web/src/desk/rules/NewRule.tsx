import { Button, Group, Modal, Select, SimpleGrid, Stack, Switch, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { notify } from "~/app/notices";
import { FailureNote } from "~/ui/Loaded";
import { InstantInput } from "../form/InstantInput";
import { CountInput, DecimalInput } from "../form/numbers";
import { noText, TextPair } from "../form/TextPair";
import { useSave } from "../form/useSave";
import type { EarningKind } from "../gql/graphql";
import { EarningRuleSet, RuleTargets } from "./documents";
import { isShare, type RuleDraft, ruleInput, shares } from "./rules";
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
  const { save, busy, refused, failed } = useSave(EarningRuleSet, { keyed: true });
  const [draft, setDraft] = useState(empty);
  const set = (patch: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...patch }));
  const kinds = (list: readonly EarningKind[]) => list.map((value) => ({ value, label: t(`rules.kind.${value}`) }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await save(ruleInput(draft)))) return;
    notify({ text: t("rules.set") });
    onDone();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("rules.new")}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
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
            error={refused.kind}
          />
          <Target draft={draft} onChange={(targetId) => set({ targetId })} refused={refused} />
          {isShare(draft.kind) ? (
            <>
              <DecimalInput
                label={t("rules.percent")}
                description={t("rules.percentHint")}
                value={draft.percent}
                onChange={(percent) => set({ percent })}
                suffix="%"
                error={refused.percent}
                required
              />
              <WouldCost draft={draft} />
            </>
          ) : (
            <>
              <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
                <CountInput
                  label={t("rules.points")}
                  value={draft.points}
                  onChange={(points) => set({ points })}
                  error={refused.points}
                  required
                />
                <CountInput
                  label={t("rules.lifetime")}
                  placeholder={t("rules.asAll")}
                  value={draft.lifetimeDays}
                  onChange={(lifetimeDays) => set({ lifetimeDays })}
                  error={refused.lifetimeDays}
                />
                <CountInput
                  label={t("rules.perPerson")}
                  placeholder={t("rules.noLimit")}
                  value={draft.perPerson}
                  onChange={(perPerson) => set({ perPerson })}
                  error={refused.perPerson}
                />
              </SimpleGrid>
              <Switch
                label={t("rules.pending")}
                checked={draft.pending}
                onChange={(event) => set({ pending: event.currentTarget.checked })}
              />
            </>
          )}
          <TextPair
            label={t("rules.name")}
            description={t("rules.nameHint")}
            value={draft.name}
            onChange={(name) => set({ name })}
            error={refused.name}
          />
          <InstantInput
            label={t("rules.starts")}
            description={t("offers.startsHint")}
            value={draft.startsAt}
            onChange={(startsAt) => set({ startsAt })}
            error={refused.startsAt}
          />
          <Text size="sm" c="dimmed">
            {t("rules.setHint")}
          </Text>
          {failed && <FailureNote error={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel", { ns: "app" })}
            </Button>
            <Button type="submit" loading={busy}>
              {t("rules.setAction")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const fields: Record<string, string> = { CATEGORY: "categoryId", PRODUCT: "productId", CLUB: "clubId" };

function Target({
  draft,
  onChange,
  refused,
}: {
  draft: RuleDraft;
  onChange: (id: string | null) => void;
  refused: Record<string, string>;
}) {
  const { t } = useTranslation("desk");
  const field = fields[draft.kind];
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 250);
  const asked = draft.kind === "PRODUCT" ? search : "";
  const [{ data }] = useQuery({ query: RuleTargets, variables: { search: asked || null }, pause: !field });
  if (!field) return null;
  const lists: Record<string, readonly { id: string; name: string }[] | undefined> = {
    CATEGORY: data?.categories,
    CLUB: data?.clubs.filter((club) => !club.archivedAt),
    PRODUCT: data?.desk.products.nodes,
  };
  return (
    <Select
      key={draft.kind}
      label={t(`rules.target.${draft.kind}`)}
      searchable
      {...(draft.kind === "PRODUCT" && { onSearchChange: setWords, filter: ({ options }) => options })}
      value={draft.targetId}
      onChange={onChange}
      data={lists[draft.kind]?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
      nothingFoundMessage={t("catalogue.notFound")}
      error={refused[field]}
      required
    />
  );
}
