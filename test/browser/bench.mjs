// How a throttled phone feels the first screens: largest paint, layout shift, blocked time, and the slowest answer to a touch. Prints a table; measures, judges nothing.
import { browse, start } from "./kabinet.mjs";

// The phone of Lighthouse's mobile profile: four times slower than this machine, 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back.
const phone = { viewport: { width: 412, height: 823 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1.75, locale: "ru-RU" };
const network = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };
const slower = 4;
const rounds = Number(process.env.ROUNDS ?? 3);

const observe = () => {
  window.seen = { lcp: 0, cls: 0, tbt: 0, inp: 0 };
  const watch = (type, take, options = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  watch("largest-contentful-paint", (e) => (window.seen.lcp = e.startTime));
  watch("layout-shift", (e) => !e.hadRecentInput && (window.seen.cls += e.value));
  watch("longtask", (e) => (window.seen.tbt += Math.max(0, e.duration - 50)));
  watch("event", (e) => e.interactionId && (window.seen.inp = Math.max(window.seen.inp, e.duration)), { durationThreshold: 16 });
};

async function visit(browser, url, path, again) {
  const context = await browser.newContext({ ...phone, serviceWorkers: again ? "allow" : "block" });
  const page = await context.newPage();
  await page.addInitScript(observe);
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", network);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slower });
  let bytes = 0;
  devtools.on("Network.loadingFinished", (e) => (bytes += e.encodedDataLength));
  if (again) await page.goto(url + path, { waitUntil: "networkidle" });
  bytes = 0;
  await page.goto(url + path, { waitUntil: "networkidle" });
  const search = page.getByRole("searchbox");
  if (await search.count()) await search.pressSequentially("баня", { delay: 30 });
  else await page.getByRole("link", { name: "Каталог" }).last().tap();
  await page.waitForLoadState("networkidle");
  const seen = await page.evaluate(() => window.seen);
  await context.close();
  return { ...seen, kb: bytes / 1024 };
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const [kabinet, browser] = await Promise.all([start(), browse()]);
const { products } = await kabinet.ask("{products(first:1){nodes{slug}}}");
const pages = [
  ["first screen", "/", false],
  ["first screen, second visit", "/", true],
  ["catalogue", "/catalogue", false],
  ["product", `/products/${products.nodes[0].slug}`, false],
];
console.log(`${"page".padEnd(28)}${["largest paint", "shift", "blocked", "slowest touch", "loaded"].map((h) => h.padStart(15)).join("")}`);
for (const [name, path, again] of pages) {
  const runs = [];
  for (let i = 0; i < rounds; i++) runs.push(await visit(browser, kabinet.url, path, again));
  const of = (key) => median(runs.map((run) => run[key]));
  const cells = [`${of("lcp").toFixed(0)} ms`, of("cls").toFixed(3), `${of("tbt").toFixed(0)} ms`, `${of("inp").toFixed(0)} ms`, `${of("kb").toFixed(0)} KB`];
  console.log(name.padEnd(28) + cells.map((cell) => cell.padStart(15)).join(""));
}
console.log(`median of ${rounds}; processor ${slower} times slower, 1.6 Mbit/s, 150 ms there and back`);
await browser.close();
await kabinet.stop();
