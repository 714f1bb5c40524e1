import { expect, test } from "vitest";
import { type ClubDraft, decisionsFor, everything, inputOf, offerState, priceInput, rulesInput } from "./club";

const draft: ClubDraft = {
  slug: "walks",
  name: { ru: "Прогулки", en: "" },
  description: { ru: "", en: "" },
  pictureId: null,
  entry: "OPEN",
  spend: { amount: "", periodDays: 365, graceDays: 30 },
  posting: "STAFF",
  privileges: { prices: [], pointsPercent: 100, support: "STANDARD", earlyBookingHours: 0 },
  position: 1,
};

test("a price names what it is for by its kind", () => {
  expect(priceInput({ target: everything, by: "percent", value: "5" })).toEqual({ percent: "5" });
  expect(priceInput({ target: { kind: "variant", id: "v1", label: "Mug" }, by: "price", value: "90.50" })).toEqual({
    variantId: "v1",
    price: "90.50",
  });
});

test("the amount is sent with the way of entering that needs it, and never without", () => {
  const bySpend: ClubDraft = { ...draft, entry: "BY_SPEND", spend: { ...draft.spend, amount: "500.00" } };
  expect(inputOf({ entry: "BY_SPEND" }, bySpend)).toEqual({ entry: "BY_SPEND", spend: bySpend.spend });
  expect(inputOf({ spend: bySpend.spend }, draft)).toEqual({});
  expect(inputOf({ slug: "x" }, bySpend)).toEqual({ slug: "x" });
  expect(rulesInput(draft)).not.toHaveProperty("spend");
  expect(rulesInput({ ...draft, entry: "BY_SPEND" }).spend).toEqual({ amount: "0", periodDays: 365, graceDays: 30 });
});

test("what can be decided depends on the state and on how one enters", () => {
  expect(decisionsFor("REQUESTED", "BY_REQUEST")).toEqual(["APPROVE", "DECLINE", "BAN"]);
  expect(decisionsFor("LEFT", "OPEN")).toContain("INVITE");
  expect(decisionsFor("LAPSED", "BY_SPEND")).toEqual(["BAN"]);
  expect(decisionsFor("BANNED", "OPEN")).toEqual(["UNBAN"]);
});

test("an offer is on from its start until just before its end", () => {
  const offer = { startsAt: "2026-11-01T00:00:00Z", endsAt: "2026-11-02T00:00:00Z" };
  expect(offerState(offer, Date.parse("2026-10-31T23:59:59Z"))).toBe("ahead");
  expect(offerState(offer, Date.parse("2026-11-01T00:00:00Z"))).toBe("on");
  expect(offerState(offer, Date.parse("2026-11-02T00:00:00Z"))).toBe("over");
});
