import { describe, expect, it } from "vitest";
import { branches } from "./branch";

const twig = (id: string, parentId: string | null = null) => ({ parentId, person: { id } });

describe("branches", () => {
  it("puts everyone below who invited them, in the order they came", () => {
    const [a, b] = branches([twig("a"), twig("b"), twig("a1", "a"), twig("a2", "a"), twig("a11", "a1")]);
    expect(a?.below.map((x) => x.twig.person.id)).toEqual(["a1", "a2"]);
    expect(a?.below[0]?.below[0]?.twig.person.id).toBe("a11");
    expect(b?.below).toEqual([]);
  });

  it("loses nobody whose inviter is missing", () => {
    expect(branches([twig("x", "gone")]).map((x) => x.twig.person.id)).toEqual(["x"]);
  });
});
