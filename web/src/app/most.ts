import type { DocumentNode } from "graphql";

/** How many rows a page may have. */
const usual = 100;

/** The lists whose rows hold so much that the server gives fewer at once, by the names of their queries. */
export const heavy: Readonly<Record<string, number>> = {
  ClubFeed: 15,
  DeskCatalogue: 50,
  PostComments: 40,
  Products: 60,
};

/** How many rows of a list can be asked for at once. */
export function most(document: DocumentNode): number {
  const [definition] = document.definitions;
  const name = definition?.kind === "OperationDefinition" ? definition.name?.value : undefined;
  return heavy[name ?? ""] ?? usual;
}
