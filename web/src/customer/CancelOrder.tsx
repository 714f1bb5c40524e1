import { Button, Textarea } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { allWords } from "~/app/errors";
import { notify } from "~/app/notices";
import { newKey, repeatSafely } from "~/app/repeat";
import { Confirm } from "~/ui/confirm";
import { FailureNote } from "~/ui/Loaded";
import { Refused } from "~/ui/Refused";
import { graphql } from "./gql";
import type { Order } from "./Order";

const OrderCancel = graphql(`
  mutation OrderCancel($input: OrderCancelInput!) {
    orderCancel(input: $input) {
      order { id status version cancelReason availableActions promiseState }
      userErrors { __typename code message field }
    }
  }
`);

/** Calls the order off, after asking: it cannot be taken back. */
export function CancelOrder({ order }: { order: Order }) {
  const { t } = useTranslation("customer");
  const [{ error }, send] = useMutation(OrderCancel);
  const [reason, setReason] = useState("");
  const [refused, setRefused] = useState("");
  const key = useRef(newKey());
  const cancel = async () => {
    const input = { idempotencyKey: key.current, orderId: order.id, reason: reason.trim() || null };
    const { data } = await repeatSafely(() => send({ input }));
    const errors = data?.orderCancel.userErrors ?? [];
    setRefused(allWords(errors));
    if (!data?.orderCancel.order) return false;
    notify({ text: t("order.cancelDone", { number: order.number }) });
    return true;
  };
  return (
    <Confirm
      title={t("order.cancelTitle", { number: order.number })}
      text={t(order.pointsSpent > 0 ? "order.cancelTextPoints" : "order.cancelText")}
      action={t("order.cancelAction")}
      onConfirm={cancel}
      body={
        <>
          <Textarea
            label={t("order.cancelReason")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
          />
          <Refused words={refused} />
          {error && <FailureNote error={error} />}
        </>
      }
    >
      {(open) => (
        <Button variant="subtle" color="red" onClick={open}>
          {t("order.cancel")}
        </Button>
      )}
    </Confirm>
  );
}
