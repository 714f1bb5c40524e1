// @vitest-environment jsdom
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { createClient, fetchExchange, type TypedDocumentNode } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { parse } from "graphql";
import type { ReactNode } from "react";
import { Provider } from "urql";
import { afterEach, expect, test } from "vitest";
import { useList } from "./useList";

type Answer = { things: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
type Asked = { kind: string; after?: string | null };

const page = "nodes { id } pageInfo { hasNextPage endCursor }";
const Things = parse(
  `query Things($kind: String!, $after: String) { things(kind: $kind, after: $after) { ${page} } }`,
) as TypedDocumentNode<Answer, Asked>;

afterEach(cleanup);

/** Opens a shop that has six things of each kind and gives two at a time: what was asked of it, and a way to look at a list. */
function open() {
  const asked: Asked[] = [];
  const answer = async (_: unknown, options?: RequestInit) => {
    const { variables } = JSON.parse(String(options?.body)) as { variables: Asked };
    asked.push(variables);
    const from = Number(variables.after ?? 0);
    const nodes = [1, 2].map((n) => ({ __typename: "Thing", id: `${variables.kind}${from + n}` }));
    const pageInfo = { __typename: "PageInfo", hasNextPage: from < 4, endCursor: String(from + 2) };
    return new Response(JSON.stringify({ data: { things: { __typename: "Things", nodes, pageInfo } } }), {
      headers: { "Content-Type": "application/json" },
    });
  };
  const cache = cacheExchange({
    keys: Object.fromEntries(["Things", "PageInfo"].map((name) => [name, () => null])),
    resolvers: { Query: { things: relayPagination() } },
  });
  const client = createClient({
    url: "http://shop.test/",
    exchanges: [cache, fetchExchange],
    fetch: answer as typeof fetch,
    preferGetMethod: false,
  });
  const wrapper = ({ children }: { children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const look = (kind: string) =>
    renderHook((props: { kind: string }) => useList(Things, { kind: props.kind }, (d) => d.things.pageInfo), {
      wrapper,
      initialProps: { kind },
    });
  return { asked, look };
}

const ids = (result: { current: { data?: Answer | undefined } }) => result.current.data?.things.nodes.map((n) => n.id);

test("pages come one after the other and stay together", async () => {
  const { result } = open().look("a");
  expect(result.current.data).toBeUndefined();
  await waitFor(() => expect(ids(result)).toEqual(["a1", "a2"]));
  act(result.current.more.onMore);
  await waitFor(() => expect(ids(result)).toEqual(["a1", "a2", "a3", "a4"]));
  expect(result.current.more.shown).toBe(true);
  act(result.current.more.onMore);
  await waitFor(() => expect(ids(result)).toEqual(["a1", "a2", "a3", "a4", "a5", "a6"]));
  expect(result.current.more.shown).toBe(false);
});

test("other variables begin another list at its first page; the former stays until that is there", async () => {
  const { asked, look } = open();
  const { result, rerender } = look("a");
  await waitFor(() => expect(ids(result)).toHaveLength(2));
  act(result.current.more.onMore);
  await waitFor(() => expect(ids(result)).toHaveLength(4));
  rerender({ kind: "b" });
  expect(ids(result)?.[0]).toBe("a1");
  await waitFor(() => expect(ids(result)).toEqual(["b1", "b2"]));
  expect(asked.at(-1)).toEqual({ kind: "b" });
});

test("who comes back sees at once what is known, and the first page is read anew", async () => {
  const { asked, look } = open();
  const first = look("a");
  await waitFor(() => expect(ids(first.result)).toHaveLength(2));
  first.unmount();
  const { result } = look("a");
  expect(ids(result)).toHaveLength(2);
  await waitFor(() => expect(asked).toEqual([{ kind: "a" }, { kind: "a" }]));
  act(result.current.renew);
  await waitFor(() => expect(asked).toHaveLength(3));
});
