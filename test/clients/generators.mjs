import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";

import { generate } from "@graphql-codegen/cli";
import ts from "typescript";

const schema = resolve(import.meta.dirname, "../../schema.graphqls");
const scalars = { CurrencyCode: "string", Date: "string", DateTime: "string", Decimal: "string", Locale: "string", TimeZone: "string", URL: "string", Upload: "File" };

// An app of a few lines: it compiles only when the types of results, variables, enums and fragments are what the schema says.
const app = `
import { graphql, getFragmentData, type FragmentType } from "./gql";
import type { OrderStatus } from "./gql/graphql";
import type { ResultOf } from "./use";

const ready: OrderStatus = "READY";

const Line = graphql(\`fragment Line on OrderLine { id name quantity total { amount currencyCode } }\`);
export const orders = graphql(\`
  query Orders($first: Int, $after: String) {
    viewer { customer { orders(first: $first, after: $after) {
      edges { cursor node { id number status placedAt lines { ...Line } } }
      pageInfo { hasNextPage endCursor }
    } } }
  }\`);
export const place = graphql(\`
  mutation Place($input: OrderPlaceInput!) {
    orderPlace(input: $input) { order { id } userErrors { __typename code message field ... on OutOfStockError { variantId available } } }
  }\`);
export const show = (line: FragmentType<typeof Line>): string => {
  const { name, total } = getFragmentData(Line, line);
  return name + " " + total.amount;
};
export function story(data: ResultOf<typeof orders>): string[] {
  return data.viewer.customer?.orders.edges.map(({ node }) => node.number + node.placedAt.slice(0, 10) + (node.status === ready ? "!" : "") + node.lines.map(show).join()) ?? [];
}
export function left(data: ResultOf<typeof place>): number | undefined {
  for (const e of data.orderPlace.userErrors) if (e.__typename === "OutOfStockError") return e.available;
  return undefined;
}
`;
const use = `
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
export type ResultOf<T> = T extends TypedDocumentNode<infer R, infer _V> ? R : never;
`;

/** compile is what the TypeScript compiler says of files. */
function compile(files) {
  const program = ts.createProgram(files, {
    strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
  });
  return ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"));
}

export function generators() {
  test("GraphQL Code Generator: the whole schema and the client preset compile, and so does an app on them", async () => {
    const dir = await mkdtemp(join(import.meta.dirname, ".generated-"));
    try {
      await writeFile(join(dir, "app.ts"), app);
      await writeFile(join(dir, "use.ts"), use);
      await generate({
        schema, silent: true, cwd: dir, errorsOnly: true,
        generates: {
          [join(dir, "schema.ts")]: { plugins: ["typescript"], config: { scalars, strictScalars: true } },
          [join(dir, "gql/")]: { documents: [join(dir, "app.ts")], preset: "client", presetConfig: { fragmentMasking: { unmaskFunctionName: "getFragmentData" } }, config: { scalars, strictScalars: true, useTypeImports: true } },
        },
      });
      const files = ["schema.ts", "app.ts", "use.ts", "gql/index.ts"].map((name) => join(dir, name));
      assert.deepEqual(compile(files), []);
      await writeFile(join(dir, "app.ts"), app.replaceAll("total.amount;", "total.amount.toFixed();"));
      assert.equal(compile(files).length, 1, "an amount is a string, and the compiler knows");
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
}
