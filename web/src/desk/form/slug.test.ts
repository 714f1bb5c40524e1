import { expect, test } from "vitest";
import { slugOf, slugOfPair } from "./slug";

test("names in both alphabets become short names for addresses", () => {
  expect(slugOf("Щит и Ёж, 2 шт.")).toBe("shchit-i-ezh-2-sht");
  expect(slugOf("  Café crème — large ")).toBe("cafe-creme-large");
  expect(slugOf("!!!")).toBe("");
});

test("a long name is cut without a hyphen at the end", () => {
  expect(slugOf(`${"a".repeat(59)} bcd`)).toBe("a".repeat(59));
});

test("the English name comes first", () => {
  expect(slugOfPair({ ru: "Баня", en: "Bath house" })).toBe("bath-house");
  expect(slugOfPair({ ru: "Баня", en: " " })).toBe("banya");
});
