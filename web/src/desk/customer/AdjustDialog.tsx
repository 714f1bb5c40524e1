import { NumberInput, SegmentedControl, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { Dialog } from "~/ui/Dialog";
import { FormBody } from "../form/FormBody";
import { useForm } from "../form/useForm";
import { Reason } from "../order/Reason";
import { WalletAdjust } from "./documents";

type Props = { customerId: string; active: number; opened: boolean; onClose: () => void; onDone: () => void };

/** Gives points to a customer or takes them, with a reason that the customer reads. */
export function AdjustDialog(props: Props) {
  const { t } = useTranslation("desk");
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t("wallet.adjust")} centered>
      <AdjustForm {...props} />
    </Dialog>
  );
}

const empty = { way: "give" as "give" | "take", amount: 0, reason: "" };

function AdjustForm({ customerId, active, onClose, onDone }: Props) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const form = useForm(WalletAdjust, empty, { keyed: true });
  const { way, amount, reason } = form.draft;
  const points = way === "give" ? amount : -amount;

  const submit = async () => {
    const lacking = form.lacks({
      points: amount < 1 && t("wallet.amountNeeded"),
      reason: !reason.trim() && t("order.reasonNeeded"),
    });
    if (lacking || !(await form.save({ customerId, points, reason: reason.trim() }))) return;
    notify({ text: t(`wallet.done.${way}`, { points: format.points(amount) }) });
    onDone();
    onClose();
  };

  return (
    <FormBody form={form} action={t(`wallet.${way}`)} leave="back" onSubmit={submit} onClose={onClose}>
      <SegmentedControl
        fullWidth
        aria-label={t("wallet.way")}
        value={way}
        onChange={(value) => form.set({ way: value as typeof way })}
        data={[
          { value: "give", label: t("wallet.give") },
          { value: "take", label: t("wallet.take") },
        ]}
      />
      <NumberInput
        label={t("wallet.amount")}
        value={amount || ""}
        onChange={(value) => form.set({ amount: Math.trunc(Number(value)) || 0 })}
        min={1}
        max={10_000_000}
        allowDecimal={false}
        allowNegative={false}
        thousandSeparator={"\u00a0"}
        error={form.error("points")}
        required
        data-autofocus
      />
      <Text size="sm" c="dimmed" aria-live="polite">
        {t("wallet.willBe", { now: format.points(active), later: format.points(active + points) })}
      </Text>
      <Reason
        {...form.field("reason")}
        usual={[t("wallet.usual.sorry"), t("wallet.usual.gift"), t("wallet.usual.mistake")]}
      />
    </FormBody>
  );
}
