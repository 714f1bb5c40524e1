import { expect, test } from "vitest";
import { csvOf } from "./csv";

test("cells with separators, quotes and line ends are quoted, and quotes doubled", () => {
  expect(
    csvOf(
      ["a", "b"],
      [
        ['say "hi"', "x,y"],
        ["one\ntwo", null],
      ],
      "en",
    ),
  ).toBe('\ufeffa,b\r\n"say ""hi""","x,y"\r\n"one\ntwo",\r\n');
});

test("Russian spreadsheets get semicolons and decimal commas", () => {
  expect(csvOf(["День", "Выручка"], [["2026-11-22", 1240.5]], "ru")).toBe(
    "\ufeffДень;Выручка\r\n2026-11-22;1240,5\r\n",
  );
});

test("words that look like a formula stay words, and negative numbers stay numbers", () => {
  expect(csvOf(["a", "b"], [["=SUM(A1)", -5]], "en")).toBe("\ufeffa,b\r\n'=SUM(A1),-5\r\n");
});
