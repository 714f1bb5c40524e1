import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const importing = /^import \{ graphql \} from "(\.[^"]*gql)";$/m;
const written = /\bgraphql\(\s*`\s*(query|mutation|subscription|fragment) (\w+)[^`]*`,?\s*\)/g;
const generated = /^export const (\w+)Document = (\{.*\}) as unknown as DocumentNode</gm;

/**
 * Puts each document where it is written, as the code generator made it: a page then carries its own documents and no others, and
 * nothing looks them up by their texts. Fragments are inside the documents that use them.
 */
export function documentsInPlace(): Plugin {
  return {
    name: "documents-in-place",
    enforce: "pre",
    transform(code, id) {
      const from = importing.exec(code);
      if (!from?.[1]) return;
      const source = readFileSync(join(dirname(id), from[1], "graphql.ts"), "utf8");
      const known = new Map([...source.matchAll(generated)].map(([, name, tree]) => [name, tree]));
      const placed = code.replace(written, (_, kind, name) => {
        if (kind === "fragment") return "undefined";
        const tree = known.get(name);
        if (!tree) throw new Error(`${id}: the code generator made no document of ${kind} ${name}`);
        return tree;
      });
      if (/\bgraphql\(/.test(placed)) throw new Error(`${id}: a document is written in a way that is not understood`);
      return { code: placed.replace(importing, ""), map: null };
    },
  };
}
