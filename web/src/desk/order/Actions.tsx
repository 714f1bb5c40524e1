import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import type { OrderAction, OrderWholeFragment } from "../gql/graphql";
import { type Asked, OrderDialog } from "./OrderDialog";
import { atOnce, nextStep, otherSteps } from "./steps";
import { useStep } from "./useStep";

/** What can be done with an order now: the next step first. */
export function Actions({ order }: { order: OrderWholeFragment }) {
  const { t } = useTranslation("desk");
  const step = useStep();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<OrderAction>();
  const act = async (action: OrderAction) => {
    if (!atOnce(action)) return setAsking(action);
    setBusy(true);
    const refused = await step(order, action);
    setBusy(false);
    notify(refused ? { text: refused, tone: "bad" } : { text: t(`order.done.${action}`, { number: order.number }) });
  };
  const next = nextStep(order.availableActions);
  const others = otherSteps(order.availableActions);
  const asked: Asked | undefined = asking && { action: asking, order };
  return (
    <>
      {order.availableActions.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("order.nothingToDo")}
        </Text>
      )}
      {others.map((action) => (
        <Button
          key={action}
          variant={action === "CANCEL" || action === "REFUND" ? "light" : "default"}
          {...((action === "CANCEL" || action === "REFUND") && { color: "red" })}
          onClick={() => setAsking(action)}
        >
          {t(`order.action.${action}`)}
        </Button>
      ))}
      {next && (
        <Button loading={busy} onClick={() => void act(next)}>
          {t(`order.action.${next}`)}
        </Button>
      )}
      <OrderDialog asked={asked} onClose={() => setAsking(undefined)} />
    </>
  );
}
