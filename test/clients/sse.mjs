import assert from "node:assert/strict";
import { test } from "node:test";

import { EventSource } from "eventsource";
import { createClient, NetworkError } from "graphql-sse";

import { mailbox } from "./people.mjs";

const follow = `subscription($id: ID!) { orderEvents(orderId: $id, after: "e0") { cursor kind } }`;

export function sse(world) {
  const connect = (token = world.me.accessToken) =>
    createClient({ url: world.endpoint, retryAttempts: 0, headers: { Authorization: `Bearer ${token}` } });

  test("graphql-sse: a query, a mutation, a refused document, and a live order", async () => {
    const client = connect();
    const once = async (query) => {
      for await (const result of client.iterate({ query })) return result;
    };
    assert.equal((await once("{ viewer { customer { email } } }")).data.viewer.customer.email, "client@example.com");
    assert.equal((await once("mutation { __typename }")).data.__typename, "Mutation");
    assert.equal((await once("{ nothing }")).errors[0].extensions.code, "INVALID");

    const order = await world.me.place();
    const kinds = [];
    for await (const { data } of client.iterate({ query: follow, variables: { id: order.id } })) {
      kinds.push(data.orderEvents.kind);
      if (kinds.length === 2) break;
      await world.staff.advance(order.id, "CONFIRM");
    }
    assert.deepEqual(kinds, ["ORDER_PLACED", "ORDER_CONFIRMED"]);
    client.dispose();
  });

  test("graphql-sse: a bad token is refused before the stream", async () => {
    const client = connect("stolen");
    await assert.rejects(
      async () => {
        for await (const _ of client.iterate({ query: "{ __typename }" }));
      },
      (failure) => failure instanceof NetworkError && failure.response.status === 401,
    );
    client.dispose();
  });

  test("EventSource: after a cut it resumes by itself behind the last event", async () => {
    const order = await world.me.place();
    const address = new URL(world.endpoint);
    address.searchParams.set("query", follow);
    address.searchParams.set("variables", JSON.stringify({ id: order.id }));
    const resumedFrom = [];
    let cut;
    const source = new EventSource(address, {
      fetch: (url, init) => {
        resumedFrom.push(init.headers["Last-Event-ID"]);
        const scissors = new AbortController();
        cut = () => scissors.abort(new TypeError("the network is gone"));
        return fetch(url, {
          ...init,
          signal: AbortSignal.any([init.signal, scissors.signal]),
          headers: { ...init.headers, Authorization: `Bearer ${world.me.accessToken}` },
        });
      },
    });
    const heard = mailbox();
    source.addEventListener("next", (event) => heard.put({ id: event.lastEventId, ...JSON.parse(event.data).data.orderEvents }));
    const [placed] = await heard.take(1);
    assert.equal(placed.id, placed.cursor);
    cut();
    await world.staff.advance(order.id, "CONFIRM");
    await world.staff.advance(order.id, "START");
    assert.deepEqual((await heard.take(3)).map((event) => event.kind), ["ORDER_PLACED", "ORDER_CONFIRMED", "ORDER_STARTED"]);
    assert.deepEqual(resumedFrom, [undefined, placed.id]);
    source.close();
  });
}
