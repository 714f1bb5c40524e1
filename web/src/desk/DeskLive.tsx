import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { notify } from "~/app/notices";
import { countNew, ring, seen, useSoundAfterGesture, useTitleBadge, useUnseen } from "./alert";
import { DeskEvents } from "./documents";
import { emit } from "./events";
import type { DeskEventsSubscription } from "./gql/graphql";

/** What the desk's stream tells. */
export type DeskEvent = DeskEventsSubscription["deskEvents"];

const told = ["ORDER_PLACED", "PROMISE_BROKEN"];

/**
 * The desk's live stream. What is in the cache changes by itself; pages that show more listen with useFresh or useDeskEvent. A new
 * order is heard and counted in the window's title until the board is looked at.
 */
export function DeskLive() {
  const { t } = useTranslation("desk");
  const client = useClient();
  const navigate = useNavigate();
  const onBoard = useLocation({
    select: (location) => location.pathname === "/desk" || location.pathname === "/desk/",
  });
  const looking = useRef(onBoard);
  looking.current = onBoard;
  useTitleBadge(useUnseen());
  useSoundAfterGesture();
  useEffect(() => {
    const look = () => looking.current && document.visibilityState === "visible" && seen();
    if (onBoard) look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [onBoard]);
  useEffect(() => {
    const take = (event: DeskEvent) => {
      emit(event);
      if (event.__typename !== "OrderEvent" || event.gap || !told.includes(event.kind)) return;
      const { number } = event.order;
      const watched = looking.current && document.visibilityState === "visible";
      if (event.kind === "ORDER_PLACED") {
        ring();
        if (!watched) countNew();
      }
      notify({
        tone: event.kind === "PROMISE_BROKEN" ? "bad" : "news",
        text: t(`alert.${event.kind}`, { number }),
        action: {
          label: t("alert.open"),
          run: () => void navigate({ to: "/desk/orders/$number", params: { number } }),
        },
      });
    };
    const stream = client.subscription(DeskEvents, {}).subscribe(({ data }) => {
      if (data) take(data.deskEvents);
    });
    return () => stream.unsubscribe();
  }, [client, navigate, t]);
  return null;
}
