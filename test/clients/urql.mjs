import assert from "node:assert/strict";
import { test } from "node:test";

import { cacheExchange, createClient, fetchExchange, gql, subscriptionExchange } from "@urql/core";

import { mailbox } from "./people.mjs";
import { connect } from "./websocket.mjs";

const variants = gql`query { products(first: 20) { nodes { id name variants { id availability } } } }`;
const place = gql`
  mutation ($input: OrderPlaceInput!) { orderPlace(input: $input) { order { id status } userErrors { code message } } }`;
const follow = gql`subscription ($id: ID!) { orderEvents(orderId: $id, after: "e0") { cursor kind } }`;

export function urql(world) {
  const build = (streams) =>
    createClient({
      url: world.endpoint,
      preferGetMethod: false,
      exchanges: streams ? [cacheExchange, streams, fetchExchange] : [cacheExchange, fetchExchange],
      fetchOptions: () => ({ headers: { authorization: `Bearer ${world.me.accessToken}`, "accept-language": "en" } }),
      fetchSubscriptions: !streams,
    });
  const overWebsocket = () => {
    const socket = connect(world);
    const exchange = subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
      }),
    });
    return { client: build(exchange), close: () => socket.dispose() };
  };
  const overEvents = () => ({ client: build(), close: () => {} });

  for (const [name, way] of Object.entries({ "graphql-ws": overWebsocket, "server-sent events": overEvents })) {
    test(`urql: a query, an order, and its live events over ${name}`, async () => {
      const { client, close } = way();
      const found = await client.query(variants, {}).toPromise();
      assert.equal(found.error, undefined);
      const variant = found.data.products.nodes.flatMap((p) => p.variants).find((v) => v.availability === "AVAILABLE");
      const input = { idempotencyKey: crypto.randomUUID(), lines: [{ variantId: variant.id, quantity: 1 }] };
      const { data } = await client.mutation(place, { input }).toPromise();
      assert.deepEqual(data.orderPlace.userErrors, []);
      const heard = mailbox();
      const { unsubscribe } = client.subscription(follow, { id: data.orderPlace.order.id }).subscribe(heard.put);
      await heard.take(1);
      await world.staff.advance(data.orderPlace.order.id, "CONFIRM");
      const events = await heard.take(2);
      assert.deepEqual(events.map(({ data }) => data?.orderEvents.kind), ["ORDER_PLACED", "ORDER_CONFIRMED"]);
      unsubscribe();
      const refused = await client.query(gql`{ desk { orders { nodes { id } } } }`, {}).toPromise();
      assert.equal(refused.error.graphQLErrors[0].extensions.code, "FORBIDDEN");
      await close();
    });
  }
}
