import { Button, Group, Stack, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "~/ui/Dialog";

/** Asks for a reason before something is done to somebody. `send` answers with what stands in the way, if anything. */
export function ReasonDialog({
  title,
  label,
  action,
  send,
  onClose,
}: {
  title: string;
  label: string;
  action: string;
  send: (reason: string) => Promise<string>;
  onClose: () => void;
}) {
  const { t } = useTranslation("app");
  const [reason, setReason] = useState("");
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const words = await send(reason);
    setBusy(false);
    setRefused(words);
    if (!words) onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={title} centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Textarea
            label={label}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={refused || undefined}
            autosize
            minRows={3}
            maxLength={500}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.back")}
            </Button>
            <Button type="submit" loading={busy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
