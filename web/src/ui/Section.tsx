import { Group, type MantineSpacing, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { Card } from "./Card";

/** A part of a page under its own heading. */
export function Section({
  title,
  icon,
  hint,
  actions,
  gap = "sm",
  children,
}: {
  title: string;
  icon?: ReactNode;
  hint?: string;
  actions?: ReactNode;
  gap?: MantineSpacing;
  children: ReactNode;
}) {
  const id = useId();
  const heading = (
    <Title order={2} size="h4" id={id}>
      {title}
    </Title>
  );
  return (
    <Card component="section" aria-labelledby={id}>
      <Stack gap={gap}>
        <Group justify="space-between" gap="sm">
          {icon ? (
            <Group gap="xs">
              {icon}
              {heading}
            </Group>
          ) : (
            heading
          )}
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
  );
}
