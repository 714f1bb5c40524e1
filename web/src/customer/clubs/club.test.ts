import { describe, expect, it } from "vitest";
import { comesBack, feel, offered, reachedPercent, stepOf } from "./club";
import type { ClubEntry, MemberState } from "./gql/graphql";

const club = (entry: ClubEntry, state?: MemberState, reached = false) => ({
  entry,
  membership: state ? { state } : null,
  progress: entry === "BY_SPEND" ? { reached } : null,
});

describe("the step of a customer", () => {
  it("follows from how one enters", () => {
    expect(stepOf(club("OPEN"))).toBe("join");
    expect(stepOf(club("BY_REQUEST", "DECLINED"))).toBe("request");
    expect(stepOf(club("BY_INVITE"))).toBeUndefined();
    expect(stepOf(club("BY_SPEND"))).toBeUndefined();
    expect(stepOf(club("BY_SPEND", "LEFT", true))).toBe("join");
  });
  it("follows from where one stands already", () => {
    expect(stepOf(club("BY_REQUEST", "REQUESTED"))).toBe("withdraw");
    expect(stepOf(club("BY_INVITE", "INVITED"))).toBe("answer");
    expect(stepOf(club("OPEN", "MEMBER"))).toBe("leave");
    expect(stepOf(club("OPEN", "BANNED"))).toBeUndefined();
  });
  it("can be taken back only where one may enter again by oneself", () => {
    expect(comesBack(club("OPEN", "MEMBER"))).toBe(true);
    expect(comesBack(club("BY_SPEND", "MEMBER", true))).toBe(true);
    expect(comesBack(club("BY_SPEND", "MEMBER", false))).toBe(false);
    expect(comesBack(club("BY_REQUEST", "MEMBER"))).toBe(false);
  });
});

it("shows how much of an amount is reached, never more than all of it", () => {
  expect(reachedPercent("15000.00", "30000.00")).toBe(50);
  expect(reachedPercent("49840.00", "30000.00")).toBe(100);
  expect(reachedPercent("-100.00", "30000.00")).toBe(0);
  expect(reachedPercent("0", "0")).toBe(0);
});

describe("a feeling", () => {
  const before = {
    ownReaction: "LIKE" as const,
    reactions: [
      { kind: "LIKE" as const, count: 1 },
      { kind: "WOW" as const, count: 2 },
    ],
  };
  it("replaces the one before", () => {
    expect(feel(before, "WOW")).toEqual({ ownReaction: "WOW", reactions: [{ kind: "WOW", count: 3 }] });
  });
  it("can be taken back", () => {
    expect(feel(before, null)).toEqual({ ownReaction: null, reactions: [{ kind: "WOW", count: 2 }] });
  });
  it("may be the first of its kind", () => {
    expect(feel({ ownReaction: null, reactions: [] }, "LOVE").reactions).toEqual([{ kind: "LOVE", count: 1 }]);
  });
});

describe("an offer", () => {
  const money = { amount: "400.00", currencyCode: "RUB" };
  it("for one thing goes into the basket", () => {
    const variant = { id: "v", name: "250 g", price: money, product: { id: "p", slug: "honey", name: "Honey" } };
    expect(offered({ variant, product: null, category: null })).toMatchObject({
      name: "Honey, 250 g",
      variant: { id: "v", name: "Honey, 250 g" },
    });
  });
  it("for a product with choices leads there first", () => {
    const variants = ["a", "b"].map((id) => ({ id, name: id, price: money }));
    const product = { id: "p", slug: "honey", name: "Honey", price: money, variants };
    expect(offered({ product, variant: null, category: null }).variant).toBeUndefined();
  });
});
