// Writes the manifest of all documents that the page sends, by id, for the server to know them beforehand.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { id, sent } from "./documents.mjs";

const root = new URL("..", import.meta.url).pathname;
const known = {};
const files = readdirSync(`${root}src`, { recursive: true }).filter((file) =>
  file.endsWith("gql/persisted-documents.json"),
);
for (const file of files)
  for (const [written, text] of Object.entries(JSON.parse(readFileSync(`${root}src/${file}`, "utf8")))) {
    if (id(text) !== written)
      throw new Error(`manifest: ${file}: the page names ${written} what is sent as ${id(text)}`);
    known[written] = sent(text);
  }
if (!Object.keys(known).length) throw new Error("manifest: no documents were found");
writeFileSync(`${root}dist/.documents.json`, JSON.stringify(known));
