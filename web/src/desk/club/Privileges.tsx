import { ActionIcon, Button, Group, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Refused } from "~/ui/Refused";
import { Section } from "~/ui/Section";
import { CountInput } from "../form/numbers";
import type { SupportClass } from "../gql/graphql";
import { type ClubDraft, everything } from "./club";
import { PriceRow } from "./PriceRow";

type Value = ClubDraft["privileges"];

const queues: readonly SupportClass[] = ["STANDARD", "PRIORITY", "VIP"];

/** What members of a club get. */
export function Privileges({
  value,
  onChange,
  refused,
}: {
  value: Value;
  onChange: (value: Value) => void;
  refused: Record<string, string>;
}) {
  const { t } = useTranslation("desk");
  const { prices } = value;
  const about = (i: number) =>
    ["", ".percent", ".price", ".productId", ".variantId", ".categoryId"]
      .map((part) => refused[`privileges.prices.${i}${part}`])
      .find(Boolean);
  return (
    <Section title={t("clubs.privileges")} hint={t("clubs.privilegesHint")}>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <CountInput
          label={t("clubs.pointsPercent")}
          description={t("clubs.pointsPercentHint")}
          value={value.pointsPercent}
          onChange={(percent) => onChange({ ...value, pointsPercent: percent ?? 100 })}
          error={refused["privileges.pointsPercent"]}
          suffix="&nbsp;%"
          step={10}
        />
        <Select
          label={t("clubs.supportLabel")}
          description={t("clubs.supportHint")}
          value={value.support}
          allowDeselect={false}
          onChange={(next) => next && onChange({ ...value, support: next as SupportClass })}
          data={queues.map((queue) => ({ value: queue, label: t(`clubs.support.${queue}`) }))}
        />
        <CountInput
          label={t("clubs.early")}
          description={t("clubs.earlyHint")}
          value={value.earlyBookingHours}
          onChange={(hours) => onChange({ ...value, earlyBookingHours: hours ?? 0 })}
          error={refused["privileges.earlyBookingHours"]}
        />
      </SimpleGrid>
      <Text size="sm" fw={500}>
        {t("clubs.prices")}
      </Text>
      <Stack gap="sm">
        {prices.map((price, i) => (
          <PriceRow
            // biome-ignore lint/suspicious/noArrayIndexKey: prices have nothing but their place
            key={i}
            label={String(i + 1)}
            price={price}
            error={about(i)}
            onChange={(next) => onChange({ ...value, prices: prices.map((p, j) => (i === j ? next : p)) })}
          >
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t("clubs.removePrice", { number: i + 1 })}
              onClick={() => onChange({ ...value, prices: prices.filter((_, j) => j !== i) })}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </PriceRow>
        ))}
      </Stack>
      <Refused words={refused["privileges.prices"]} />
      <Group>
        <Button
          variant="light"
          leftSection={<IconPlus size={18} />}
          onClick={() => onChange({ ...value, prices: [...prices, { target: everything, by: "percent", value: "" }] })}
        >
          {t("clubs.addPrice")}
        </Button>
      </Group>
    </Section>
  );
}
