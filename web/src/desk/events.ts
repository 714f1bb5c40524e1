import { useEffect, useRef } from "react";
import { useConnection } from "~/app/live";
import type { DeskEvent } from "./DeskLive";

// What the desk's live stream brought, for the pages on screen.

const listeners = new Set<(event: DeskEvent) => void>();

/** Tells every page that listens. */
export function emit(event: DeskEvent) {
  for (const listener of listeners) listener(event);
}

/** Calls `handle` for each event while the page is on screen. */
export function useDeskEvent(handle: (event: DeskEvent) => void) {
  const latest = useRef(handle);
  latest.current = handle;
  useEffect(() => {
    const listener = (event: DeskEvent) => latest.current(event);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
}

/**
 * Keeps a page fresh: calls `read` after the events that concern it, once for events that come together, and when the stream
 * has just opened or the network is back, because what happened before that it may not have told.
 */
export function useFresh(concerns: (event: DeskEvent) => boolean, read: () => void) {
  const latest = useRef(read);
  latest.current = read;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useDeskEvent((event) => {
    if (!event.gap && !concerns(event)) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), 150);
  });
  const live = useConnection().state === "live";
  const before = useRef(live);
  useEffect(() => {
    if (live && !before.current) latest.current();
    before.current = live;
  }, [live]);
  useEffect(() => {
    const online = () => latest.current();
    addEventListener("online", online);
    return () => {
      removeEventListener("online", online);
      clearTimeout(timer.current);
    };
  }, []);
}
