import { Badge, Group, Text, Timeline, Title } from "@mantine/core";
import {
  IconAlarm,
  IconCheck,
  IconCoins,
  IconFlag,
  IconNote,
  IconPackage,
  IconPlayerPlay,
  IconReceipt,
  IconReceiptRefund,
  IconX,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import type { List } from "~/app/useList";
import { Card } from "~/ui/Card";
import { More } from "~/ui/More";
import type { DeskOrderQuery, TimelineKind } from "../gql/graphql";

type Whole = NonNullable<DeskOrderQuery["desk"]["order"]>;

const icons: Partial<Record<TimelineKind, typeof IconCheck>> = {
  PLACED: IconReceipt,
  CONFIRMED: IconCheck,
  STARTED: IconPlayerPlay,
  READY: IconPackage,
  COMPLETED: IconFlag,
  CANCELLED: IconX,
  REFUNDED: IconReceiptRefund,
  PROMISED: IconAlarm,
  PROMISE_BROKEN: IconAlarm,
  POINTS: IconCoins,
};

const bad: readonly TimelineKind[] = ["CANCELLED", "PROMISE_BROKEN"];

/** Everything that happened to an order, oldest first, also what only the staff sees. */
export function History({ timeline, more }: { timeline: Whole["timeline"]; more: List<unknown>["more"] }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  return (
    <Card>
      <Title order={2} size="h5" mb="md">
        {t("order.history")}
      </Title>
      <Timeline bulletSize={26} lineWidth={2} active={timeline.nodes.length}>
        {timeline.nodes.map((entry) => {
          const Icon = icons[entry.kind] ?? IconNote;
          return (
            <Timeline.Item
              key={entry.id}
              bullet={<Icon size={14} aria-hidden />}
              {...(bad.includes(entry.kind) && { color: "red" })}
              title={
                <Text component="span" size="sm" fw={600}>
                  {entry.text}
                </Text>
              }
            >
              {entry.reason && <Text size="sm">{entry.reason}</Text>}
              <Group gap={6}>
                <Text size="xs" c="dimmed">
                  {`${format.when(entry.at)} · ${t(`order.actor.${entry.actor}`)}`}
                </Text>
                {!entry.public && (
                  <Badge size="sm" variant="default" tt="none" fw={500}>
                    {t("order.internal")}
                  </Badge>
                )}
              </Group>
            </Timeline.Item>
          );
        })}
      </Timeline>
      <More {...more} />
    </Card>
  );
}
