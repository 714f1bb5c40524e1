// @vitest-environment jsdom
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { createClient, fetchExchange, type TypedDocumentNode } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { parse } from "graphql";
import type { ReactNode } from "react";
import { Provider } from "urql";
import { afterEach, expect, test } from "vitest";
import { useList } from "./useList";

type Answer = { shop: { things: { nodes: { id: string; worth: number }[]; pageInfo: Place } } };
type Place = { hasNextPage: boolean; endCursor: string | null };
type Asked = { kind: string; first?: number | null; after?: string | null };

const page = "nodes { id worth } pageInfo { hasNextPage endCursor }";
const Things = parse(
  `query Things($kind: String!, $first: Int = 2, $after: String) { shop { things(kind: $kind, first: $first, after: $after) { ${page} } } }`,
) as TypedDocumentNode<Answer, Asked>;

afterEach(cleanup);

const numbered = (kind: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${kind}${from + i}`);

/**
 * Opens a shop with six things of each kind, which gives two at a time and at most a hundred. Its cursors name the last thing of a page,
 * and lead on from where that stands or stood. It can hold its answers back, or fail.
 */
function open(shelves: Record<string, string[]> = { a: numbered("a", 1, 6), b: numbered("b", 1, 6) }) {
  const asked: Asked[] = [];
  const worth: Record<string, number> = {};
  const held: (() => void)[] = [];
  const shop = { asked, shelves, worth, holding: false, failing: false, release: () => held.shift()?.() };
  const read = ({ kind, first, after }: Asked): Answer => {
    const things = shelves[kind] ?? [];
    const from = after ? things.indexOf(after) + 1 : 0;
    const nodes = things.slice(from, from + Math.min(first ?? 2, 100));
    const place = { hasNextPage: from + nodes.length < things.length, endCursor: nodes.at(-1) ?? null };
    const typed = nodes.map((id) => ({ __typename: "Thing", id, worth: worth[id] ?? 1 }));
    const things_ = { __typename: "Things", nodes: typed, pageInfo: { __typename: "Place", ...place } };
    return { shop: { __typename: "Shop", things: things_ } } as unknown as Answer;
  };
  const answer = async (_: unknown, options?: RequestInit) => {
    const { variables } = JSON.parse(String(options?.body)) as { variables: Asked };
    asked.push(variables);
    const data = read(variables);
    const fails = shop.failing;
    if (shop.holding) await new Promise<void>((go) => held.push(go));
    if (fails) throw new TypeError("the network is gone");
    return new Response(JSON.stringify({ data }), { headers: { "Content-Type": "application/json" } });
  };
  const client = createClient({
    url: "http://shop.test/",
    exchanges: [
      cacheExchange({ keys: Object.fromEntries(["Shop", "Things", "Place"].map((name) => [name, () => null])) }),
      fetchExchange,
    ],
    fetch: answer as typeof fetch,
    preferGetMethod: false,
  });
  const wrapper = ({ children }: { children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const look = (kind: string, first?: number) => {
    const drawn: string[][] = [];
    const hook = renderHook(
      (props: { kind: string }) => {
        const variables = { kind: props.kind, ...(first && { first }) };
        const list = useList(Things, variables, (d) => d.shop.things);
        const rows = list.data?.shop.things.nodes.map((n) => n.id);
        if (rows) drawn.push(rows);
        return list;
      },
      { wrapper, initialProps: { kind } },
    );
    return { ...hook, drawn };
  };
  return { ...shop, shop, look };
}

type Shown = { current: ReturnType<typeof useList<Answer, Asked>> };
const ids = (result: Shown) => result.current.data?.shop.things.nodes.map((n) => n.id);

/** Reads on until so many rows are there. */
async function readOn(result: Shown, rows: number) {
  while (ids(result)?.length !== rows) {
    const before = ids(result)?.length;
    act(result.current.more.onMore);
    await waitFor(() => expect(ids(result)?.length).not.toBe(before));
  }
}

test("pages come one after the other and stay together", async () => {
  const { result } = open().look("a");
  expect(result.current.data).toBeUndefined();
  await waitFor(() => expect(ids(result)).toEqual(["a1", "a2"]));
  act(result.current.more.onMore);
  expect(result.current.more.loading).toBe(true);
  await waitFor(() => expect(ids(result)).toEqual(["a1", "a2", "a3", "a4"]));
  expect(result.current.more).toMatchObject({ shown: true, loading: false });
  act(result.current.more.onMore);
  await waitFor(() => expect(ids(result)).toEqual(["a1", "a2", "a3", "a4", "a5", "a6"]));
  expect(result.current.more.shown).toBe(false);
});

test("other variables begin another list at its first page; the former stays until that is there", async () => {
  const { asked, look } = open();
  const { result, rerender } = look("a");
  await waitFor(() => expect(ids(result)).toHaveLength(2));
  await readOn(result, 4);
  rerender({ kind: "b" });
  expect(ids(result)?.[0]).toBe("a1");
  await waitFor(() => expect(ids(result)).toEqual(["b1", "b2"]));
  expect(asked.at(-1)).toEqual({ kind: "b" });
});

test("who comes back sees at once all that was read, and it is read anew", async () => {
  const { asked, shelves, look } = open();
  const first = look("a");
  await waitFor(() => expect(ids(first.result)).toHaveLength(2));
  first.unmount();
  const second = look("a");
  expect(ids(second.result)).toHaveLength(2);
  await waitFor(() => expect(asked).toHaveLength(2));
  await readOn(second.result, 4);
  second.unmount();
  shelves.a?.unshift("a0");
  const { result } = look("a");
  expect(ids(result)).toEqual(["a1", "a2", "a3", "a4"]);
  await waitFor(() => expect(ids(result)).toEqual(["a0", "a1", "a2", "a3"]));
});

test("renewing reads all rows that are shown in one request, and nothing between them is missing or doubled meanwhile", async () => {
  const { asked, shelves, worth, look } = open();
  const { result, drawn } = look("a");
  await waitFor(() => expect(ids(result)).toHaveLength(2));
  await readOn(result, 4);
  shelves.a = ["new", "a1", "a2", "a4", "a5", "a6"];
  worth.a4 = 9;
  const requests = asked.length;
  act(result.current.renew);
  await waitFor(() => expect(ids(result)).toEqual(["new", "a1", "a2", "a4"]));
  expect(asked.slice(requests)).toEqual([{ kind: "a", first: 4 }]);
  expect(result.current.data?.shop.things.nodes.at(-1)?.worth).toBe(9);
  expect(new Set(drawn.map((rows) => rows.join()))).toEqual(new Set(["a1,a2", "a1,a2,a3,a4", "new,a1,a2,a4"]));

  act(result.current.more.onMore);
  await waitFor(() => expect(ids(result)).toEqual(["new", "a1", "a2", "a4", "a5", "a6"]));
  expect(result.current.more.shown).toBe(false);
});

test("a list that is shown to its end shows what is added to it when it is renewed", async () => {
  const { shelves, look } = open();
  const { result } = look("a");
  await waitFor(() => expect(ids(result)).toHaveLength(2));
  await readOn(result, 6);
  shelves.a = ["new", ...numbered("a", 1, 7)];
  act(result.current.renew);
  await waitFor(() => expect(ids(result)).toEqual(["new", ...numbered("a", 1, 7)]));
});

test("more rows than a page may have are read again page by page, and shown once all are there", async () => {
  const { asked, shelves, look } = open({ a: numbered("a", 1, 200) });
  const { result, drawn } = look("a", 60);
  await waitFor(() => expect(ids(result)).toHaveLength(60));
  await readOn(result, 120);
  for (const round of [1, 2, 3]) {
    shelves.a?.unshift(`new${round}`);
    shelves.a?.splice(80, 1);
    const requests = asked.length;
    act(result.current.renew);
    await waitFor(() => expect(ids(result)).toEqual(shelves.a?.slice(0, 120)));
    expect(asked.slice(requests).map((one) => one.first)).toEqual(round % 2 ? [100, 20] : [99, 21]);
  }
  expect(drawn.every((rows) => rows.length === 60 || rows.length === 120)).toBe(true);
  expect(drawn.every((rows) => new Set(rows).size === rows.length)).toBe(true);
});

test("a failure leaves what was there, also in the middle of the pages, and the next renewal makes up for it", async () => {
  const { shop, asked, shelves, look } = open({ a: numbered("a", 1, 200) });
  const { result, drawn } = look("a", 60);
  await waitFor(() => expect(ids(result)).toHaveLength(60));
  await readOn(result, 120);
  const before = ids(result);
  shelves.a?.unshift("new");
  shop.holding = true;
  act(result.current.renew);
  await waitFor(() => expect(asked.at(-1)).toEqual({ kind: "a", first: 100 }));
  shop.failing = true;
  shop.release();
  await waitFor(() => expect(asked.at(-1)).toEqual({ kind: "a", first: 20, after: "a99" }));
  await act(async () => shop.release());
  expect(ids(result)).toEqual(before);
  expect(new Set(drawn.map((rows) => rows.join())).size).toBe(2);

  shop.failing = false;
  shop.holding = false;
  act(result.current.renew);
  await waitFor(() => expect(ids(result)?.[0]).toBe("new"));
  expect(ids(result)).toHaveLength(120);
});

test("a failure leaves a single page too, and reading on that failed can be tried again", async () => {
  const { shop, asked, look } = open();
  const { result } = look("a");
  await waitFor(() => expect(ids(result)).toHaveLength(2));
  shop.failing = true;
  act(result.current.renew);
  await waitFor(() => expect(result.current.error).toBeDefined());
  expect(ids(result)).toEqual(["a1", "a2"]);
  act(result.current.more.onMore);
  await waitFor(() => expect(asked).toHaveLength(3));
  await waitFor(() => expect(result.current.more).toMatchObject({ shown: true, loading: false }));
  shop.failing = false;
  act(result.current.more.onMore);
  await waitFor(() => expect(ids(result)).toEqual(["a1", "a2", "a3", "a4"]));
});

test("what changes while the list is renewed is read after it, so that no late answer overwrites a newer one", async () => {
  const { shop, asked, shelves, look } = open();
  const { result } = look("a");
  await waitFor(() => expect(ids(result)).toHaveLength(2));
  await readOn(result, 4);
  const requests = asked.length;
  shop.holding = true;
  shelves.a = ["one", ...numbered("a", 1, 6)];
  act(result.current.renew);
  await waitFor(() => expect(asked).toHaveLength(requests + 1));
  shelves.a = ["two", "one", ...numbered("a", 1, 6)];
  act(result.current.renew);
  act(result.current.renew);
  expect(asked).toHaveLength(requests + 1);
  await act(async () => shop.release());
  await waitFor(() => expect(asked).toHaveLength(requests + 2));
  await act(async () => shop.release());
  await waitFor(() => expect(ids(result)).toEqual(["two", "one", "a1", "a2"]));
  shop.holding = false;
  await act(async () => {});
  expect(asked).toHaveLength(requests + 2);
});

test("what changes while the first page is on its way is read after it", async () => {
  const { shop, asked, shelves, look } = open();
  shop.holding = true;
  const { result } = look("a");
  await waitFor(() => expect(asked).toHaveLength(1));
  shelves.a?.unshift("new");
  act(result.current.renew);
  await act(async () => shop.release());
  await waitFor(() => expect(asked).toHaveLength(2));
  await act(async () => shop.release());
  await waitFor(() => expect(ids(result)).toEqual(["new", "a1"]));
});

test("who reads on while the list is renewed loses no rows between the pages", async () => {
  const { shop, asked, shelves, look } = open();
  const { result } = look("a");
  await waitFor(() => expect(ids(result)).toHaveLength(2));
  shelves.a?.unshift("new");
  shop.holding = true;
  act(result.current.renew);
  await waitFor(() => expect(asked).toHaveLength(2));
  act(result.current.more.onMore);
  await waitFor(() => expect(asked).toHaveLength(3));
  shop.holding = false;
  await act(async () => shop.release());
  await act(async () => shop.release());
  await waitFor(() => expect(ids(result)).toEqual(["new", "a1", "a2", "a3"]));
});

test("a list that could not be read is read when one tries again", async () => {
  const { shop, asked, look } = open();
  shop.failing = true;
  const { result } = look("a");
  await waitFor(() => expect(result.current.error).toBeDefined());
  expect(result.current.data).toBeUndefined();
  act(result.current.retry);
  await waitFor(() => expect(asked).toHaveLength(2));
  shop.failing = false;
  await act(async () => {});
  act(result.current.retry);
  await waitFor(() => expect(ids(result)).toEqual(["a1", "a2"]));
  expect(result.current.error).toBeUndefined();
});
