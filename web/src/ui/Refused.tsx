import { Text } from "@mantine/core";

/** Why something was refused, where no input shows it; nothing when there are no words. */
export function Refused({ words }: { words: string | undefined }) {
  if (!words) return null;
  return (
    <Text size="sm" c="red" role="alert">
      {words}
    </Text>
  );
}
