import { ActionIcon, Avatar, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconDeviceMobile, IconUserMinus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useViewer } from "~/app/session";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { ConfirmSave } from "../form/ConfirmSave";
import type { StaffQuery } from "../gql/graphql";
import { StaffRemove } from "./documents";

export type Person = StaffQuery["desk"]["staff"][number];

/** Somebody who works here, with what can be done about them; about oneself nothing. */
export function Member({ person, onRole, onRemoved }: { person: Person; onRole: () => void; onRemoved: () => void }) {
  const { t } = useTranslation("desk");
  const me = useViewer().staff?.id === person.id;
  const role = t(`role.${person.role}`);
  return (
    <Row person={person} note={me ? t("staff.you") : undefined}>
      {person.devices.length > 0 && (
        <Group gap={4} wrap="nowrap" c="dimmed">
          <IconDeviceMobile size={16} aria-hidden />
          <Text size="sm">{t("staff.devices", { count: person.devices.length })}</Text>
        </Group>
      )}
      <Badge variant="light" color={person.onDuty ? "pine" : "gray"} tt="none" radius="sm">
        {t(person.onDuty ? "staff.onDuty" : "staff.offDuty")}
      </Badge>
      <Button
        variant="default"
        size="sm"
        disabled={me}
        onClick={onRole}
        aria-label={t("staff.roleOf", { role, name: person.name })}
      >
        {role}
      </Button>
      {!me && <Remove person={person} onRemoved={onRemoved} />}
    </Row>
  );
}

/** Somebody who left: until when they were here, and how to take them back. */
export function FormerMember({ person, onBack }: { person: Person; onBack: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  return (
    <Row person={person} note={person.leftAt ? t("staff.until", { when: format.day(person.leftAt) }) : undefined}>
      <Button variant="default" size="sm" onClick={onBack} aria-label={t("staff.backOf", { name: person.name })}>
        {t("staff.back")}
      </Button>
    </Row>
  );
}

function Row({ person, note, children }: { person: Person; note: string | undefined; children: ReactNode }) {
  return (
    <Card>
      <Group justify="space-between" gap="sm">
        <Group wrap="nowrap" gap="sm" miw={0}>
          <Avatar color={person.leftAt ? "gray" : "pine"} radius="xl" name={person.name} alt="" />
          <Stack gap={0} miw={0}>
            <Group gap={6}>
              <Text fw={600}>{person.name}</Text>
              {note && (
                <Text size="sm" c="dimmed">
                  {note}
                </Text>
              )}
            </Group>
            <Text size="sm" c="dimmed">
              {person.email}
            </Text>
          </Stack>
        </Group>
        <Group gap="sm">{children}</Group>
      </Group>
    </Card>
  );
}

function Remove({ person, onRemoved }: { person: Person; onRemoved: () => void }) {
  const { t } = useTranslation("desk");
  const name = person.name;
  return (
    <ConfirmSave
      document={StaffRemove}
      input={{ staffId: person.id }}
      title={t("staff.removeTitle", { name })}
      text={t("staff.removeText", { name })}
      action={t("staff.remove")}
      done={t("staff.removed", { name })}
      onDone={onRemoved}
    >
      {(open) => (
        <ActionIcon
          variant="subtle"
          color="red"
          size={36}
          onClick={open}
          aria-label={t("staff.removeOf", { name })}
          title={t("staff.removeOf", { name })}
        >
          <IconUserMinus size={18} aria-hidden />
        </ActionIcon>
      )}
    </ConfirmSave>
  );
}
