// @vitest-environment jsdom
import { expect, test } from "vitest";
import { wordsOf } from "./text";

test("paragraphs and list items become lines", () => {
  expect(wordsOf("<p>One <b>bold</b></p><ul><li>two</li><li>three</li></ul>")).toBe("One bold\ntwo\nthree");
});

test("entities are words, and what looks like a tag in them stays text", () => {
  expect(wordsOf("<p>a &lt;script&gt; &amp; b<br>next</p>")).toBe("a <script> & b\nnext");
});
