import { Badge, Group, SimpleGrid, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconGift } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Section } from "~/ui/Section";
import { useCustomerEvent } from "../events";
import type { Programme } from "../Friends";
import { Earnings } from "./documents";
import type { EarningsQuery } from "./gql/graphql";

type Reward = NonNullable<EarningsQuery["viewer"]["customer"]>["referral"]["earnings"]["nodes"][number];

/** Everyone below the customer, counted, in all and by level. */
export function Stats({ stats }: { stats: Programme["stats"] }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const figures = [
    ["friends.statPeople", stats.people],
    ["friends.statActive", stats.active],
    ["friends.statOrders", stats.orders],
    ["friends.statPoints", stats.points],
  ] as const;
  return (
    <Section title={t("friends.stats")} gap="md">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {figures.map(([label, value]) => (
          <div key={label}>
            <Text fz={24} fw={700} lh={1.2}>
              {format.count(value)}
            </Text>
            <Text size="sm" c="dimmed">
              {t(label)}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {stats.byLevel.length > 1 && (
        <Table aria-label={t("friends.byLevel")} horizontalSpacing={6} style={{ overflowWrap: "normal" }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("friends.level")}</Table.Th>
              <Table.Th ta="right">{t("friends.statPeople")}</Table.Th>
              <Table.Th ta="right">{t("friends.statOrders")}</Table.Th>
              <Table.Th ta="right">{t("friends.points")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {stats.byLevel.map((level) => (
              <Table.Tr key={level.level}>
                <Table.Td>{level.level}</Table.Td>
                <Table.Td ta="right">{format.count(level.people)}</Table.Td>
                <Table.Td ta="right">{format.count(level.orders)}</Table.Td>
                <Table.Td ta="right">{format.count(level.points)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}

/** Every reward, the latest first. */
export function Earned() {
  const { t } = useTranslation("personal");
  const list = useList(Earnings, {}, (d) => d.viewer.customer?.referral.earnings);
  useCustomerEvent((event) => {
    if (event.__typename === "WalletEvent" || event.gap) list.renew();
  });
  return (
    <Section title={t("friends.earnings")} gap="md">
      <Loaded
        data={list.data?.viewer.customer?.referral.earnings.nodes}
        error={list.error}
        retry={list.retry}
        skeleton={<Skeleton h={160} />}
      >
        {(rewards) => (
          <Stack gap="sm">
            {rewards.length === 0 && (
              <Empty icon={IconGift} title={t("friends.noEarnings")} text={t("friends.noEarningsText")} />
            )}
            <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
              {rewards.map((reward) => (
                <li key={`${reward.at} ${reward.kind} ${reward.level} ${reward.from?.id}`}>
                  <RewardLine reward={reward} />
                </li>
              ))}
            </Stack>
            <More {...list.more} />
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

function RewardLine({ reward }: { reward: Reward }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const left = reward.points - reward.reversed;
  const name = reward.from?.name ?? t("friends.hiddenName");
  const what = reward.from ? t(`friends.reward.${reward.kind}`, { name, defaultValue: name }) : t("friends.reward.own");
  const where = reward.state === "PENDING" ? t("friends.matures", { day: format.day(reward.maturesAt) }) : undefined;
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start" gap="md">
      <div>
        <Text size="sm" fw={600}>
          {what}
        </Text>
        <Text size="sm" c="dimmed">
          {[format.day(reward.at), reward.level > 1 && t("friends.levelOf", { level: reward.level }), where]
            .filter(Boolean)
            .join(" · ")}
        </Text>
        {reward.reversed > 0 && (
          <Text size="sm" c="dimmed">
            {t("friends.reversed", { points: format.points(reward.reversed) })}
          </Text>
        )}
      </div>
      <Group gap="xs" wrap="nowrap">
        {(reward.state === "WAITING" || reward.state === "VOID") && (
          <Badge variant="light" color={reward.state === "VOID" ? "red" : "orange"} tt="none" radius="sm">
            {t(`friends.rewardState.${reward.state}`)}
          </Badge>
        )}
        <Text
          size="sm"
          fw={600}
          c={reward.state === "VOID" || left === 0 ? "dimmed" : "pine"}
          td={reward.state === "VOID" ? "line-through" : undefined}
          style={{ whiteSpace: "nowrap" }}
        >
          {left > 0 && "+"}
          {format.count(left)}
        </Text>
      </Group>
    </Group>
  );
}
