import { Button, Group, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "./Dialog";

/** Asks before something that cannot be undone. `children` draws the button that begins it. */
export function Confirm({
  title,
  text,
  action,
  onConfirm,
  children,
  body,
  disabled = false,
}: {
  title: string;
  text?: string;
  action: string;
  onConfirm: () => Promise<boolean>;
  children: (open: () => void) => ReactNode;
  body?: ReactNode;
  disabled?: boolean;
}) {
  const { t } = useTranslation("app");
  const [opened, setOpened] = useState(false);
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    const done = await onConfirm();
    setBusy(false);
    if (done) setOpened(false);
  };
  return (
    <>
      {children(() => setOpened(true))}
      <Dialog opened={opened} onClose={() => setOpened(false)} title={title} centered>
        <Stack>
          {text && <Text size="sm">{text}</Text>}
          {body}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpened(false)}>
              {t("action.back")}
            </Button>
            <Button color="red" onClick={confirm} loading={busy} disabled={disabled}>
              {action}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
