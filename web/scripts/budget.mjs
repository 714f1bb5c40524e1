// The last step of the build: encodes the files for the server and holds the customer's first load within its budget.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url).pathname;
const budget = 200 * 1024;

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

for (const path of files(dist)) {
  if (!/\.(js|css|svg|webmanifest)$/.test(path)) continue;
  const plain = readFileSync(path);
  if (plain.length < 1024) continue;
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
}

const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const wanted = new Set();
const take = (key) => {
  if (wanted.has(key)) return;
  wanted.add(key);
  for (const imported of manifest[key]?.imports ?? []) take(imported);
};
for (const key of ["index.html", "src/locales/ru/app.json", "src/locales/ru/customer.json"]) {
  if (!manifest[key]) throw new Error(`budget: ${key} is not in the build`);
  take(key);
}

let total = 0;
const rows = [...new Set([...wanted].map((key) => manifest[key].file))].map((file) => {
  const bytes = gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
  total += bytes;
  return [file, bytes];
});
for (const [file, bytes] of rows.sort((a, b) => b[1] - a[1]))
  console.log(`${(bytes / 1024).toFixed(1).padStart(7)} KB  ${file}`);
console.log(
  `budget: the customer's first load is ${(total / 1024).toFixed(1)} KB of JavaScript gzipped, of ${budget / 1024} KB allowed`,
);
if (total > budget) process.exit(1);
