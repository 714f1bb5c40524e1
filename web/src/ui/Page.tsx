import { Group, Stack, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useBusiness } from "~/app/business";

/** A screen: its title in the window and as the one heading of the first level, what can be done beside it, and the rest. */
export function Page({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const business = useBusiness()?.name;
  useEffect(() => {
    document.title = business ? `${title} · ${business}` : title;
  }, [title, business]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" gap="sm">
        <Title order={1} size="h2" tabIndex={-1} id="page-title">
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
