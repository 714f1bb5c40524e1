// graphql-http's audits of the GraphQL over HTTP specification.
import assert from "node:assert/strict";
import { test } from "node:test";

import { serverAudits } from "graphql-http";

export function audits(world) {
  for (const { id, name, fn } of serverAudits({ url: () => world.endpoint })) {
    test(`${id} ${name}`, async () => {
      const { status, reason } = await fn();
      assert.equal(status, "ok", reason);
    });
  }
}
