import { expect, test } from "vitest";
import { grow } from "./tree";

const row = (id: string, parentId: string | null) => ({ parentId, person: { id } });

test("people stand below who invited them, in the order of the list", () => {
  const tree = grow([row("a", null), row("b", null), row("c", "a"), row("d", "a"), row("e", "d")]);
  expect(tree.map((twig) => twig.row.person.id)).toEqual(["a", "b"]);
  expect(tree[0]?.below.map((twig) => twig.row.person.id)).toEqual(["c", "d"]);
  expect(tree[0]?.below[1]?.below[0]?.row.person.id).toBe("e");
});

test("a person whose inviter is not in the list is not lost", () => {
  expect(grow([row("c", "missing")])).toHaveLength(1);
});
