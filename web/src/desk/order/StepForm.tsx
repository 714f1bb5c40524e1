import { Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { FormBody } from "../form/FormBody";
import type { OrderAction, OrderBriefFragment } from "../gql/graphql";
import { Reason } from "./Reason";
import { useStep } from "./useStep";

/** Asks before a step that cannot be undone; before calling an order off also why. */
export function StepForm({
  order,
  action,
  onClose,
}: {
  order: OrderBriefFragment;
  action: OrderAction;
  onClose: () => void;
}) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const step = useStep();
  const [reason, setReason] = useState("");
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const cancelling = action === "CANCEL";
  const take = async () => {
    if (cancelling && !reason.trim()) return setRefused(t("order.reasonNeeded"));
    setBusy(true);
    const words = await step(order, action, reason.trim());
    setBusy(false);
    setRefused(words);
    if (words) return;
    notify({ text: t(`order.done.${action}`, { number: order.number }) });
    onClose();
  };
  return (
    <FormBody
      form={{ busy, rest: () => (cancelling ? "" : refused) }}
      action={t(`order.action.${action}`)}
      {...(cancelling && { color: "red" })}
      leave="back"
      onSubmit={take}
      onClose={onClose}
    >
      <Text size="sm">{t(`order.askText.${action}`, { total: format.money(order.total), defaultValue: "" })}</Text>
      {cancelling && (
        <Reason
          value={reason}
          onChange={setReason}
          error={refused || undefined}
          usual={[t("order.usual.wish"), t("order.usual.stock"), t("order.usual.capacity")]}
        />
      )}
    </FormBody>
  );
}
