import { describe, expect, it } from "vitest";
import { type Draft, startInput } from "./kinds";
import { hereAt, outcomeOf } from "./send";

const draft: Draft = { kind: "SALES", mapping: "kind: sales", source: "old", clubId: "c", since: "2026-03-01" };

describe("what the server is asked", () => {
  it("holds only what the kind needs", () => {
    expect(startInput(draft, "k", "f", "m")).toEqual({
      idempotencyKey: "k",
      kind: "SALES",
      fileId: "f",
      mapping: "kind: sales",
      since: "2026-03-01",
    });
    expect(startInput({ ...draft, kind: "REFERRALS" }, "k", "f", "m")).toEqual({
      idempotencyKey: "k",
      kind: "REFERRALS",
      fileId: "f",
      membersFileId: "m",
      source: "old",
    });
    expect(startInput({ ...draft, kind: "POSTS" }, "k", "f")).toEqual({
      idempotencyKey: "k",
      kind: "POSTS",
      fileId: "f",
      source: "old",
      clubId: "c",
    });
  });
  it("asks for all lines when no day is given", () => {
    expect(startInput({ ...draft, since: "" }, "k", "f")).not.toHaveProperty("since");
  });
});

describe("sending a file", () => {
  it("goes to this page's server under whatever name the link has", () => {
    expect(hereAt("https://cabinet.example.com/import/upload/abc?x=1")).toBe("/import/upload/abc?x=1");
    expect(hereAt("/import/upload/abc")).toBe("/import/upload/abc");
  });
  it("tells a file that is too large from one that did not get through", () => {
    expect([204, 413, 507, 0, 404].map(outcomeOf)).toEqual(["there", "tooLarge", "noRoom", "failed", "failed"]);
  });
});
