import { describe, expect, it } from "vitest";
import { type RefundLine, refundOf } from "./refund";

const rub = (amount: string) => ({ amount, currencyCode: "RUB" });
const line = (over: Partial<RefundLine> = {}): RefundLine => ({
  id: "a",
  quantity: 3,
  refundedQuantity: 0,
  subtotal: rub("100.00"),
  total: rub("80.00"),
  pointsToEarn: 4,
  ...over,
});

describe("refundOf", () => {
  it("gives back the share of the pieces, rounded down", () => {
    expect(refundOf([line()], { a: 1 }, "1")).toEqual({ money: rub("26.66"), pointsBack: 6, pointsTaken: 1 });
  });

  it("gives back with parts exactly the whole", () => {
    const parts = [0, 1, 2].map((refundedQuantity) => refundOf([line({ refundedQuantity })], { a: 1 }, "1"));
    expect(parts.reduce((sum, part) => sum + Number(part.money.amount) * 100, 0)).toBeCloseTo(8000);
    expect(parts.reduce((sum, part) => sum + part.pointsBack, 0)).toBe(20);
    expect(parts.reduce((sum, part) => sum + part.pointsTaken, 0)).toBe(4);
  });

  it("adds lines up and never gives more than is left", () => {
    const lines = [
      line({ refundedQuantity: 2 }),
      line({ id: "b", quantity: 1, subtotal: rub("10.50"), total: rub("10.50") }),
    ];
    expect(refundOf(lines, { a: 9, b: 9 }, "1").money).toEqual(rub("37.17"));
    expect(refundOf(lines, {}, "1").money).toEqual(rub("0.00"));
  });

  it("knows currencies without small coins and points of other worth", () => {
    const yen = (amount: string) => ({ amount, currencyCode: "JPY" });
    const one = line({ quantity: 2, subtotal: yen("1000"), total: yen("900") });
    expect(refundOf([one], { a: 2 }, "0.5")).toEqual({ money: yen("900"), pointsBack: 200, pointsTaken: 4 });
  });
});
