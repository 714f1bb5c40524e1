import { Group, Text } from "@mantine/core";

/** One line of a sum or of facts: what it is on the left, how much on the right. */
export function Row({ name, value, strong = false }: { name: string; value: string; strong?: boolean }) {
  return (
    <Group justify="space-between" wrap="nowrap" align="start">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="sm" fw={strong ? 700 : 400} ta="right">
        {value}
      </Text>
    </Group>
  );
}
