import { useClient, useMutation } from "urql";
import { allWords } from "~/app/errors";
import { repeatSafely } from "~/app/repeat";
import type { OrderAction, OrderBriefFragment } from "../gql/graphql";
import { useFailure } from "../useFailure";
import { useKeys } from "../useKeys";
import { OrderAdvance, OrderByNumber } from "./documents";

/** The order that a step is about. */
export type Steppable = Pick<OrderBriefFragment, "id" | "number" | "version">;

/** Takes steps of orders. A step answers with why it was refused, in words; with nothing when it was taken. */
export function useStep() {
  const failed = useFailure();
  const client = useClient();
  const { keyFor, forget } = useKeys();
  const [, advance] = useMutation(OrderAdvance);
  return async (order: Steppable, action: OrderAction, reason?: string): Promise<string> => {
    const wanted = { orderId: order.id, action, expectedVersion: order.version, ...(reason && { reason }) };
    const input = { ...wanted, idempotencyKey: keyFor(wanted) };
    const { data, error } = await repeatSafely(() => advance({ input }));
    const refused = error ? failed(error) : allWords(data?.orderAdvance.userErrors ?? []);
    if (!refused) forget();
    else if (!error?.networkError) void reread(order.number);
    return refused;
  };

  function reread(number: string) {
    return client.query(OrderByNumber, { number }, { requestPolicy: "network-only" }).toPromise();
  }
}
