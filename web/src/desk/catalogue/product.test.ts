import { expect, test } from "vitest";
import { inputOf, renumbered, stockAtAGlance } from "./product";

const none = { ru: "", en: "" };

test("only what was edited is sent, without facts and documents that were left empty", () => {
  const fact = { name: { ru: "Вес", en: "" }, value: { ru: "1 кг", en: "" } };
  expect(inputOf({ attributes: [fact, { name: none, value: none }] })).toEqual({ attributes: [fact] });
  const expectation = { leadTimeMinutes: null, durationMinutes: 60, howToPrepare: none, documents: [none] };
  expect(inputOf({ expect: expectation, categoryId: null })).toEqual({
    categoryId: null,
    whatToExpect: { ...expectation, documents: [] },
  });
});

test("the stock of goods adds up, and services have none", () => {
  expect(stockAtAGlance([{ stock: null, availability: "AVAILABLE" }])).toBeUndefined();
  const variants = [
    { stock: 40, availability: "AVAILABLE" },
    { stock: 3, availability: "LOW_STOCK" },
    { stock: 0, availability: "OUT_OF_STOCK" },
  ];
  expect(stockAtAGlance(variants)).toEqual({ pieces: 43, low: 1, out: 1 });
});

test("moving a category changes the positions that are no longer right", () => {
  const [a, b, c] = [{ position: 1 }, { position: 2 }, { position: 9 }] as const;
  expect(renumbered([a, b, c], 2, 1)).toEqual([
    { item: c, position: 2 },
    { item: b, position: 3 },
  ]);
});
