import { Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { TextLink } from "~/ui/links";
import { byDay, wayOf } from "./entries";
import type { WalletLineFragment } from "./gql/graphql";

const signs = { in: "+", out: "−", within: "" };
const colors = { in: "pine", out: "red", within: "dimmed" };

/** Movements of points by day, each with its cause. */
export function Entries({ entries }: { entries: readonly WalletLineFragment[] }) {
  const format = useFormat();
  return (
    <Stack gap="md">
      {byDay(entries, format.zone).map(([at, those]) => (
        <section key={at}>
          <Title order={3} size="sm" c="dimmed" fw={600} mb={4}>
            {format.day(at)}
          </Title>
          <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
            {those.map((entry) => (
              <li key={entry.id}>
                <Entry entry={entry} />
              </li>
            ))}
          </Stack>
        </section>
      ))}
    </Stack>
  );
}

function Entry({ entry }: { entry: WalletLineFragment }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const way = wayOf(entry);
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start" gap="md">
      <div>
        <Text size="sm" fw={600}>
          {t(`wallet.cause.${entry.cause}`, { defaultValue: entry.rule })}
        </Text>
        <Text size="sm" c="dimmed">
          {entry.rule}
          {entry.order && (
            <>
              {" · "}
              <TextLink
                underline="always"
                to="/orders/$number"
                params={{ number: entry.order.number }}
                size="sm"
                style={{ whiteSpace: "nowrap" }}
              >
                {entry.order.number}
              </TextLink>
            </>
          )}
        </Text>
      </div>
      <Text size="sm" fw={600} c={colors[way]} ta="right" style={{ whiteSpace: "nowrap" }}>
        {signs[way]}
        {format.count(entry.points)}
      </Text>
    </Group>
  );
}
