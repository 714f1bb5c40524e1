import { readFileSync } from "node:fs";
import { buildSchema, type DocumentNode, TypeInfo, visit, visitWithTypeInfo } from "graphql";
import { expect, test } from "vitest";
import { paged } from "./paged";

const schema = buildSchema(readFileSync(new URL("../../../schema.graphqls", import.meta.url), "utf8"));
const modules = import.meta.glob<Record<string, unknown>>("../**/gql/graphql.ts", { eager: true });

/** The lists that the documents of the app read on from a cursor, as "Type.field". */
function readOn(): Set<string> {
  const found = new Set<string>();
  const types = new TypeInfo(schema);
  for (const document of Object.values(modules).flatMap((module) => Object.values(module))) {
    const subscribes = (document as DocumentNode).definitions.some(
      (d) => d.kind === "OperationDefinition" && d.operation === "subscription",
    );
    if (subscribes) continue;
    visit(
      document as DocumentNode,
      visitWithTypeInfo(types, {
        Field(node) {
          const on = node.arguments?.some(({ name, value }) => name.value === "after" && value.kind === "Variable");
          if (on) found.add(`${types.getParentType()?.name}.${node.name.value}`);
        },
      }),
    );
  }
  return found;
}

test("the cache joins the pages of every list that is read page by page, and of no other", () => {
  const joined = Object.entries(paged).flatMap(([type, fields]) => fields.map((field) => `${type}.${field}`));
  expect(joined.toSorted()).toEqual([...readOn()].toSorted());
});
