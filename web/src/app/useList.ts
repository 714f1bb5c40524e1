import type { AnyVariables, CombinedError, TypedDocumentNode } from "@urql/core";
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { onRevive } from "./live";
import { type Connection, type Reading, readList, type View } from "./pages";

/** A list that grows page by page: what was read so far, and how to read more of it. */
export type List<Data> = {
  data: Data | undefined;
  error: CombinedError | undefined;
  /** Reads the list again after a failure. */
  retry: () => void;
  /** Reads everything that is shown again, for example because something new came in; until that is there it stays as it is. */
  renew: () => void;
  /** What <More> needs. */
  more: { shown: boolean; loading: boolean; onMore: () => void };
};

/**
 * Reads a list page by page: what is known of it at once, and all of that anew. `connectionOf` finds the list in the answer; its query
 * takes `first` and `after`. Other variables begin another list, and the former stays until that is there; give the component a key
 * where an outline should stand meanwhile.
 */
export function useList<Data, Variables extends AnyVariables & { after?: string | null | undefined }>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after">,
  connectionOf: (data: Data) => Connection | null | undefined,
): List<Data> {
  const client = useClient();
  const list = JSON.stringify(variables);
  const [{ data, error, loading }, setView] = useState<View<Data>>({
    data: undefined,
    error: undefined,
    loading: true,
  });
  const reading = useRef<Reading>(undefined);
  const find = useRef(connectionOf);
  find.current = connectionOf;

  useLayoutEffect(() => {
    const now = readList(
      client,
      query as TypedDocumentNode<Data, AnyVariables>,
      JSON.parse(list),
      (answer) => find.current(answer),
      (view) => setView((former) => (view.data || view.error ? view : { ...view, data: former.data })),
    );
    reading.current = now;
    const forget = onRevive(now.renew);
    return () => {
      forget();
      now.stop();
    };
  }, [client, query, list]);

  const renew = useCallback(() => reading.current?.renew(), []);
  const onMore = useCallback(() => reading.current?.more(), []);
  const shown = data ? connectionOf(data)?.pageInfo.hasNextPage === true : false;
  return { data, error, retry: renew, renew, more: { shown, loading, onMore } };
}
