import { describe, expect, it } from "vitest";

type Texts = { [key: string]: string | Texts };

const files = import.meta.glob<Texts>("./*/*.json", { eager: true, import: "default" });
const plural = /_(zero|one|two|few|many|other)$/;

/** Every key with the names of its values; the forms of a plural count as one key. */
function flatten(texts: Texts, path = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(texts)) {
    const key = path ? `${path}.${name}` : name;
    if (typeof value !== "string") for (const [k, v] of flatten(value, key)) flat.set(k, v);
    else flat.set(key, value);
  }
  return flat;
}

const stems = (flat: Map<string, string>) =>
  [...new Set([...flat.keys()].map((key) => key.replace(plural, "")))].sort();
const names = (text: string) =>
  [...text.matchAll(/\{\{\s*(\w+)/g)]
    .map((m) => m[1])
    .sort()
    .join(" ");

describe.each(["app", "customer", "personal", "desk"])("texts of %s", (side) => {
  const ru = flatten(files[`./ru/${side}.json`] ?? {});
  const en = flatten(files[`./en/${side}.json`] ?? {});

  it("are in both languages", () => {
    expect(stems(en)).toEqual(stems(ru));
  });

  it("have every form of a plural", () => {
    const forms = (flat: Map<string, string>, key: string) =>
      [...flat.keys()].filter((k) => k.replace(plural, "") === key && plural.test(k)).length;
    for (const key of stems(ru).filter((k) => !ru.has(k))) {
      expect(`${key}: ${forms(ru, key)} ${forms(en, key)}`).toBe(`${key}: 4 2`);
    }
  });

  it("speak of the same values", () => {
    const one = (flat: Map<string, string>, key: string) => flat.get(key) ?? flat.get(`${key}_other`) ?? "";
    for (const key of stems(ru)) expect(`${key}: ${names(one(en, key))}`).toBe(`${key}: ${names(one(ru, key))}`);
  });
});
