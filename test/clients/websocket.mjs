import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { customer, mailbox, shortLived } from "./people.mjs";

const follow = `subscription($id: ID!, $after: String) { orderEvents(orderId: $id, after: $after) { cursor kind } }`;

/** connect is a client of graphql-ws that introduces itself with a token. */
export const connect = (world, options = {}) =>
  createClient({
    url: world.socket,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ Authorization: `Bearer ${world.me.accessToken}` }),
    ...options,
  });

export function websocket(world) {
  test("graphql-ws: a query, a refused document, and a live order", async () => {
    const client = connect(world);
    const once = (query) =>
      new Promise((done, failed) => {
        let result;
        client.subscribe({ query }, { next: (value) => (result = value), error: failed, complete: () => done(result) });
      });
    const { data } = await once("{ viewer { customer { email } } }");
    assert.equal(data.viewer.customer.email, "client@example.com");
    await assert.rejects(once("{ nothing }"), (errors) => errors[0].extensions.code === "INVALID");

    const order = await world.me.place();
    const heard = mailbox();
    const stop = client.subscribe({ query: follow, variables: { id: order.id, after: "e0" } }, { next: heard.put, error: heard.put, complete() {} });
    await heard.take(1);
    await world.staff.advance(order.id, "CONFIRM");
    assert.deepEqual((await heard.take(2)).map(({ data }) => data.orderEvents.kind), ["ORDER_PLACED", "ORDER_CONFIRMED"]);
    stop();
    await client.dispose();
  });

  test("graphql-ws: after a cut the client comes back and resumes by the last cursor", async () => {
    let cursor = "e0";
    const connections = [];
    const client = connect(world, {
      retryAttempts: 5,
      retryWait: async () => {},
      shouldRetry: () => true,
      on: { connected: (socket) => connections.push(socket) },
    });
    const order = await world.me.place();
    const heard = mailbox();
    // The payload is read anew at each attempt.
    const payload = { query: follow, get variables() { return { id: order.id, after: cursor }; } };
    const stop = client.subscribe(payload, {
      next: ({ data }) => {
        cursor = data.orderEvents.cursor;
        heard.put(data.orderEvents.kind);
      },
      error: (failure) => heard.put(failure),
      complete() {},
    });
    await heard.take(1);
    client.terminate();
    await world.staff.advance(order.id, "CONFIRM");
    await world.staff.advance(order.id, "START");
    assert.deepEqual(await heard.take(3), ["ORDER_PLACED", "ORDER_CONFIRMED", "ORDER_STARTED"]);
    assert.equal(connections.length, 2);
    stop();
    await client.dispose();
  });

  test("graphql-ws: when its token ends the client comes back by itself with the next one, and hears everything once", async () => {
    const tokens = [shortLived(world.me.accessToken), world.me.accessToken];
    const codes = [];
    const client = connect(world, {
      connectionParams: async () => ({ Authorization: `Bearer ${tokens.shift()}` }), // as an app that refreshes
      retryWait: async () => world.staff.advance(order.id, "CONFIRM"), // while nobody listens
      on: { closed: ({ code }) => codes.push(code) },
    });
    const order = await world.me.place();
    const heard = mailbox();
    let cursor = "e0";
    const payload = { query: follow, get variables() { return { id: order.id, after: cursor }; } };
    const stop = client.subscribe(payload, {
      next: ({ data }) => {
        cursor = data.orderEvents.cursor;
        heard.put(data.orderEvents.kind);
      },
      error: (failure) => heard.put(failure),
      complete() {},
    });
    assert.deepEqual(await heard.take(2), ["ORDER_PLACED", "ORDER_CONFIRMED"]);
    assert.deepEqual(codes, [4403]);
    await world.staff.advance(order.id, "START");
    assert.deepEqual(await heard.take(3), ["ORDER_PLACED", "ORDER_CONFIRMED", "ORDER_STARTED"]);
    stop();
    await client.dispose();
  });

  test("graphql-ws: when its session ends the client stays away, however willing it is", async () => {
    const leaver = await customer(world.kabinet, "leaves.websocket@example.com");
    const order = await leaver.place();
    let connections = 0;
    const client = connect({ ...world, me: leaver }, { shouldRetry: () => true, retryWait: async () => {}, on: { connecting: () => connections++ } });
    const heard = mailbox();
    client.subscribe({ query: follow, variables: { id: order.id, after: "e0" } }, { next: heard.put, error: heard.put, complete() {} });
    await heard.take(1);
    await leaver.leave();
    const [, { code, reason }] = await heard.take(2);
    assert.deepEqual({ code, reason, connections }, { code: 4401, reason: "The session has ended", connections: 1 });
    await client.dispose();
  });

  test("graphql-ws: a bad token is refused", async () => {
    const client = connect(world, { connectionParams: { Authorization: "Bearer stolen" }, retryAttempts: 0 });
    const closed = await new Promise((done) => client.subscribe({ query: "{ __typename }" }, { next: done, error: done, complete: done }));
    assert.equal(closed.code, 4403);
    await client.dispose();
  });
}
