import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { browse, start } from "./kabinet.mjs";
import { person } from "./people.mjs";
import { places, settle } from "./places.mjs";

const anna = "anna.sokolova@example.com";
const axe = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
let kabinet;
let browser;
let all;
let admin;

before(async () => {
  [kabinet, browser] = await Promise.all([start(), browse()]);
  [, admin] = await kabinet.printed(/as staff: (\S+@[\w.-]+)/);
  all = await places(kabinet, await kabinet.run("token", "--customer", anna), await kabinet.run("token", "--staff", admin));
});

after(async () => {
  await browser?.close();
  assert.equal(await kabinet?.stop(), 0, "the program ends well");
});

/** faults are what a page does wrong for people who read it, hear it, or see it on a small screen. */
async function faults(page, name) {
  await settle(page);
  const wrong = [];
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) wrong.push(`${name}: ${wide} px wider than the screen`);
  const headings = await page.locator("h1").count();
  if (headings !== 1) wrong.push(`${name}: ${headings} first headings`);
  // Scripts of the page's own policy only: axe comes in through the debugger, past the policy, as an extension would.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, impact, nodes } of violations) {
    if (impact === "serious" || impact === "critical") wrong.push(`${name}: ${id}: ${nodes.map((n) => n.target.join(" ")).join(", ")}`);
  }
  return wrong;
}

const looks = [
  { device: "phone", viewport: { width: 360, height: 740 }, locale: "ru-RU", colorScheme: "light" },
  { device: "laptop", locale: "en-GB", colorScheme: "dark" },
];

// Who signed in once stays signed in: a code is not sent twice within half a minute.
const states = new Map();
for (const look of looks) {
  for (const [side, address] of [["stranger"], ["customer", anna], ["desk", () => admin]]) {
    test(`pages of the ${side} are fit to read on a ${look.device}, ${look.locale.slice(0, 2)}, ${look.colorScheme}`, async () => {
      const { page, context, go, signIn, close } = await person(browser, kabinet, { ...look, storageState: states.get(side) });
      if (address && !states.has(side)) await signIn(typeof address === "string" ? address : address());
      const wrong = [];
      for (const [name, path] of Object.entries(all[side])) {
        await go(path);
        wrong.push(...(await faults(page, name)));
      }
      assert.deepEqual(wrong, []);
      states.set(side, await context.storageState());
      await close();
    });
  }
}
