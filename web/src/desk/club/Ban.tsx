import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/ui/confirm";

/** Puts somebody out of a club for good, with a reason that they see. `onBan` gives what was refused. */
export function Ban({ name, onBan }: { name: string; onBan: (reason: string) => Promise<string> }) {
  const { t } = useTranslation("desk");
  const [reason, setReason] = useState("");
  const [refused, setRefused] = useState("");
  return (
    <Confirm
      title={t("members.banTitle", { name })}
      text={t("members.banText")}
      action={t("members.action.BAN")}
      disabled={reason.trim() === ""}
      onConfirm={async () => {
        const words = await onBan(reason.trim());
        setRefused(words);
        return !words;
      }}
      body={
        <TextInput
          label={t("stock.reason")}
          description={t("members.banReason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={refused}
          maxLength={500}
          required
          data-autofocus
        />
      }
    >
      {(open) => (
        <Button
          size="xs"
          h={36}
          variant="subtle"
          color="red"
          onClick={open}
          aria-label={t("members.actOn", { action: t("members.action.BAN"), name })}
        >
          {t("members.action.BAN")}
        </Button>
      )}
    </Confirm>
  );
}
