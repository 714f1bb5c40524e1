// The real program with a demo business in a private database, and a real browser to look at it.
import { existsSync } from "node:fs";

import { chromium } from "playwright-core";

export { start } from "../program.mjs";

/** browse starts Chromium: that of the variable CHROMIUM, else the one found on the machine. */
export function browse() {
  const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
  const executablePath = process.env.CHROMIUM ?? usual.find((path) => existsSync(path));
  if (!executablePath) throw new Error("no Chromium was found: install it or name it in the variable CHROMIUM");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/**
 * watch collects what no page of ours may do: complain, break its content security policy, or talk to another origin. What a test provokes
 * on purpose matches expected.
 */
export async function watch(page, url, expected = /^$/) {
  const offences = [];
  const offend = (text) => expected.test(text) || offences.push(text);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") offend(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => offend(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && protocol !== "blob:" && origin !== url) offend(`request to ${origin}`);
  });
  page.on("requestfailed", (request) => {
    // A page that is left, or a query that another one replaces, takes its requests back.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") offend(`failed: ${request.url()}`);
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== new URL(url).host) offend(`websocket to ${socket.url()}`);
  });
  await page.exposeFunction("reportViolation", (what) => offend(`content security policy: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (e) => window.reportViolation(`${e.effectiveDirective} ${e.blockedURI}`));
  });
  return offences;
}
