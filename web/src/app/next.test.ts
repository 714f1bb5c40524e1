// @vitest-environment jsdom
import { expect, it } from "vitest";
import { safeNext } from "./next";

it("leads only to addresses of this app", () => {
  expect(safeNext("/orders/R-1?x=1#y")).toBe("/orders/R-1?x=1#y");
  for (const elsewhere of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "",
    undefined,
  ]) {
    expect(safeNext(elsewhere)).toBeUndefined();
  }
});
