import { Select, SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CountInput, MoneyInput } from "../form/numbers";
import type { ClubEntry } from "../gql/graphql";

const entries: readonly ClubEntry[] = ["OPEN", "BY_REQUEST", "BY_INVITE", "BY_SPEND"];

/** The amount that opens a club. */
export type Spend = { amount: string; periodDays: number; graceDays: number };

/** How one enters a club, with the amount when it is by what one paid. */
export function Entry({
  entry,
  spend,
  onChange,
  refused,
}: {
  entry: ClubEntry;
  spend: Spend;
  onChange: (patch: { entry?: ClubEntry; spend?: Spend }) => void;
  refused: Record<string, string>;
}) {
  const { t } = useTranslation("desk");
  const onSpend = (patch: Partial<Spend>) => onChange({ spend: { ...spend, ...patch } });
  return (
    <>
      <Select
        label={t("clubs.entryLabel")}
        description={t(`clubs.entryHint.${entry}`)}
        value={entry}
        allowDeselect={false}
        onChange={(value) => value && onChange({ entry: value as ClubEntry })}
        data={entries.map((value) => ({ value, label: t(`clubs.entry.${value}`) }))}
      />
      {entry === "BY_SPEND" && (
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <MoneyInput
            label={t("clubs.amount")}
            value={spend.amount}
            onChange={(amount) => onSpend({ amount })}
            error={refused["spend.amount"]}
            required
          />
          <CountInput
            label={t("clubs.period")}
            description={spend.periodDays === 0 ? t("clubs.allTime") : undefined}
            value={spend.periodDays}
            onChange={(days) => onSpend({ periodDays: days ?? 0 })}
            error={refused["spend.periodDays"]}
          />
          <CountInput
            label={t("clubs.grace")}
            value={spend.graceDays}
            onChange={(days) => onSpend({ graceDays: days ?? 0 })}
            error={refused["spend.graceDays"]}
          />
        </SimpleGrid>
      )}
    </>
  );
}
