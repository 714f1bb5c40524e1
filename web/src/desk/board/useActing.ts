import { useState } from "react";
import { notify } from "~/app/notices";
import type { OrderAction, OrderBriefFragment, OrderStatus } from "../gql/graphql";
import type { Asked } from "../order/OrderDialog";
import { atOnce } from "../order/steps";
import { useStep } from "../order/useStep";

/** Takes steps: simple ones are shown at once and taken back when refused, the others ask first. */
export function useActing(orders: readonly OrderBriefFragment[]) {
  const step = useStep();
  const [moving, setMoving] = useState<Record<string, OrderStatus>>({});
  const [asking, setAsking] = useState<{ id: string; action: Exclude<OrderAction, "REFUND"> }>();
  const act = async (order: OrderBriefFragment, action: OrderAction) => {
    const target = atOnce(action);
    if (action === "REFUND" || order.id in moving) return;
    if (!target) return setAsking({ id: order.id, action });
    setMoving((before) => ({ ...before, [order.id]: target }));
    const refused = await step(order, action);
    setMoving(({ [order.id]: _, ...others }) => others);
    if (refused) notify({ text: `${order.number}: ${refused}`, tone: "bad" });
  };
  const order = asking && orders.find((o) => o.id === asking.id);
  const asked: Asked | undefined = order && asking ? { action: asking.action, order } : undefined;
  return {
    moving,
    asked,
    act: (o: OrderBriefFragment, action: OrderAction) => void act(o, action),
    close: () => setAsking(undefined),
  };
}
