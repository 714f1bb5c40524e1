// Makes docs/screens: each page on a phone and on a laptop, in both languages, as small JPEG files. Run with `make screens`.
import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";

import { browse, start } from "./kabinet.mjs";
import { person } from "./people.mjs";
import { places, settle } from "./places.mjs";

const folder = resolve(import.meta.dirname, "../../docs/screens");
const anna = "anna.sokolova@example.com";

const [kabinet, browser] = await Promise.all([start({ KABINET_PUBLIC_URL: "https://cabinet.pine-shore.example.org" }), browse()]);
const [, admin] = await kabinet.printed(/as staff: (\S+@[\w.-]+)/);
const all = await places(kabinet, await kabinet.run("token", "--customer", anna), await kabinet.run("token", "--staff", admin));

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
// Who signed in once stays signed in: codes are not sent again and again.
const stored = new Map();
for (const locale of ["ru-RU", "en-GB"]) {
  for (const device of ["phone", "laptop"]) {
    for (const [side, address] of [["stranger"], ["customer", anna], ["desk", admin]]) {
      const { page, context, go, signIn } = await person(browser, kabinet, { locale, device, serviceWorkers: "block", storageState: stored.get(side) });
      if (address && !stored.has(side)) await signIn(address);
      if (side === "customer") {
        await go(all.customer.product);
        await page.getByRole("button", { name: /^(В корзину|Add to basket)$/ }).click();
      }
      for (const [name, path] of Object.entries(all[side])) {
        await go(path);
        await settle(page);
        const file = `${side}-${name}-${device}-${locale.slice(0, 2)}.jpg`;
        await page.screenshot({ path: resolve(folder, file), type: "jpeg", quality: 55 });
        console.log(file);
      }
      stored.set(side, await context.storageState());
      await context.close();
    }
  }
}
await browser.close();
await kabinet.stop();
console.log((await promisify(execFile)("du", ["-sh", folder])).stdout.trim());
