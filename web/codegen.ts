import type { CodegenConfig } from "@graphql-codegen/cli";
import { id } from "./scripts/documents.mjs";

// Each part of the app names its documents by itself. The build puts each where it is written (scripts/inPlace.ts), so a page carries
// its own and no others.
const part = (name: string, ...apart: string[]): CodegenConfig["generates"][string] => ({
  documents: [
    `src/${name}/**/*.{ts,tsx}`,
    `!src/${name}/gql/**`,
    ...apart.map((folder) => `!src/${name}/${folder}/**`),
  ],
  preset: "client",
  presetConfig: {
    fragmentMasking: false,
    gqlTagName: "graphql",
    persistedDocuments: { hashAlgorithm: id, hashPropertyName: "id" },
  },
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    skipTypename: true,
    strictScalars: true,
    dedupeFragments: true,
    scalars: {
      Date: "string",
      DateTime: "string",
      Decimal: "string",
      CurrencyCode: "string",
      Locale: "string",
      TimeZone: "string",
      URL: "string",
      Upload: "File",
    },
  },
});

const later = ["wallet", "friends", "clubs", "profile", "reviews"];

const config: CodegenConfig = {
  schema: "../schema.graphqls",
  ignoreNoDocuments: true,
  generates: {
    "src/app/gql/": part("app"),
    "src/customer/gql/": part("customer", ...later),
    ...Object.fromEntries(later.map((folder) => [`src/customer/${folder}/gql/`, part(`customer/${folder}`)])),
    "src/desk/gql/": part("desk"),
    "src/app/keyless.gen.ts": { plugins: ["./scripts/keyless.mjs"] },
  },
};

export default config;
