import { describe, expect, it } from "vitest";
import { placeOf, placesFor } from "./places";
import { covers } from "./role";

describe("roles", () => {
  it("let the higher do what the lower may, and nobody do nothing", () => {
    expect(covers("ADMIN", "OPERATOR")).toBe(true);
    expect(covers("MANAGER", "MANAGER")).toBe(true);
    expect(covers("OPERATOR", "MANAGER")).toBe(false);
    expect(covers(undefined, "OPERATOR")).toBe(false);
  });
});

describe("sections of the desk", () => {
  it("are shown by role", () => {
    expect(placesFor("OPERATOR").map((place) => place.to)).toEqual(["/desk", "/desk/customers", "/desk/moderation"]);
    expect(placesFor("MANAGER").some((place) => place.to === "/desk/catalogue")).toBe(true);
    expect(placesFor("MANAGER").some((place) => place.to === "/desk/staff")).toBe(false);
    expect(placesFor("ADMIN")).toHaveLength(12);
    expect(placesFor(undefined)).toEqual([]);
  });

  it("own the pages below them", () => {
    expect(placeOf("/desk")?.to).toBe("/desk");
    expect(placeOf("/desk/orders/R-1")?.to).toBe("/desk");
    expect(placeOf("/desk/catalogue/tea")?.to).toBe("/desk/catalogue");
    expect(placeOf("/elsewhere")).toBeUndefined();
  });
});
