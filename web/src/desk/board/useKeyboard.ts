import { useNavigate } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";
import type { OrderAction, OrderBriefFragment } from "../gql/graphql";
import { atOnce, nextStep } from "../order/steps";
import { type Arrow, afterLeaving, type Column, columns, toward } from "./board";

const arrows: readonly string[] = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"];

/** Arrows move between orders, and letters take steps of the one that has the focus, on any layout of the keyboard. */
export function useKeyboard(
  place: RefObject<HTMLDivElement | null>,
  standing: Record<Column, OrderBriefFragment[]>,
  act: (order: OrderBriefFragment, action: OrderAction) => void,
) {
  const navigate = useNavigate();
  const latest = useRef<(event: KeyboardEvent) => void>(undefined);
  latest.current = (event) => {
    const target = event.target as HTMLElement;
    const id = target.dataset.order;
    if (event.ctrlKey || event.metaKey || event.altKey || (!id && target !== document.body)) return;
    if (arrows.includes(event.key)) {
      const shown = [...(place.current?.querySelectorAll<HTMLElement>("[data-order]") ?? [])];
      const visible = new Set(shown.map((link) => link.dataset.order));
      const rows = columns.map((name) => standing[name].map((order) => order.id).filter((o) => visible.has(o)));
      const next = toward(rows, id, event.key as Arrow);
      if (!next) return;
      event.preventDefault();
      focusOrder(next);
    }
    const order = columns.flatMap((name) => standing[name]).find((o) => o.id === id);
    if (!order) return;
    const next = nextStep(order.availableActions);
    if (event.code === "KeyA" && next) {
      focusAfter(standing, order, next);
      act(order, next);
    } else if (event.code === "KeyP" && order.availableActions.includes("PROMISE")) act(order, "PROMISE");
    else if (event.code === "KeyX" && order.availableActions.includes("CANCEL")) act(order, "CANCEL");
    else if (event.code === "KeyO") void navigate({ to: "/desk/orders/$number", params: { number: order.number } });
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current?.(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

function focusOrder(id: string) {
  document.querySelector<HTMLElement>(`[data-order="${CSS.escape(id)}"]`)?.focus();
}

/** Keeps the focus in the column that an order is about to leave. */
export function focusAfter(
  standing: Record<Column, OrderBriefFragment[]>,
  order: OrderBriefFragment,
  action: OrderAction,
) {
  if (!atOnce(action)) return;
  const ids = Object.values(standing).find((list) => list.some((o) => o.id === order.id)) ?? [];
  const neighbour = afterLeaving(
    ids.map((o) => o.id),
    order.id,
  );
  if (neighbour) focusOrder(neighbour);
}
