import assert from "node:assert/strict";
import { test } from "node:test";

import { EventSource } from "eventsource";
import { createClient, NetworkError } from "graphql-sse";

import { customer, mailbox, shortLived } from "./people.mjs";

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

  test("graphql-sse: when its token ends the client comes back by itself with the next one, and hears everything once", async () => {
    const order = await world.me.place();
    const tokens = [shortLived(world.me.accessToken), world.me.accessToken];
    let cursor = "e0";
    const client = createClient({
      url: world.endpoint,
      headers: () => ({ Authorization: `Bearer ${tokens.shift()}` }),
      retry: async () => world.staff.advance(order.id, "CONFIRM"), // while nobody listens
    });
    const query = `subscription($id: ID!, $after: String) { orderEvents(orderId: $id, after: $after) { cursor kind } }`;
    const kinds = [];
    for await (const { data } of client.iterate({ query, get variables() { return { id: order.id, after: cursor }; } })) {
      ({ cursor } = data.orderEvents);
      kinds.push(data.orderEvents.kind);
      if (kinds.length === 2) await world.staff.advance(order.id, "START");
      if (kinds.length === 3) break;
    }
    assert.deepEqual(kinds, ["ORDER_PLACED", "ORDER_CONFIRMED", "ORDER_STARTED"]);
    assert.deepEqual(tokens, []);
    client.dispose();
  });

  test("graphql-sse: when its session ends the client hears so and stays away", async () => {
    const leaver = await customer(world.kabinet, "leaves.sse@example.com");
    const order = await leaver.place();
    let connections = 0;
    const client = createClient({
      url: world.endpoint,
      headers: { Authorization: `Bearer ${leaver.accessToken}` },
      on: { connecting: () => connections++ },
    });
    const heard = [];
    for await (const { data, errors } of client.iterate({ query: follow, variables: { id: order.id } })) {
      heard.push(data?.orderEvents.kind ?? errors[0].extensions.code);
      if (data) await leaver.leave();
    }
    assert.deepEqual({ heard, connections }, { heard: ["ORDER_PLACED", "UNAUTHENTICATED"], connections: 1 });
    client.dispose();
  });

  test("EventSource: when its token ends it comes back by itself with the next one, and stays away when its session has ended", async () => {
    const leaver = await customer(world.kabinet, "leaves.eventsource@example.com");
    const order = await leaver.place();
    const address = new URL(world.endpoint);
    address.searchParams.set("query", follow);
    address.searchParams.set("variables", JSON.stringify({ id: order.id }));
    const tokens = [shortLived(leaver.accessToken)];
    const source = new EventSource(address, {
      fetch: (url, init) =>
        fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${tokens.shift() ?? leaver.accessToken}` } }),
    });
    const heard = mailbox();
    source.addEventListener("next", ({ data }) => {
      const answer = JSON.parse(data);
      heard.put(answer.data?.orderEvents.kind ?? answer.errors[0].extensions.code);
    });
    source.addEventListener("error", ({ code }) => heard.put(code ?? "cut"));
    await heard.take(2);
    await world.staff.advance(order.id, "CONFIRM");
    assert.deepEqual(await heard.take(3), ["ORDER_PLACED", "cut", "ORDER_CONFIRMED"]);
    await leaver.leave();
    assert.deepEqual((await heard.take(6)).slice(3), ["UNAUTHENTICATED", "cut", 401]);
    assert.equal(source.readyState, EventSource.CLOSED);
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
