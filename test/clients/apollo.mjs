import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { relayStylePagination } from "@apollo/client/utilities";

import { mailbox } from "./people.mjs";
import { connect } from "./websocket.mjs";

const productsPage = gql`
  query Products($first: Int!, $after: String) {
    products(first: $first, after: $after) { edges { cursor node { id name } } pageInfo { hasNextPage endCursor } }
  }`;
const preview = gql`query Variants { products(first: 20) { nodes { variants { id availability } } } }`;
const place = gql`
  mutation Place($input: OrderPlaceInput!) {
    orderPlace(input: $input) { order { id number status } userErrors { code message field } }
  }`;
const follow = gql`
  subscription Follow($id: ID!) { orderEvents(orderId: $id, after: "e0") { cursor kind order { id status } } }`;

export function apollo(world) {
  const build = () => {
    const sent = [];
    const socket = connect(world);
    const http = ApolloLink.from([
      new SetContextLink(({ headers }) => ({ headers: { ...headers, authorization: `Bearer ${world.me.accessToken}`, "accept-language": "en" } })),
      new PersistedQueryLink({ sha256: (text) => createHash("sha256").update(text).digest("hex"), useGETForHashedQueries: true }),
      new HttpLink({
        uri: world.endpoint,
        fetch: async (url, init) => {
          const response = await fetch(url, init);
          sent.push(`${init.method} ${response.status}`);
          return response;
        },
      }),
    ]);
    const client = new ApolloClient({
      link: ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, new GraphQLWsLink(socket), http),
      cache: new InMemoryCache({ typePolicies: { Query: { fields: { products: relayStylePagination() } } } }),
    });
    const close = async () => {
      client.stop();
      await socket.dispose();
    };
    return { client, sent, close };
  };

  test("Apollo Client: pages of a list by its Relay policy, by persisted documents", async () => {
    const { client, sent, close } = build();
    const seen = client.watchQuery({ query: productsPage, variables: { first: 2 } });
    const first = await new Promise((done) => seen.subscribe(({ data, loading }) => !loading && done(data)));
    await seen.fetchMore({ variables: { after: first.products.pageInfo.endCursor } });
    const { products } = client.readQuery({ query: productsPage, variables: { first: 2 } });
    assert.equal(new Set(products.edges.map(({ node }) => node.id)).size, 4, "the second page stands behind the first");
    // Unknown by its hash, then sent whole, then known.
    assert.deepEqual(sent, ["GET 400", "POST 200", "GET 200"]);
    await close();
  });

  test("Apollo Client: an order, its live events in the cache, and what is refused", async () => {
    const { client, close } = build();
    const { data } = await client.query({ query: preview });
    const variant = data.products.nodes.flatMap((p) => p.variants).find((v) => v.availability === "AVAILABLE");
    const input = { idempotencyKey: crypto.randomUUID(), lines: [{ variantId: variant.id, quantity: 1 }], spendPoints: 0 };
    const placed = (await client.mutate({ mutation: place, variables: { input } })).data.orderPlace;
    assert.deepEqual(placed.userErrors, []);
    const again = (await client.mutate({ mutation: place, variables: { input } })).data.orderPlace;
    assert.equal(again.order.id, placed.order.id, "the same key does nothing twice");
    await assert.rejects(
      client.mutate({ mutation: place, variables: { input: { ...input, lines: [{ variantId: variant.id, quantity: 2 }] } } }),
      (failure) => CombinedGraphQLErrors.is(failure) && failure.errors[0].extensions.code === "CONFLICT",
    );

    const heard = mailbox();
    const stream = client.subscribe({ query: follow, variables: { id: placed.order.id } }).subscribe({ next: heard.put, error: heard.put });
    await heard.take(1);
    await world.staff.advance(placed.order.id, "CONFIRM");
    await heard.take(2);
    const order = client.cache.readFragment({ id: client.cache.identify(placed.order), fragment: gql`fragment State on Order { status }` });
    assert.equal(order.status, "CONFIRMED");
    stream.unsubscribe();
    await assert.rejects(client.query({ query: gql`{ nothing }` }), (failure) => CombinedGraphQLErrors.is(failure) && failure.errors[0].extensions.code === "INVALID");
    await close();
  });
}
