import { isBlank, type Pair } from "../form/TextPair";
import type { DeskProductFragment, ProductStatus, ProductUpdateInput } from "../gql/graphql";

// A product as the desk edits it, and the way there and back.

/** What can be edited of a product, besides its variants. */
export type ProductDraft = {
  name: Pair;
  description: Pair;
  attributes: { name: Pair; value: Pair }[];
  categoryId: string | null;
  status: ProductStatus;
  pictures: { id: string; alt: Pair }[];
  expect: { leadTimeMinutes: number | null; durationMinutes: number | null; howToPrepare: Pair; documents: Pair[] };
};

const pair = (text: Pair): Pair => ({ ru: text.ru, en: text.en });

/** A product as it is now, ready to be edited. */
export function draftOf(product: DeskProductFragment): ProductDraft {
  const { texts, whatToExpect } = product;
  const nothing = { ru: "", en: "" };
  return {
    name: pair(texts?.name ?? nothing),
    description: pair(texts?.description ?? nothing),
    attributes: (texts?.attributes ?? []).map((fact) => ({ name: pair(fact.name), value: pair(fact.value) })),
    categoryId: product.category?.id ?? null,
    status: product.status,
    pictures: product.pictures.map((picture) => ({ id: picture.id, alt: pair(picture.texts?.alt ?? nothing) })),
    expect: {
      leadTimeMinutes: whatToExpect.leadTimeMinutes ?? null,
      durationMinutes: whatToExpect.durationMinutes ?? null,
      howToPrepare: pair(texts?.howToPrepare ?? nothing),
      documents: (texts?.documents ?? []).map(pair),
    },
  };
}

/** Edits as the schema takes them; facts and documents that were left empty are left out. */
export function inputOf(edits: Partial<ProductDraft>): Omit<ProductUpdateInput, "productId"> {
  const { attributes, expect, ...rest } = edits;
  return {
    ...rest,
    ...(attributes && { attributes: attributes.filter((fact) => !isBlank(fact.name) || !isBlank(fact.value)) }),
    ...(expect && { whatToExpect: { ...expect, documents: expect.documents.filter((text) => !isBlank(text)) } }),
  };
}

/** How many of all variants are in stock, and whether that is little; undefined for services. */
export function stockAtAGlance(
  variants: readonly { stock?: number | null | undefined; availability: string }[],
): { pieces: number; low: number; out: number } | undefined {
  const goods = variants.filter((v) => typeof v.stock === "number");
  if (goods.length === 0) return undefined;
  return {
    pieces: goods.reduce((sum, v) => sum + (v.stock ?? 0), 0),
    low: goods.filter((v) => v.availability === "LOW_STOCK").length,
    out: goods.filter((v) => v.availability === "OUT_OF_STOCK").length,
  };
}

/** The items whose position changes when the one at `from` moves to `to`, with their new positions; they count from 1. */
export function renumbered<T extends { position: number }>(
  items: readonly T[],
  from: number,
  to: number,
): { item: T; position: number }[] {
  const order = items.filter((_, i) => i !== from);
  order.splice(to, 0, ...items.slice(from, from + 1));
  return order.map((item, i) => ({ item, position: i + 1 })).filter(({ item, position }) => item.position !== position);
}
