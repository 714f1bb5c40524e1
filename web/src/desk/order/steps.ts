import type { OrderAction, OrderStatus } from "../gql/graphql";

// The steps of an order as the desk offers them. What is possible says the server's availableActions.

const forward: readonly OrderAction[] = ["CONFIRM", "START", "MAKE_READY", "COMPLETE"];

const leadsTo: Partial<Record<OrderAction, OrderStatus>> = {
  CONFIRM: "CONFIRMED",
  START: "IN_PROGRESS",
  MAKE_READY: "READY",
};

/** The step that takes the order on; undefined when there is none. */
export function nextStep(available: readonly OrderAction[]): OrderAction | undefined {
  return forward.find((action) => available.includes(action));
}

/** What else can be done. */
export function otherSteps(available: readonly OrderAction[]): OrderAction[] {
  return available.filter((action) => !forward.includes(action));
}

/** Where a step leads that is taken at one press and may be shown before the server has answered; undefined for those that ask first. */
export function atOnce(action: OrderAction): OrderStatus | undefined {
  return leadsTo[action];
}
