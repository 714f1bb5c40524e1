// A plugin of the code generator: what the normalised cache has to know of the schema. Object types without an id, which it keeps inside
// their parents, and which types stand behind each interface.
import { isAbstractType, isObjectType } from "graphql";

export const plugin = (schema) => {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));
  const keyless = types
    .filter((type) => isObjectType(type) && !("id" in type.getFields()))
    .map((type) => type.name)
    .sort();
  const possible = Object.fromEntries(
    types.filter(isAbstractType).map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
  );
  return `/** Types without an id: they live inside their parents. */
export const keyless: readonly string[] = ${JSON.stringify(keyless, null, 2)};

/** The types behind each interface. */
export const possibleTypes: Record<string, string[]> = ${JSON.stringify(possible, null, 2)};
`;
};
