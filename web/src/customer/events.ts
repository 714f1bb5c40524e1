import { useEffect, useRef } from "react";
import type { CustomerEvent } from "./CustomerLive";

// What the live stream brought, for the pages on screen.

const listeners = new Set<(event: CustomerEvent) => void>();

/** Tells every page that listens. */
export function emit(event: CustomerEvent) {
  for (const listener of listeners) listener(event);
}

/** Calls `handle` for each event while the page is on screen. */
export function useCustomerEvent(handle: (event: CustomerEvent) => void) {
  const latest = useRef(handle);
  latest.current = handle;
  useEffect(() => {
    const listener = (event: CustomerEvent) => latest.current(event);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
}
