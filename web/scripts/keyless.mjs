// A plugin of the code generator: the object types without an id, which the normalised cache keeps inside their parents.
import { isObjectType } from "graphql";

export const plugin = (schema) => {
  const names = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__") && !("id" in type.getFields()))
    .map((type) => type.name)
    .sort();
  return `/** Types without an id: they live inside their parents. */\nexport const keyless: readonly string[] = ${JSON.stringify(names, null, 2)};\n`;
};
