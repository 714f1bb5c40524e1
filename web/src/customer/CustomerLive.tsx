import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { CustomerEvents } from "~/app/documents";
import type { CustomerEventsSubscription } from "~/app/gql/graphql";
import { notify } from "~/app/notices";
import { Counters } from "./documents";
import { emit } from "./events";

export type CustomerEvent = CustomerEventsSubscription["customerEvents"];

const told = [
  "ORDER_CONFIRMED",
  "ORDER_STARTED",
  "ORDER_READY",
  "ORDER_COMPLETED",
  "ORDER_CANCELLED",
  "ORDER_REFUNDED",
  "PROMISE_CHANGED",
  "PROMISE_BROKEN",
];

/**
 * The customer's live stream. Orders and the wallet in the cache change by themselves; pages that show more than the event carries
 * listen with useCustomerEvent.
 */
export function CustomerLive() {
  const { t } = useTranslation("customer");
  const client = useClient();
  const navigate = useNavigate();
  useEffect(() => {
    const take = (event: CustomerEvent) => {
      emit(event);
      if (event.__typename === "MembershipEvent" || event.gap) {
        void client.query(Counters, {}, { requestPolicy: "network-only" }).toPromise();
      }
      if (event.__typename !== "OrderEvent" || !told.includes(event.kind)) return;
      const { number } = event.order;
      notify({
        tone: "news",
        text: t(`event.${event.kind}`, { number }),
        action: { label: t("event.open"), run: () => void navigate({ to: "/orders/$number", params: { number } }) },
      });
    };
    const stream = client.subscription(CustomerEvents, { after: null }).subscribe(({ data }) => {
      if (data) take(data.customerEvents);
    });
    return () => stream.unsubscribe();
  }, [client, navigate, t]);
  return null;
}
