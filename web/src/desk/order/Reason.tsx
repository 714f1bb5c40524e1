import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";

const most = 500;

/** Why something is done, which the customer reads; a press of a button writes a usual reason. */
export function Reason({
  value,
  onChange,
  error,
  usual,
}: {
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  usual: readonly string[];
}) {
  const { t } = useTranslation("desk");
  return (
    <Stack gap="xs">
      <Textarea
        label={t("order.reason")}
        description={t("order.reasonHint")}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        maxLength={most}
        autosize
        minRows={2}
        maxRows={6}
        required
      />
      <Group gap={6}>
        {usual.map((words) => (
          <Button key={words} size="compact-sm" variant="default" fw={400} onClick={() => onChange(words)}>
            {words}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
