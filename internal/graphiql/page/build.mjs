// Builds the page into ../dist: index.html (a Go template), hashed assets, and the licences of what is inside them.
// The same sources and lock file give the same bytes.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const page = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(page, "..", "dist");
const assetsURL = "/graphiql/assets/";

const result = await build({
  absWorkingDir: page,
  entryPoints: ["src/main.tsx"],
  outdir: dist,
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  format: "esm",
  target: ["es2022", "safari16"],
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
  alias: { "react-style-singleton": "./src/no-style-singleton.ts" },
  plugins: [systemFonts()],
});

await rm(dist, { recursive: true, force: true });
await mkdir(path.join(dist, "assets"), { recursive: true });

const names = {};
for (const file of result.outputFiles) {
  await emit(path.basename(file.path), file.contents);
}
await emit("icon.svg", await readFile(path.join(page, "src/icon.svg")));

const template = await readFile(path.join(page, "src/index.html"), "utf8");
const index = template.replace(/%([\w.]+)%/g, (_, name) => assetsURL + hashedName(name));
await writeFile(path.join(dist, "index.html"), index);
await writeFile(path.join(dist, "LICENSES.txt"), await licences(Object.values(result.metafile.outputs)));

async function emit(name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  const { name: stem, ext } = path.parse(name);
  names[name] = `${stem}-${hash}${ext}`;
  await writeFile(path.join(dist, "assets", names[name]), contents);
}

function hashedName(name) {
  if (!names[name]) {
    throw new Error(`index.html names ${name}, which the build did not make`);
  }
  return names[name];
}

// GraphiQL's stylesheet carries Roboto and Fira Code as data URLs, half of the whole page. The system's fonts do.
function systemFonts() {
  return {
    name: "system-fonts",
    setup(builder) {
      builder.onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path: file }) => {
        const css = await readFile(file, "utf8");
        return { contents: css.replace(/@font-face\s*\{[^}]*\}/g, ""), loader: "css" };
      });
    },
  };
}

// Packages that left at least a byte in the output, those with the same licence text under one heading.
async function licences(outputs) {
  const folders = new Set();
  for (const { inputs } of outputs) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match && bytesInOutput > 0) {
        folders.add(match[1]);
      }
    }
  }
  const packagesByText = new Map();
  for (const folder of [...folders].sort()) {
    const { title, text } = await licenceOf(folder);
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), title]);
  }
  const head = "The GraphiQL page is built from the packages below, each under its own licence.\n";
  const sections = [...packagesByText].map(([text, titles]) => `${titles.join("\n")}\n\n${text}\n`);
  return [head, ...sections].join(`\n${"-".repeat(80)}\n\n`);
}

// Some packages come without a licence file. Most take the text of the repository they are published from, by the
// name of a sibling that has it; one states its licence and author in package.json only.
async function licenceOf(folder) {
  const siblings = {
    "@graphiql/plugin-doc-explorer": "graphiql",
    "@graphiql/plugin-history": "graphiql",
    "react-compiler-runtime": "react",
    "react-remove-scroll-bar": "react-remove-scroll",
  };
  const manifest = JSON.parse(await readFile(path.join(page, folder, "package.json"), "utf8"));
  const sibling = siblings[manifest.name];
  const source = path.join(page, sibling ? path.join("node_modules", sibling) : folder);
  const file = (await readdir(source)).filter((name) => /^licen[sc]e/i.test(name)).sort()[0];
  const text = file ? await readFile(path.join(source, file), "utf8") : await statedLicence(manifest);
  return { title: `${manifest.name} ${manifest.version} (${manifest.license})`, text: text.replaceAll("\r\n", "\n").trim() };
}

async function statedLicence({ name, license, author }) {
  if (license !== "MIT" || !author) {
    throw new Error(`${name} comes without a licence text: add it to the page's build`);
  }
  const mit = await readFile(path.join(page, "node_modules/graphiql/LICENSE"), "utf8");
  return mit.replace(/^Copyright .*$/m, `Copyright (c) ${author.name ?? author}`);
}
