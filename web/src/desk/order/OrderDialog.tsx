import { useTranslation } from "react-i18next";
import { Dialog } from "~/ui/Dialog";
import type { OrderAction, OrderBriefFragment, OrderWholeFragment } from "../gql/graphql";
import { PromiseForm } from "./PromiseForm";
import { RefundForm } from "./RefundForm";
import { StepForm } from "./StepForm";

/** What is asked before a step that needs a word or cannot be undone. */
export type Asked =
  | { action: Exclude<OrderAction, "REFUND">; order: OrderBriefFragment }
  | { action: "REFUND"; order: OrderWholeFragment };

/** Asks what a step needs and takes it. `asked` undefined is closed. */
export function OrderDialog({ asked, onClose }: { asked: Asked | undefined; onClose: () => void }) {
  const { t } = useTranslation("desk");
  return (
    <Dialog
      opened={!!asked}
      onClose={onClose}
      centered
      size={asked?.action === "REFUND" ? "lg" : "md"}
      title={asked && t(`order.ask.${asked.action}`, { number: asked.order.number })}
    >
      {asked && <Form key={`${asked.order.id}${asked.action}`} asked={asked} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  if (asked.action === "REFUND") return <RefundForm order={asked.order} onClose={onClose} />;
  if (asked.action === "PROMISE") return <PromiseForm order={asked.order} onClose={onClose} />;
  return <StepForm order={asked.order} action={asked.action} onClose={onClose} />;
}
