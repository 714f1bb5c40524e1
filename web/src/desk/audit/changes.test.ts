import { describe, expect, it } from "vitest";
import { changes, subjectsOf } from "./changes";

describe("changes", () => {
  it("tells what differs, deep inside too", () => {
    expect(
      changes('{"name":{"ru":"Чай","en":"Tea"},"price":5}', '{"name":{"ru":"Чай","en":"Black tea"},"price":6}'),
    ).toEqual([
      { path: "name.en", from: "Tea", to: "Black tea" },
      { path: "price", from: "5", to: "6" },
    ]);
  });

  it("tells what was set the first time and what went away", () => {
    expect(changes(null, '{"role":"ADMIN","note":null,"open":false}')).toEqual([
      { path: "role", to: "ADMIN" },
      { path: "open", to: "false" },
    ]);
    expect(changes('{"a":1}', "{}")).toEqual([{ path: "a", from: "1" }]);
  });

  it("takes what is no object as it is", () => {
    expect(changes('"one"', '"two"')).toEqual([{ path: "", from: "one", to: "two" }]);
    expect(changes(null, "null")).toEqual([]);
    expect(changes(null, "not json")).toEqual([{ path: "", to: "not json" }]);
  });
});

describe("subjectsOf", () => {
  it("reads the kind and the number of each object", () => {
    expect(subjectsOf("club:3 customer:9")).toEqual([
      { kind: "club", number: "3" },
      { kind: "customer", number: "9" },
    ]);
    expect(subjectsOf("business")).toEqual([{ kind: "business", number: "" }]);
  });
});
