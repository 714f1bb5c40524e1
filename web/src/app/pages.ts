import type { AnyVariables, Client, CombinedError, OperationResult, TypedDocumentNode } from "@urql/core";
import { createRequest } from "@urql/core";
import { most } from "./most";

// A list that is read page by page, and stays true: what is shown of it is a row of pages, each of them live in the cache. When the
// list has changed, as many rows as are shown are read again, in other pages than those, and take their place once all are there.

/** A part of a list, as the schema gives it. */
export type Connection = {
  nodes: readonly unknown[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null | undefined };
};

/** What is known of a list: all pages that were read, as one answer. */
export type View<Data> = { data: Data | undefined; error: CombinedError | undefined; loading: boolean };

/** A list on screen. */
export type Reading = {
  /** Reads everything that is shown again. What is asked for while that goes on follows it; a failure leaves what is there. */
  renew: () => void;
  /** Reads the next page. */
  more: () => void;
  stop: () => void;
};

type Asked = { first?: number; after?: string | null };
type Page<Data> = { asked: Asked; result?: OperationResult<Data>; stop: () => void };

/** How many rows more are asked for of a list that is shown to its end, which may have moved. */
const room = 20;

/** The pages of lists that were on screen, so that who comes back finds as much as was read. */
const left = new WeakMap<Client, Map<number, readonly Asked[]>>();

function leftIn(client: Client): Map<number, readonly Asked[]> {
  const known = left.get(client) ?? new Map();
  left.set(client, known);
  return known;
}

/** Begins to read a list, and calls `show` whenever more or something else is known of it. `connectionOf` finds it in an answer. */
export function readList<Data>(
  client: Client,
  document: TypedDocumentNode<Data, AnyVariables>,
  variables: Asked,
  connectionOf: (data: Data) => Connection | null | undefined,
  show: (view: View<Data>) => void,
): Reading {
  const name = createRequest(document, variables).key;
  let pages: readonly Page<Data>[] = [];
  let wanted = false;
  let renewing = false;
  let stopped = false;

  const partOf = ({ result }: Page<Data>) => (result?.data ? connectionOf(result.data) : undefined);
  const query = (asked: Asked, requestPolicy: "cache-first" | "cache-and-network" | "network-only") =>
    client.query(document, asked, { requestPolicy, renewsItself: true });

  const follow = (asked: Asked, requestPolicy: "cache-first" | "cache-and-network"): Page<Data> => {
    const page: Page<Data> = { asked, stop: () => {} };
    page.stop = query(asked, requestPolicy).subscribe((result) => {
      const data = result.data ?? page.result?.data;
      page.result = data === undefined ? result : { ...result, data };
      changed();
    }).unsubscribe;
    return page;
  };
  const become = (next: readonly Page<Data>[]) => {
    const former = pages.filter((page) => !next.includes(page));
    pages = next;
    for (const page of former) page.stop();
    leftIn(client).set(
      name,
      pages.map(({ asked }) => asked),
    );
    changed();
  };
  const changed = () => {
    if (stopped || pages.length === 0) return;
    show({
      data: joined(
        read().map((page) => page.result?.data as Data),
        connectionOf,
      ),
      error: pages.find((page) => page.result?.error)?.result?.error,
      loading: pages.at(-1)?.result === undefined,
    });
    if ((wanted || torn()) && !renewing && settled()) void renew();
  };
  /** The pages that are known, up to the first that is not. */
  const read = () => {
    const end = pages.findIndex((page) => !page.result?.data);
    return end < 0 ? pages : pages.slice(0, end);
  };
  /** Whether no page is being read. */
  const settled = () => pages.every(({ result }) => result && !result.stale);
  /** Whether a page does not begin where the one before it ends now, so that rows may be missing between them. */
  const torn = () =>
    pages.some((page, i) => {
      const before = pages[i - 1] && partOf(pages[i - 1] as Page<Data>);
      return before && before.pageInfo.endCursor !== page.asked.after;
    });

  const renew = async () => {
    wanted = true;
    if (renewing) return;
    renewing = true;
    while (wanted && settled() && !stopped) {
      wanted = false;
      const shown = pages;
      const [head] = shown;
      if (!head) break;
      // A single page is read in its place. It is shared with whoever else asks for it.
      const fresh = shown.length === 1 ? undefined : await readAgain(shown);
      if (shown.length === 1) await query(head.asked, "network-only").toPromise();
      // Who read on meanwhile goes on from rows that the renewed ones may not end with.
      if (pages !== shown) wanted = true;
      else if (fresh && !stopped) become(fresh.map((asked) => follow(asked, "cache-first")));
    }
    renewing = false;
  };

  /** Reads as many rows as are shown, in as few pages as the server allows; undefined when that failed. */
  const readAgain = async (shown: readonly Page<Data>[]): Promise<readonly Asked[] | undefined> => {
    const parts = shown.map(partOf);
    let rows = parts.reduce((sum, part) => sum + (part?.nodes.length ?? 0), 0);
    if (!parts.at(-1)?.pageInfo.hasNextPage) rows += room;
    let size = Math.min(rows, most(document));
    // The pages that are shown stay as they are until all others are there.
    if (rows > size && size === shown[0]?.asked.first) size--;
    const fresh: Asked[] = [];
    for (let after: string | undefined | null; ; ) {
      const asked: Asked = { ...variables, first: Math.max(1, Math.min(rows, size)), ...(after && { after }) };
      const { data } = await query(asked, "network-only").toPromise();
      if (!data || stopped) return undefined;
      fresh.push(asked);
      rows -= asked.first ?? 0;
      const part = connectionOf(data);
      after = part?.pageInfo.hasNextPage ? part.pageInfo.endCursor : undefined;
      if (!after || rows <= 0) return fresh;
    }
  };

  const known = leftIn(client).get(name) ?? [variables];
  become(known.map((asked) => follow(asked, known.length === 1 ? "cache-and-network" : "cache-first")));
  if (known.length > 1) void renew();

  return {
    renew: () => void renew(),
    more: () => {
      const known = read();
      const last = known.at(-1);
      const after = last && partOf(last)?.pageInfo.endCursor;
      if (!after || !pages.at(-1)?.result) return;
      for (const page of pages) if (!known.includes(page)) page.stop();
      become([...known, follow({ ...variables, after }, "cache-and-network")]);
    },
    stop: () => {
      stopped = true;
      for (const page of pages) page.stop();
    },
  };
}

/** The answers about pages that follow each other as one answer, with each row once. */
function joined<Data>(
  answers: readonly Data[],
  connectionOf: (data: Data) => Connection | null | undefined,
): Data | undefined {
  const [whole] = answers;
  const parts = answers.map(connectionOf).filter((part) => part !== undefined && part !== null);
  const last = parts.at(-1);
  if (whole === undefined || parts.length < 2 || !last) return whole;
  const seen = new Set<unknown>();
  const isNew = (node: unknown) => {
    const { id, customerId } = node as { id?: unknown; customerId?: unknown };
    const row = id ?? customerId;
    if (row === undefined) return true;
    if (seen.has(row)) return false;
    seen.add(row);
    return true;
  };
  const nodes = parts.flatMap((part) => part.nodes.filter(isNew));
  return withPart(whole, parts[0], { ...parts[0], nodes, pageInfo: last.pageInfo }) as Data;
}

/** An answer with another object in the place of one of its own. */
function withPart(whole: unknown, part: unknown, other: object): unknown {
  if (whole === part) return other;
  if (whole === null || typeof whole !== "object" || Array.isArray(whole)) return whole;
  for (const [name, value] of Object.entries(whole)) {
    const changed = withPart(value, part, other);
    if (changed !== value) return { ...whole, [name]: changed };
  }
  return whole;
}
