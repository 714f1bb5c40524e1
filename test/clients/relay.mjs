import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import relayCompiler from "relay-compiler";
import relayRuntime from "relay-runtime";

import { mailbox } from "./people.mjs";
import { connect } from "./websocket.mjs";

const { commitMutation, createOperationDescriptor, Environment, fetchQuery, Network, Observable, RecordSource, requestSubscription, Store } = relayRuntime;

const schema = resolve(import.meta.dirname, "../../schema.graphqls");

// What a Relay app is made of: fragments on nodes, a connection by its key, a list that is read again by itself, a mutation that returns the node.
const app = `
import { graphql } from "relay-runtime";
graphql\`fragment App_product on Product { id name price { amount currencyCode } }\`;
graphql\`query AppProductsQuery($count: Int!, $cursor: String) {
  products(first: $count, after: $cursor) @connection(key: "App_products") { edges { node { id ...App_product } } }
}\`;
graphql\`fragment App_orders on Customer @refetchable(queryName: "AppOrdersRefetchQuery") @argumentDefinitions(
  count: { type: "Int", defaultValue: 10 } cursor: { type: "String" }
) {
  orders(first: $count, after: $cursor) @connection(key: "App_orders") { edges { node { id number ...App_order } } }
}\`;
graphql\`fragment App_order on Order @refetchable(queryName: "AppOrderRefetchQuery") { id status version }\`;
graphql\`query AppViewerQuery { viewer { customer { id email ...App_orders } } }\`;
graphql\`mutation AppPlaceMutation($input: OrderPlaceInput!) {
  orderPlace(input: $input) { order { id ...App_order } userErrors { message } }
}\`;
graphql\`subscription AppFollowSubscription($id: ID!) { orderEvents(orderId: $id, after: "e0") { cursor kind order { ...App_order } } }\`;
`;

/** compile makes the artifacts of the app and imports them. */
async function compile(dir) {
  await mkdir(join(dir, "artifacts"), { recursive: true });
  await writeFile(join(dir, "App.js"), app);
  await writeFile(join(dir, "package.json"), `{"type": "module"}`);
  await writeFile(
    join(dir, "relay.config.json"),
    JSON.stringify({ src: ".", schema: "./schema.graphql", language: "javascript", eagerEsModules: true, artifactDirectory: "./artifacts" }),
  );
  await copyFile(schema, join(dir, "schema.graphql"));
  await promisify(execFile)(relayCompiler, ["relay.config.json"], { cwd: dir });
  const names = (await readdir(join(dir, "artifacts"))).filter((name) => name.endsWith(".graphql.js"));
  const load = async (name) => (await import(join(dir, "artifacts", `${name}.graphql.js`))).default;
  return { names, load };
}

function environment(world, socket) {
  const network = async ({ text }, variables) => {
    const response = await fetch(world.endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json", Authorization: `Bearer ${world.me.accessToken}` },
      body: JSON.stringify({ query: text, variables }),
    });
    return response.json();
  };
  const streams = ({ text }, variables) => Observable.create((sink) => socket.subscribe({ query: text, variables }, sink));
  return new Environment({ network: Network.create(network, streams), store: new Store(new RecordSource()) });
}

export function relay(world) {
  test("Relay: its compiler takes the schema, its runtime pages, orders and follows", async () => {
    const dir = await mkdtemp(join(import.meta.dirname, ".relay-"));
    const socket = connect(world);
    try {
      const { names, load } = await compile(dir);
      assert.equal(names.length, 9, names.join());
      const env = environment(world, socket);
      const products = await load("AppProductsQuery");
      const page = await fetchQuery(env, products, { count: 2 }).toPromise();
      const edges = page.products.edges.length;
      const first = createOperationDescriptor(products, { count: 2 });
      const kept = env.retain(first);
      const { endCursor } = env.lookup(first.fragment).data.products.pageInfo;
      await fetchQuery(env, products, { count: 2, cursor: endCursor }).toPromise();
      const all = env.lookup(first.fragment).data.products.edges.map(({ node }) => node.id);
      assert.equal(edges, 2);
      assert.equal(new Set(all).size, 4, "the second page stands behind the first");
      kept.dispose();

      const { viewer } = await fetchQuery(env, await load("AppViewerQuery"), {}).toPromise();
      assert.equal(viewer.customer.email, "client@example.com");

      const order = await world.me.place();
      const heard = mailbox();
      const stream = requestSubscription(env, {
        subscription: await load("AppFollowSubscription"), variables: { id: order.id }, onNext: ({ orderEvents }) => heard.put(orderEvents.kind), onError: heard.put,
      });
      await heard.take(1);
      await world.staff.advance(order.id, "CONFIRM");
      assert.deepEqual(await heard.take(2), ["ORDER_PLACED", "ORDER_CONFIRMED"]);
      stream.dispose();
      assert.equal(env.getStore().getSource().get(order.id).status, "CONFIRMED", "the event has changed the node");
      const refetched = await fetchQuery(env, await load("AppOrderRefetchQuery"), { id: order.id }).toPromise();
      assert.equal(refetched.node.__id, order.id);

      const mutation = await load("AppPlaceMutation");
      const variables = { input: { idempotencyKey: crypto.randomUUID(), lines: [] } };
      const { orderPlace } = await new Promise((onCompleted, onError) => commitMutation(env, { mutation, variables, onCompleted, onError }));
      assert.equal(orderPlace.order, null);
      assert.equal(orderPlace.userErrors.length, 1);
    } finally {
      await socket.dispose();
      await rm(dir, { recursive: true, force: true });
    }
  });
}
