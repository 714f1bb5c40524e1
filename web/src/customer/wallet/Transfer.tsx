import { Button, Group, NumberInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { newKey, repeatSafely } from "~/app/repeat";
import { useFormat } from "~/app/useFormat";
import { Dialog } from "~/ui/Dialog";
import { TransferComplete, TransferStart } from "./documents";

/** Points for somebody of the family, in two steps: how many, and the code that proves it is the customer. */
export function Transfer({
  to,
  active,
  onDone,
  onClose,
}: {
  to: { id: string; name: string };
  active: number;
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const [points, setPoints] = useState(0);
  const [code, setCode] = useState("");
  const [key, setKey] = useState(newKey);
  const [transferId, setTransferId] = useState<string>();
  const [refused, setRefused] = useState("");
  const [starting, start] = useMutation(TransferStart);
  const [completing, complete] = useMutation(TransferComplete);

  const ask = async () => {
    const answer = await repeatSafely(() => start({ input: { idempotencyKey: key, to: to.id, points } }));
    setRefused(trouble(answer, t));
    setTransferId(answer.data?.pointsTransferStart.transfer?.id);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!transferId) return ask();
    const words = trouble(await complete({ input: { transferId, code } }), t);
    setRefused(words);
    if (words) return;
    notify({ text: t("wallet.family.done", { points: format.points(points) }) });
    onDone();
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={t("wallet.family.transferTo", { name: to.name })} centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          <NumberInput
            label={t("wallet.family.points")}
            description={t("wallet.family.has", { points: format.points(active) })}
            value={points || ""}
            onChange={(value) => {
              setPoints(Math.trunc(Number(value)) || 0);
              setKey(newKey());
            }}
            min={1}
            max={active}
            allowDecimal={false}
            allowNegative={false}
            thousandSeparator=" "
            hideControls
            disabled={!!transferId}
            error={(!transferId && refused) || undefined}
            size="md"
            data-autofocus
          />
          {transferId && (
            <TextInput
              label={t("wallet.family.smsCode")}
              description={t("wallet.family.sent")}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              error={refused || undefined}
              size="md"
              autoFocus
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.back", { ns: "app" })}
            </Button>
            <Button
              type="submit"
              loading={starting.fetching || completing.fetching}
              disabled={transferId ? code.length < 6 : points < 1}
            >
              {t(transferId ? "wallet.family.confirm" : "wallet.family.send")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
