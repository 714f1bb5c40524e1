import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { Card } from "~/ui/Card";

/** A part of a page under its own heading. */
export function Section({
  title,
  hint,
  actions,
  children,
}: {
  title: string;
  hint?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Card>
        <Stack gap="sm">
          <Group justify="space-between" gap="sm">
            <Title order={2} size="h4" id={id}>
              {title}
            </Title>
            {actions}
          </Group>
          {hint && (
            <Text size="sm" c="dimmed">
              {hint}
            </Text>
          )}
          {children}
        </Stack>
      </Card>
    </section>
  );
}
