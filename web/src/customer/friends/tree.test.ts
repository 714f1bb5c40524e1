import { expect, it } from "vitest";
import { below } from "./tree";

const branch = (id: string, level: number, parentId: string | null = null, hidden = 0) => ({
  level,
  parentId,
  hidden,
  person: { id },
});

it("puts people below those who invited them, in the given order", () => {
  const tree = below([branch("a", 1), branch("b", 1), branch("d", 2, "a"), branch("c", 2, "a"), branch("e", 3, "c")]);
  expect(tree.get("a")?.branches.map((b) => b.person.id)).toEqual(["d", "c"]);
  expect(tree.get("c")?.branches.map((b) => b.person.id)).toEqual(["e"]);
});

it("says how many are left out, and has nothing for those whose people the list does not reach", () => {
  const tree = below([branch("a", 1, null, 7), branch("b", 1, null, 4), branch("c", 2, "a")]);
  expect(tree.get("a")?.hidden).toBe(7);
  expect(tree.has("b")).toBe(false);
});
