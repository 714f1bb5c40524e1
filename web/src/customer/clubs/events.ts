import { useEffect, useRef } from "react";
import type { ClubEventsSubscription } from "./gql/graphql";

// What the live stream of a club brought, for the parts of its page.

/** Something that happened in the feed of the club on screen. */
export type ClubEvent = ClubEventsSubscription["clubEvents"];

const listeners = new Set<(event: ClubEvent) => void>();

/** Tells every part that listens. */
export function emitClub(event: ClubEvent) {
  for (const listener of listeners) listener(event);
}

/** Calls `handle` for each event while the part is on screen. */
export function useClubEvent(handle: (event: ClubEvent) => void) {
  const latest = useRef(handle);
  latest.current = handle;
  useEffect(() => {
    const listener = (event: ClubEvent) => latest.current(event);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
}
