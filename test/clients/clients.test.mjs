// The real program, spoken to by the libraries that apps are built with.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { start } from "../program.mjs";
import { apollo } from "./apollo.mjs";
import { audits } from "./audits.mjs";
import { generators } from "./generators.mjs";
import { customer, operator, secret } from "./people.mjs";
import { relay } from "./relay.mjs";
import { sse } from "./sse.mjs";
import { urql } from "./urql.mjs";
import { websocket } from "./websocket.mjs";

const world = {};

before(async () => {
  world.kabinet = await start({ KABINET_SECRET: secret });
  world.endpoint = `${world.kabinet.url}/graphql`;
  world.socket = world.endpoint.replace("http", "ws");
  world.me = await customer(world.kabinet, "client@example.com");
  world.staff = await operator(world.kabinet);
});

after(async () => {
  assert.equal(await world.kabinet?.stop(), 0, "the program ends well");
});

for (const [name, suite] of Object.entries({ audits, websocket, sse, apollo, urql, relay, generators })) {
  describe(name, () => suite(world));
}
