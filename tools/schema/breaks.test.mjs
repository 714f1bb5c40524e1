import assert from "node:assert/strict";
import { test } from "node:test";

import { announced, judge, latest } from "./breaks.mjs";

const before = `
  type Query { orders(first: Int = 20): [Order!]! }
  type Order { id: ID! note: String total: Int! state: State! }
  enum State { NEW DONE }
  input Place { lines: [ID!]! note: String }
  type Mutation { place(input: Place!): Order }
`;
const without = "| Release | Change | Use instead |\n|---|---|---|\n| 0.1.0 | `Order.total` removed | |\n";

test("what only adds passes", async () => {
  const after = before.replace("note: String total", "note: String memo: String total").replace("NEW DONE", "NEW DONE LOST").replace("note: String }", "note: String gift: Boolean }");
  assert.deepEqual(await judge(before, after, without), []);
});

for (const [what, change, place] of [
  ["a field that is gone", ["total: Int!", ""], "Order.total"],
  ["an answer that may be null now", ["total: Int!", "total: Int"], "Order.total"],
  ["another type", ["total: Int!", "total: String!"], "Order.total"],
  ["a value that is gone", ["NEW DONE", "NEW"], "State.DONE"],
  ["an input that must be given now", ["note: String }", "note: String! }"], "Place.note"],
  ["a new input that must be given", ["note: String }", "note: String gift: Boolean! }"], "Place.gift"],
  ["another default", ["= 20", "= 50"], "Query.orders.first"],
]) {
  test(`${what} must be announced`, async () => {
    const after = before.replace(...change);
    const [wrong, ...more] = await judge(before, after, without);
    assert.match(wrong ?? "", new RegExp(`not announced: ${place}:`));
    assert.deepEqual(more, []);
    assert.deepEqual(await judge(before, after, `${without}| next | \`${place}\`: changed | something else |\n`), []);
  });
}

test("an announcement without a break is told", async () => {
  assert.deepEqual(await judge(before, before, `${without}| next | \`Order.note\` removed | |`), ["announced, but no break: Order.note"]);
});

test("announcements are the places in the second column of the next release", () => {
  assert.deepEqual(announced("| next | `A.b` and `C` removed | `D` |\n| 0.1.0 | `E` | |\n`F`"), ["A.b", "C"]);
});

test("the latest release is told by numbers", () => {
  assert.equal(latest(["schema-0.9.0.graphqls", "schema-0.10.0.graphqls", "README.md", "schema-0.2.11.graphqls"]), "schema-0.10.0.graphqls");
});
