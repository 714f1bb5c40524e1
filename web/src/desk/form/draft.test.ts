import { expect, test } from "vitest";
import { changes, merge } from "./draft";

const older = { name: { ru: "Мёд", en: "Honey" }, text: "sweet", facts: ["a"] };

test("only edited fields are changes, compared by what they hold", () => {
  expect(changes(older, { ...older, facts: ["a"] })).toEqual({});
  expect(changes(older, { ...older, name: { ru: "Мёд", en: "Wild honey" } })).toEqual({
    name: { ru: "Мёд", en: "Wild honey" },
  });
});

test("a merge keeps both sides' edits", () => {
  const { draft, collided } = merge(older, { ...older, text: "very sweet" }, { ...older, facts: ["a", "b"] });
  expect(draft).toEqual({ ...older, text: "very sweet", facts: ["a", "b"] });
  expect(collided).toEqual([]);
});

test("where both edited the same field one's own stays and is named", () => {
  const { draft, collided } = merge(older, { ...older, text: "mine" }, { ...older, text: "theirs" });
  expect(draft.text).toBe("mine");
  expect(collided).toEqual(["text"]);
});

test("the same edit on both sides is no collision", () => {
  expect(merge(older, { ...older, text: "new" }, { ...older, text: "new" }).collided).toEqual([]);
});
