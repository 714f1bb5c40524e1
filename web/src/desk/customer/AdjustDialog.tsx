import { Alert, Button, Group, Modal, NumberInput, SegmentedControl, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { byField } from "~/app/errors";
import { notify } from "~/app/notices";
import { repeatSafely } from "~/app/repeat";
import { useFormat } from "~/app/useFormat";
import { Reason } from "../order/Reason";
import { useFailure } from "../useFailure";
import { useKeys } from "../useKeys";
import { WalletAdjust } from "./documents";

type Props = { customerId: string; active: number; opened: boolean; onClose: () => void; onDone: () => void };

/** Gives points to a customer or takes them, with a reason that the customer reads. */
export function AdjustDialog(props: Props) {
  const { t } = useTranslation("desk");
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t("wallet.adjust")}
      centered
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <AdjustForm {...props} />
    </Modal>
  );
}

function AdjustForm({ customerId, active, onClose, onDone }: Props) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const failed = useFailure();
  const [{ fetching }, adjust] = useMutation(WalletAdjust);
  const { keyFor } = useKeys();
  const [way, setWay] = useState<"give" | "take">("give");
  const [amount, setAmount] = useState(0);
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const points = way === "give" ? amount : -amount;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing = {
      ...(amount < 1 && { points: t("wallet.amountNeeded") }),
      ...(!reason.trim() && { reason: t("order.reasonNeeded") }),
    };
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    const wanted = { customerId, points, reason: reason.trim() };
    const { data, error } = await repeatSafely(() => adjust({ input: { ...wanted, idempotencyKey: keyFor(wanted) } }));
    if (error) return setErrors({ "": failed(error) });
    const refused = data?.walletAdjust.userErrors ?? [];
    setErrors(byField(refused));
    if (refused.length > 0) return;
    notify({ text: t(`wallet.done.${way}`, { points: format.points(amount) }) });
    onDone();
    onClose();
  };

  const { points: pointsError, reason: reasonError, ...rest } = errors;
  const others = Object.values(rest).join(" ");
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <SegmentedControl
          fullWidth
          aria-label={t("wallet.way")}
          value={way}
          onChange={(value) => setWay(value as typeof way)}
          data={[
            { value: "give", label: t("wallet.give") },
            { value: "take", label: t("wallet.take") },
          ]}
        />
        <NumberInput
          label={t("wallet.amount")}
          value={amount || ""}
          onChange={(value) => setAmount(Math.trunc(Number(value)) || 0)}
          min={1}
          max={10_000_000}
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator={"\u00a0"}
          error={pointsError}
          required
          data-autofocus
        />
        <Text size="sm" c="dimmed" aria-live="polite">
          {t("wallet.willBe", { now: format.points(active), later: format.points(active + points) })}
        </Text>
        <Reason
          value={reason}
          onChange={setReason}
          error={reasonError}
          usual={[t("wallet.usual.sorry"), t("wallet.usual.gift"), t("wallet.usual.mistake")]}
        />
        {others && (
          <Alert color="red" role="alert">
            {others}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("action.back", { ns: "app" })}
          </Button>
          <Button type="submit" loading={fetching}>
            {t(`wallet.${way}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
