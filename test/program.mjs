// Starts the real program with a demo business in a private database.
import { execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const binary = process.env.KABINET_BIN ?? resolve(import.meta.dirname, "../bin/kabinet");
const startTimeout = 60_000;

/** start serves the demo, with settings of its own if given; what it printed, from a mark on, can be waited for. */
export async function start(settings = {}) {
  const dir = await mkdtemp(join(tmpdir(), "kabinet-test-"));
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
