import { useEffect } from "react";
import { useClient } from "urql";
import { ClubEvents } from "./documents";
import { emitClub } from "./events";

/** Follows the feed of a club while the page is on screen; undefined follows nothing. */
export function useClubStream(clubId: string | undefined) {
  const client = useClient();
  useEffect(() => {
    if (!clubId) return;
    const stream = client.subscription(ClubEvents, { clubId, after: null }).subscribe(({ data }) => {
      if (data) emitClub(data.clubEvents);
    });
    return () => stream.unsubscribe();
  }, [client, clubId]);
}
