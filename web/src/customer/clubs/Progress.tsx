import { Progress as Bar, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { reachedPercent } from "./club";
import type { ClubCardFragment } from "./gql/graphql";

/** How far the customer is from entering a club, or what is needed to stay, as a bar and in words. */
export function Progress({ club }: { club: Pick<ClubCardFragment, "name" | "progress" | "spend" | "membership"> }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const { progress, spend, membership } = club;
  if (!progress || !spend) return null;
  const percent = reachedPercent(progress.net.amount, spend.amount.amount);
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {t("clubs.progress", { net: format.money(progress.net), need: format.money(spend.amount) })}
        </Text>
        {spend.periodDays > 0 && (
          <Text size="sm" c="dimmed">
            {t("clubs.period", { count: spend.periodDays })}
          </Text>
        )}
      </Group>
      <Bar value={percent} size="lg" radius="xl" aria-label={t("clubs.progressOf", { club: club.name })} />
      <Text size="sm">{progress.text}</Text>
      {membership?.state === "MEMBER" && membership.graceUntil && (
        <Text size="sm" c="orange" fw={600}>
          {t("clubs.grace", { day: format.day(membership.graceUntil) })}
        </Text>
      )}
    </Stack>
  );
}
