import { useSyncExternalStore } from "react";
import { newKey } from "./repeat";

// The basket of this browser: kept across reloads and shared by its tabs. It also keeps the idempotency key of the order it will
// become, so that pressing the button again after a lost answer places no second order.

/** One line: a variant, how many, and how it looked when it was put in, for those who have not signed in yet. */
export type BasketLine = {
  variantId: string;
  quantity: number;
  slug: string;
  name: string;
  price: { amount: string; currencyCode: string };
};

/** The basket. `key` changes with every change of the lines and lasts through every repeat of an order. */
export type Basket = { lines: readonly BasketLine[]; key: string };

const stored = "kabinet.basket";
/** The most of one variant and the most lines that an order takes. */
export const mostPieces = 10_000;
const mostLines = 100;

let basket: Basket = read();
const listeners = new Set<() => void>();

function read(): Basket {
  try {
    const value = JSON.parse(localStorage.getItem(stored) ?? "") as Basket;
    if (Array.isArray(value.lines) && typeof value.key === "string") return value;
  } catch {
    // Nothing was stored, or something that is no basket.
  }
  return { lines: [], key: newKey() };
}

function publish(next: Basket) {
  basket = next;
  for (const listener of listeners) listener();
}

function set(lines: readonly BasketLine[]) {
  publish({ lines, key: newKey() });
  localStorage.setItem(stored, JSON.stringify(basket));
}

if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => {
    if (event.key === stored) publish(read());
  });
}

/** Lines with one more line put in: the same variant adds up. */
export function withLine(lines: readonly BasketLine[], line: BasketLine): readonly BasketLine[] {
  const there = lines.find((l) => l.variantId === line.variantId);
  if (!there) return [...lines, line].slice(0, mostLines);
  return lines.map((l) => (l === there ? { ...line, quantity: Math.min(mostPieces, l.quantity + line.quantity) } : l));
}

/** Puts something into the basket. */
export function put(line: BasketLine) {
  set(withLine(basket.lines, line));
}

/** Sets how many of a variant; 0 takes it out. */
export function setQuantity(variantId: string, quantity: number) {
  const wanted = Math.max(0, Math.min(mostPieces, Math.trunc(quantity) || 0));
  set(
    basket.lines.flatMap((l) => (l.variantId !== variantId ? [l] : wanted === 0 ? [] : [{ ...l, quantity: wanted }])),
  );
}

/** Brings back lines that were taken out. */
export function restore(lines: readonly BasketLine[]) {
  set(lines);
}

/** Empties the basket, for example after the order was placed. */
export function empty() {
  set([]);
}

/** The basket, live. */
export function useBasket(): Basket {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => basket,
  );
}

/** How many pieces are in it. */
export function pieces(lines: readonly BasketLine[]): number {
  return lines.reduce((sum, line) => sum + line.quantity, 0);
}
