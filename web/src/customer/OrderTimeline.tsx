import { Text, Timeline } from "@mantine/core";
import { useFormat } from "~/app/useFormat";
import type { Order } from "./Order";

/** Everything that happened to an order, the latest first. */
export function OrderTimeline({ entries }: { entries: Order["timeline"]["nodes"] }) {
  const format = useFormat();
  return (
    <Timeline bulletSize={14} lineWidth={2} active={0}>
      {[...entries].reverse().map((entry) => (
        <Timeline.Item key={entry.id}>
          <Text size="sm" fw={500}>
            {entry.text}
          </Text>
          {entry.reason && (
            <Text size="sm" c="dimmed">
              {entry.reason}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {format.when(entry.at)}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
