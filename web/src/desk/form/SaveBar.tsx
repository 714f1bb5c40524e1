import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Card } from "~/ui/Card";
import classes from "./SaveBar.module.css";

/** The bar that appears once something was edited: keep it or drop it. It also asks before one leaves with unsaved edits. */
export function SaveBar({
  form: { dirty, busy, drop },
  onSave,
}: {
  form: { dirty: boolean; busy: boolean; drop: () => void };
  onSave: () => void;
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
                <Button variant="default" onClick={drop} disabled={busy}>
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
