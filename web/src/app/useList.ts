import type { AnyVariables, CombinedError, TypedDocumentNode } from "@urql/core";
import { useCallback, useState } from "react";
import { useClient, useQuery } from "urql";

/** Where a page of a list stands, as the schema tells it. */
export type Page = { hasNextPage: boolean; endCursor?: string | null | undefined };

/** A list that grows page by page: what was read so far, and how to read more of it. */
export type List<Data> = {
  data: Data | undefined;
  error: CombinedError | undefined;
  /** Reads the present page again after a failure. */
  retry: () => void;
  /** Reads the first page anew, for example because something new came in; the rest stays as it is. */
  renew: () => void;
  /** What <More> needs. */
  more: { shown: boolean; loading: boolean; onMore: () => void };
};

/**
 * Reads a list whose pages the cache joins (see paged.ts): what is known of it at once, and its first page anew. `pageOf` finds the
 * page's place in the answer. Other variables begin another list, and the former stays until that is there; give the component a key
 * where an outline should stand meanwhile.
 */
export function useList<Data, Variables extends AnyVariables & { after?: string | null | undefined }>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after">,
  pageOf: (data: Data) => Page | null | undefined,
): List<Data> {
  const client = useClient();
  const first = JSON.stringify(variables);
  const [reached, setReached] = useState<{ list: string; after: string }>();
  const after = reached?.list === first ? reached.after : undefined;
  const [{ data, error, fetching }, read] = useQuery<Data>({
    query: query as TypedDocumentNode<Data>,
    variables: after === undefined ? variables : { ...variables, after },
    requestPolicy: "cache-and-network",
  });
  const place = data ? pageOf(data) : undefined;
  const end = place?.endCursor;
  const renew = useCallback(() => {
    void client
      .query(query as TypedDocumentNode<Data>, JSON.parse(first), { requestPolicy: "network-only" })
      .toPromise();
  }, [client, query, first]);
  return {
    data,
    error,
    retry: () => read({ requestPolicy: "network-only" }),
    renew,
    more: {
      shown: place?.hasNextPage === true,
      loading: fetching,
      onMore: () => end && setReached({ list: first, after: end }),
    },
  };
}
