// The schema, and the operations in the documents, by the linters that the GraphQL world keeps.
import graphql from "@graphql-eslint/eslint-plugin";

const sources = [`${import.meta.dirname}/../../graph/schema/*.graphqls`];
const documents = [`${import.meta.dirname}/../../docs/examples/**/*.graphql`];

export default [
  {
    files: ["**/*.graphqls", "**/*.graphql"],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: sources, documents } } },
    plugins: { "@graphql-eslint": graphql },
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
  {
    // Left out on purpose: require-nullable-result-in-root and strict-id-in-types, since payloads are never null and values have no identity; the date of a deprecation
    // stands in its reason, which a Go test reads, since the built-in directive has no argument for it.
    files: ["**/*.graphqls"],
    rules: {
      "@graphql-eslint/require-description": ["error", { types: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true, DirectiveDefinition: true }],
      "@graphql-eslint/no-hashtag-description": "error",
      "@graphql-eslint/naming-convention": ["error", {
        types: "PascalCase",
        FieldDefinition: "camelCase",
        InputValueDefinition: "camelCase",
        Argument: "camelCase",
        DirectiveDefinition: "camelCase",
        EnumValueDefinition: "UPPER_CASE",
        "EnumTypeDefinition,EnumTypeExtension": { forbiddenPrefixes: ["Enum"], forbiddenSuffixes: ["Enum"] },
        "InterfaceTypeDefinition,InterfaceTypeExtension": { forbiddenPrefixes: ["Interface"], forbiddenSuffixes: ["Interface"] },
        "UnionTypeDefinition,UnionTypeExtension": { forbiddenPrefixes: ["Union"], forbiddenSuffixes: ["Union"] },
        "ObjectTypeDefinition,ObjectTypeExtension": { forbiddenPrefixes: ["Type"], forbiddenSuffixes: ["Type"] },
        "FieldDefinition[parent.name.value=Query]": { forbiddenPrefixes: ["query", "get", "list"], forbiddenSuffixes: ["Query"] },
        "FieldDefinition[parent.name.value=Mutation]": { forbiddenPrefixes: ["mutation"], forbiddenSuffixes: ["Mutation"] },
        "FieldDefinition[parent.name.value=Subscription]": { requiredSuffixes: ["Events"] },
      }],
      "@graphql-eslint/input-name": ["error", { checkInputType: true, caseSensitiveInputType: false, checkMutations: true }],
      "@graphql-eslint/no-scalar-result-type-on-mutation": "error",
      "@graphql-eslint/no-typename-prefix": "error",
      "@graphql-eslint/no-unreachable-types": "error",
      "@graphql-eslint/no-duplicate-fields": "error",
      "@graphql-eslint/unique-enum-value-names": "error",
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      "@graphql-eslint/relay-connection-types": "error",
      "@graphql-eslint/relay-edge-types": ["error", { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
      "@graphql-eslint/relay-page-info": "error",
      "@graphql-eslint/require-deprecation-reason": "error",
      "@graphql-eslint/require-nullable-fields-with-oneof": "error",
    },
  },
  {
    files: ["**/*.graphql"],
    rules: {
      "@graphql-eslint/executable-definitions": "error",
      "@graphql-eslint/fields-on-correct-type": "error",
      "@graphql-eslint/known-argument-names": "error",
      "@graphql-eslint/known-type-names": "error",
      "@graphql-eslint/no-anonymous-operations": "error",
      "@graphql-eslint/no-deprecated": "error",
      "@graphql-eslint/no-duplicate-fields": "error",
      "@graphql-eslint/no-unused-variables": "error",
      "@graphql-eslint/scalar-leafs": "error",
      "@graphql-eslint/selection-set-depth": ["error", { maxDepth: 15 }],
      "@graphql-eslint/unique-operation-name": "error",
      "@graphql-eslint/variables-in-allowed-position": "error",
    },
  },
];
