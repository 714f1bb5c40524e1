import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Card } from "~/ui/Card";
import classes from "./SaveBar.module.css";

/** The bar that appears once something was edited: keep it or drop it. It also asks before one leaves with unsaved edits. */
export function SaveBar({
  dirty,
  busy,
  onSave,
  onDrop,
}: {
  dirty: boolean;
  busy: boolean;
  onSave: () => void;
  onDrop: () => void;
}) {
  const { t } = useTranslation("desk");
  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });
  const back = t("action.back", { ns: "app" });
  return (
    <>
      {dirty && (
        <section className={classes.bar} aria-label={t("form.unsaved")}>
          <Card shadow="md">
            <Group justify="space-between" gap="sm">
              <Text size="sm">{t("form.unsaved")}</Text>
              <Group gap="xs">
                <Button variant="default" onClick={onDrop} disabled={busy}>
                  {t("form.drop")}
                </Button>
                <Button onClick={onSave} loading={busy}>
                  {t("action.save", { ns: "app" })}
                </Button>
              </Group>
            </Group>
          </Card>
        </section>
      )}
      <Modal
        opened={blocker.status === "blocked"}
        onClose={() => blocker.reset?.()}
        title={t("form.leave")}
        centered
        closeButtonProps={{ "aria-label": back }}
      >
        <Stack>
          <Text size="sm">{t("form.leaveText")}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => blocker.reset?.()}>
              {back}
            </Button>
            <Button color="red" onClick={() => blocker.proceed?.()}>
              {t("form.leaveAnyway")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

/** Says that somebody else saved the same thing meanwhile, and what can be done. `fields` are those that both edited. */
export function Overtaken({
  fields,
  onJoin,
  onDrop,
}: {
  fields: readonly string[];
  onJoin: () => void;
  onDrop: () => void;
}) {
  const { t } = useTranslation("desk");
  return (
    <Alert color="yellow" icon={<IconGitMerge size={20} />} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text fw={650}>{t("form.overtaken")}</Text>
        <Text size="sm">
          {fields.length > 0 ? t("form.collided", { fields: fields.join(", ") }) : t("form.overtakenText")}
        </Text>
        <Group gap="xs">
          <Button size="xs" onClick={onJoin}>
            {t("form.join")}
          </Button>
          <Button size="xs" variant="default" onClick={onDrop}>
            {t("form.takeTheirs")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
