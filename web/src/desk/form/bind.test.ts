import { expect, test } from "vitest";
import { bind } from "./bind";

const draft = { name: "Honey", sku: "H-1", stock: 3 as number | null, open: true };

function bound(refused: Record<string, string>) {
  const patches: Partial<typeof draft>[] = [];
  return { patches, ...bind(draft, (patch) => patches.push(patch), refused, { sku: "variants.0.sku" }) };
}

test("inputs show and change the field that they are bound to", () => {
  const { field, text, check, patches } = bound({});
  expect(field("stock").value).toBe(3);
  field("stock").onChange(null);
  text("name").onChange({ currentTarget: { value: "Tea" } });
  check("open").onChange({ currentTarget: { checked: false } });
  expect(patches).toEqual([{ stock: null }, { name: "Tea" }, { open: false }]);
});

test("a refusal stands beside the input of its place", () => {
  const { text, field } = bound({ "variants.0.sku": "taken", stock: "too many" });
  expect(text("sku").error).toBe("taken");
  expect(field("stock").error).toBe("too many");
  expect(text("name").error).toBeUndefined();
});

test("what no input shows is left to be told", () => {
  const { text, rest } = bound({ "": "closed", name: "too long", categoryId: "gone" });
  expect(text("name").error).toBe("too long");
  expect(rest()).toBe("closed gone");
});

test("a part takes what is beneath its place, and only that", () => {
  const { errors, rest } = bound({ price: "needed", "price.percent": "too much", priceless: "no" });
  expect(errors("price")).toEqual({ price: "needed", "price.percent": "too much" });
  expect(rest()).toBe("no");
});
