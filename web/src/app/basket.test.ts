// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BasketLine } from "./basket";

const line = (variantId: string, quantity: number): BasketLine => ({
  variantId,
  quantity,
  slug: variantId,
  name: variantId,
  price: { amount: "10.00", currencyCode: "RUB" },
});

const stored = () => JSON.parse(localStorage.getItem("kabinet.basket") ?? "null");

beforeEach(() => {
  localStorage.clear();
  vi.resetModules();
});

describe("the basket", () => {
  it("adds up the same variant and caps it", async () => {
    const basket = await import("./basket");
    basket.put(line("a", 2));
    basket.put(line("b", 1));
    basket.put(line("a", 9_999));
    expect(stored().lines.map((l: BasketLine) => [l.variantId, l.quantity])).toEqual([
      ["a", 10_000],
      ["b", 1],
    ]);
  });

  it("is there again after a reload, with the same key", async () => {
    const basket = await import("./basket");
    basket.put(line("a", 2));
    const { key } = stored();
    vi.resetModules();
    await import("./basket");
    expect(stored()).toEqual({ lines: [line("a", 2)], key });
  });

  it("takes another key with every change, so that another order is another order", async () => {
    const basket = await import("./basket");
    const keys = new Set<string>();
    for (const change of [() => basket.put(line("a", 1)), () => basket.setQuantity("a", 3), () => basket.empty()]) {
      change();
      keys.add(stored().key);
    }
    expect(keys.size).toBe(3);
  });

  it("takes a line out at zero and brings it back", async () => {
    const basket = await import("./basket");
    basket.put(line("a", 2));
    const before = stored().lines;
    basket.setQuantity("a", 0);
    expect(stored().lines).toEqual([]);
    basket.restore(before);
    expect(basket.pieces(stored().lines)).toBe(2);
  });

  it("begins empty when what is stored is no basket", async () => {
    localStorage.setItem("kabinet.basket", "{}");
    const basket = await import("./basket");
    basket.put(line("a", 1));
    expect(stored().lines).toHaveLength(1);
  });
});
