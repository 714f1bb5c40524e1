import { readFileSync } from "node:fs";
import {
  buildSchema,
  type DocumentNode,
  getNullableType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { expect, test } from "vitest";
import { heavy, most } from "./most";

const schema = buildSchema(readFileSync(new URL("../../../schema.graphqls", import.meta.url), "utf8"));
const modules = import.meta.glob<Record<string, unknown>>("../**/gql/graphql.ts", { eager: true });

/** What the server lets an operation cost; see Limits in the documents about it. */
const limit = 10_000;

const operationOf = (document: DocumentNode) =>
  document.definitions.find((d): d is OperationDefinitionNode => d.kind === Kind.OPERATION_DEFINITION);

/** The queries of the app that read a list on from a cursor; the answers to a comment are no list of their own. */
const lists = Object.values(modules)
  .flatMap((module) => Object.values(module) as DocumentNode[])
  .map((document) => ({ document, operation: operationOf(document) }))
  .filter(({ operation }) => operation?.operation === "query")
  .filter(({ operation }) => operation?.variableDefinitions?.some((v) => v.variable.name.value === "after"))
  .map(({ document, operation }) => ({ document, name: operation?.name?.value ?? "" }))
  .filter(({ name }) => name !== "MoreReplies");

/**
 * What an operation costs that asks for so many rows of its list: the server counts fields, times the rows of the lists above. The
 * cache adds __typename to each selection.
 */
function cost(document: DocumentNode, first: number): number {
  const types = new TypeInfo(schema);
  const sums = [0];
  const fragments = new Map(
    document.definitions.flatMap((d) => (d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d.selectionSet]] : [])),
  ) as Map<string, SelectionSetNode>;
  const whole = visit(operationOf(document) as OperationDefinitionNode, {
    FragmentSpread: { leave: ({ name }) => ({ kind: Kind.INLINE_FRAGMENT, selectionSet: spread(name.value) }) },
  });
  function spread(name: string): SelectionSetNode {
    return visit(fragments.get(name) as SelectionSetNode, {
      FragmentSpread: { leave: (node) => ({ kind: Kind.INLINE_FRAGMENT, selectionSet: spread(node.name.value) }) },
    });
  }
  visit(
    whole,
    visitWithTypeInfo(types, {
      SelectionSet() {
        sums.push((sums.pop() ?? 0) + 1);
      },
      Field: {
        enter() {
          sums.push(0);
        },
        leave(node) {
          const below = sums.pop() ?? 0;
          const asked = node.arguments?.find(({ name }) => name.value === "first")?.value;
          const parent = types.getParentType()?.name ?? "";
          const field = types.getFieldDef();
          const plain = isListType(getNullableType(field?.type ?? null)) && !parent.endsWith("Connection");
          const paged = field?.args.some(({ name }) => name === "first");
          const given = asked?.kind === Kind.INT ? Number(asked.value) : first;
          const times = paged ? (asked ? given : 20) : plain ? 5 : 1;
          sums.push((sums.pop() ?? 0) + 1 + below * times);
        },
      },
    }),
  );
  return sums[0] ?? 0;
}

test.each(lists)(
  "$name can be read again in pages of other sizes, as many rows at once as the server gives",
  ({ document }) => {
    const sized: string[] = [];
    visit(document, {
      Argument({ name, value }) {
        if (name.value === "first" && value.kind === Kind.VARIABLE) sized.push(value.name.value);
      },
    });
    expect(sized).toEqual(["first"]);
    expect(cost(document, most(document))).toBeLessThanOrEqual(limit);
  },
);

test.each(lists.filter(({ name }) => name in heavy))("$name has to ask for fewer than others", ({ document }) => {
  expect(cost(document, 100)).toBeGreaterThan(limit);
});

test("what is told of heavy lists is told of lists that there are", () => {
  expect(Object.keys(heavy).filter((heavyName) => !lists.some(({ name }) => name === heavyName))).toEqual([]);
});
