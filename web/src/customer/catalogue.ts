import type { ProductOrder, ProductWhere } from "./gql/graphql";

/** What the address of the catalogue says. */
export type CatalogueSearch = {
  search?: string | undefined;
  category?: string | undefined;
  kind?: string | undefined;
  sort?: string | undefined;
};

/** The ways to sort, by their name in the address; the empty one is the business's own order. */
export const sorts: Record<string, ProductOrder | undefined> = {
  "": undefined,
  cheap: { field: "PRICE", direction: "ASC" },
  dear: { field: "PRICE", direction: "DESC" },
  name: { field: "NAME", direction: "ASC" },
  new: { field: "CREATED_AT", direction: "DESC" },
};

/** The variables of the list for what the address says; what it does not know counts as left out. */
export function productVariables(chosen: CatalogueSearch) {
  const where: ProductWhere = {};
  if (chosen.category) where.category = { eq: chosen.category };
  if (chosen.kind === "GOODS" || chosen.kind === "SERVICE") where.kind = { oneOf: [chosen.kind] };
  return {
    first: 24,
    where: Object.keys(where).length > 0 ? where : null,
    search: chosen.search || null,
    orderBy: sorts[chosen.sort ?? ""] ?? null,
  };
}
