import { Avatar, Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconDeviceMobile, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useViewer } from "~/app/session";
import { Card } from "~/ui/Card";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import type { StaffQuery as Answer } from "./gql/graphql";
import { StaffQuery } from "./staff/documents";
import { InviteDialog } from "./staff/InviteDialog";

type Member = Answer["desk"]["staff"][number];

/** Everyone who works here: who they are, what they may do, and how to invite another. */
export function Staff() {
  const { t } = useTranslation("desk");
  const [{ data, error }, read] = useQuery({ query: StaffQuery });
  const [open, setOpen] = useState<Member | "new">();
  const reread = () => read({ requestPolicy: "network-only" });
  return (
    <Page
      title={t("staff.title")}
      actions={
        <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setOpen("new")}>
          {t("staff.invite")}
        </Button>
      }
    >
      <Loaded data={data?.desk.staff} error={error} retry={reread} skeleton={<Outline />}>
        {(staff) => (
          <Stack gap="xs">
            {staff.map((member) => (
              <Row key={member.id} member={member} onRole={() => setOpen(member)} />
            ))}
          </Stack>
        )}
      </Loaded>
      <InviteDialog
        opened={open !== undefined}
        member={open === "new" ? undefined : open}
        onClose={() => setOpen(undefined)}
        onDone={reread}
      />
    </Page>
  );
}

function Row({ member, onRole }: { member: Member; onRole: () => void }) {
  const { t } = useTranslation("desk");
  const me = useViewer().staff?.id === member.id;
  return (
    <Card>
      <Group justify="space-between" gap="sm">
        <Group wrap="nowrap" gap="sm" miw={0}>
          <Avatar color="pine" radius="xl" name={member.name} alt="" />
          <Stack gap={0} miw={0}>
            <Group gap={6}>
              <Text fw={600}>{member.name}</Text>
              {me && (
                <Text size="sm" c="dimmed">
                  {t("staff.you")}
                </Text>
              )}
            </Group>
            <Text size="sm" c="dimmed">
              {member.email}
            </Text>
          </Stack>
        </Group>
        <Group gap="sm">
          {member.devices.length > 0 && (
            <Group gap={4} wrap="nowrap" c="dimmed">
              <IconDeviceMobile size={16} aria-hidden />
              <Text size="sm">{t("staff.devices", { count: member.devices.length })}</Text>
            </Group>
          )}
          <Badge variant="light" color={member.onDuty ? "pine" : "gray"} tt="none" radius="sm">
            {t(member.onDuty ? "staff.onDuty" : "staff.offDuty")}
          </Badge>
          <Button
            variant="default"
            size="sm"
            disabled={me}
            onClick={onRole}
            aria-label={t("staff.roleOf", { role: t(`role.${member.role}`), name: member.name })}
          >
            {t(`role.${member.role}`)}
          </Button>
        </Group>
      </Group>
    </Card>
  );
}

function Outline() {
  return (
    <Stack gap="xs">
      <Skeleton h={76} />
      <Skeleton h={76} />
      <Skeleton h={76} />
    </Stack>
  );
}
