// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { badged } from "./alert";

describe("badged", () => {
  it("puts the number before the title once", () => {
    expect(badged("Orders", 2)).toBe("(2) Orders");
    expect(badged("(2) Orders", 3)).toBe("(3) Orders");
  });

  it("takes the number away when there is nothing new", () => {
    expect(badged("(12) Orders", 0)).toBe("Orders");
  });
});
