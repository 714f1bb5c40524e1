// Starts the real program with a demo business in a private database, and a real browser to look at it.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { chromium } from "playwright-core";

const binary = process.env.KABINET_BIN ?? resolve(import.meta.dirname, "../../bin/kabinet");
const startTimeout = 60_000;

/** start serves the demo, with settings of its own if given; what it printed, from a mark on, can be waited for. */
export async function start(settings = {}) {
  const dir = await mkdtemp(join(tmpdir(), "kabinet-browser-"));
  await chmod(dir, 0o755); // a root's database server runs as another user
  const kept = Object.entries(process.env).filter(([name]) => !/^(KABINET_|DATABASE_URL$|FIREBASE_|GOOGLE_)/.test(name));
  const env = {
    ...Object.fromEntries(kept),
    KABINET_DATA: join(dir, "data"),
    KABINET_ADDR: "127.0.0.1:0",
    KABINET_ADMIN_ADDR: "127.0.0.1:0",
    KABINET_LOG_LEVEL: "warn",
    ...settings,
  };
  const server = spawn(binary, ["serve", "--demo"], { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const waiting = new Set();
  const look = () => waiting.forEach((check) => check());
  for (const out of [server.stdout, server.stderr]) {
    out.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      look();
    });
  }
  const ended = new Promise((done) => server.once("close", (code) => done(code)));
  const printed = (pattern, from = 0) =>
    new Promise((found, failed) => {
      const settle = (how, value) => {
        clearTimeout(timer);
        waiting.delete(check);
        how(value);
      };
      const check = () => {
        const match = text.slice(from).match(pattern);
        if (match) settle(found, match);
      };
      const timer = setTimeout(() => settle(failed, new Error(`never printed: ${pattern}\n${text}`)), startTimeout);
      void ended.then(() => settle(failed, new Error(`the program ended:\n${text}`)));
      waiting.add(check);
      check();
    });
  const stop = async () => {
    server.kill("SIGTERM");
    const code = await ended;
    await rm(dir, { recursive: true, force: true });
    return code;
  };
  try {
    const [, url] = await printed(/Kabinet is ready: (http:\/\/[^/]+)\//);
    const run = async (...args) => (await promisify(execFile)(binary, args, { env })).stdout.trim();
    return { url, printed, mark: () => text.length, run, stop, ask: (query, variables, token) => ask(url, query, variables, token) };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

async function ask(url, query, variables = {}, token = "") {
  const headers = { "Content-Type": "application/json", "Accept-Language": "en" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

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
