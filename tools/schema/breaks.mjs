// Compares the published schema with the one that was released last, and fails on a change that can break a client and is not announced in docs/schema-changes.md.
//
//   node breaks.mjs
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { ChangeType, CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

// What the inspector calls dangerous is for us to tell apart: new values and types are announced by the contract once and for all, another default changes answers.
const breakingHere = new Set([ChangeType.FieldArgumentDefaultChanged, ChangeType.InputFieldDefaultValueChanged]);

/** breaks lists the changes between two schemas that can break a client. */
export async function breaks(before, after) {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter(({ type, criticality }) => criticality.level === CriticalityLevel.Breaking || breakingHere.has(type))
    .map(({ path, message }) => ({ path, message }));
}

/** announced are the places that the rows of the next release name as `code` in their second column. */
export function announced(markdown) {
  const rows = markdown.split("\n").filter((line) => /^\|\s*next\s*\|/.test(line));
  return rows.flatMap((row) => [...row.split("|")[2].matchAll(/`([^`]+)`/g)].map(([, place]) => place));
}

/** judge says what is wrong: breaks that nobody announced, and announcements of breaks that there are none of. */
export async function judge(before, after, markdown) {
  const found = await breaks(before, after);
  const places = announced(markdown);
  return [
    ...found.filter(({ path }) => !places.includes(path)).map(({ path, message }) => `breaks clients and is not announced: ${path}: ${message}`),
    ...places.filter((place) => !found.some(({ path }) => path === place)).map((place) => `announced, but no break: ${place}`),
  ];
}

/** latest is the name of the schema of the highest version. */
export function latest(names) {
  const version = (name) => name.match(/^schema-(\d+)\.(\d+)\.(\d+)\.graphqls$/)?.slice(1).map(Number);
  const order = (a, b) => a.map((n, i) => n - b[i]).find((d) => d !== 0) ?? 0;
  return names.filter(version).sort((a, b) => order(version(a), version(b))).at(-1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(import.meta.dirname, "../..");
  const released = join(root, "docs/released");
  const read = (...path) => readFileSync(join(...path), "utf8");
  const name = latest(readdirSync(released));
  const wrong = await judge(read(released, name), read(root, "schema.graphqls"), read(root, "docs/schema-changes.md"));
  for (const line of wrong) console.error(`schema: ${line}`);
  if (wrong.length > 0) {
    console.error(`schema: compared with docs/released/${name}; a break is announced in docs/schema-changes.md, in a row that begins with "next"`);
    process.exit(1);
  }
}
