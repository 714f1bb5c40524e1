import { Alert, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { FailureNote } from "~/ui/Loaded";
import { EarningPreview } from "./documents";
import { type RuleDraft, targetField, targetInput } from "./rules";

const periods = [30, 90, 365] as const;

/** What a share would have cost on the orders of a past period. */
export function WouldCost({ draft }: { draft: RuleDraft }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [days, setDays] = useState<number>(90);
  const [percent] = useDebouncedValue(draft.percent, 300);
  const [from, to] = useMemo(() => {
    const now = Date.now();
    return [new Date(now - days * 86_400_000).toISOString(), new Date(now).toISOString()];
  }, [days]);
  const ready = Number(percent) > 0 && Number(percent) <= 100 && (draft.targetId || !targetField(draft.kind));
  const [{ data, error }] = useQuery({
    query: EarningPreview,
    variables: { percent, from, to, kind: draft.kind, ...targetInput(draft.kind, draft.targetId) },
    pause: !ready,
  });
  const preview = ready ? data?.desk.earningRulePreview : undefined;
  return (
    <Alert variant="light" color="gray">
      <Stack gap="xs">
        <SegmentedControl
          aria-label={t("rules.period")}
          value={String(days)}
          onChange={(value) => setDays(Number(value))}
          data={periods.map((n) => ({ value: String(n), label: t("rules.lastDays", { count: n }) }))}
        />
        <div aria-live="polite">
          {!ready && <Text size="sm">{t("rules.previewNeeds")}</Text>}
          {ready && error && <FailureNote error={error} />}
          {preview && (
            <Stack gap={4}>
              <Text size="sm" fw={600}>
                {t("rules.wouldCost", { points: format.points(preview.wouldEarn) })}
              </Text>
              <Text size="sm">
                {t("rules.wouldAdd", { added: format.points(preview.wouldAdd), did: format.points(preview.didEarn) })}
              </Text>
              <Text size="sm" c="dimmed">
                {t("rules.lookedAt", { count: preview.orders, paid: format.money(preview.paid) })}
              </Text>
            </Stack>
          )}
        </div>
      </Stack>
    </Alert>
  );
}
