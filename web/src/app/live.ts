import { createClient, type Client as WsClient } from "graphql-ws";
import { useSyncExternalStore } from "react";
import { isUnknown } from "./known";
import { accessToken, endsSoon, refresh } from "./session";

// Live streams over one websocket. Every subscription that takes `after` resumes by the cursor of the last event it saw, so that
// a cut connection neither loses nor doubles anything; how the stream stands is told to the page, which warns of old data.

/** How the live connection stands: `since` is when it was lost. */
export type Connection = { state: "idle" | "live" } | { state: "lost"; since: number };

/** What a stream calls: the shape of the sink of a subscription. */
export type Sink = {
  next: (result: { data?: unknown; errors?: readonly unknown[] }) => void;
  error: (error: unknown) => void;
  complete: () => void;
};

type Request = { query: string; documentId?: string | undefined; variables?: Record<string, unknown> | undefined };

let connection: Connection = { state: "idle" };
let streams = 0;
const watchers = new Set<() => void>();
const revivers = new Set<() => void>();

function setConnection(next: Connection) {
  if (next.state === connection.state) return;
  connection = next;
  for (const watcher of watchers) watcher();
}

/** The live connection, as a hook. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connection,
  );
}

/** Calls `revive` when the state has to be read anew, because a stream began again without a cursor. */
export function onRevive(revive: () => void): () => void {
  revivers.add(revive);
  return () => revivers.delete(revive);
}

/** Milliseconds to wait before the n-th attempt: doubling from half a second to 15 seconds, with a random half. */
export function pause(attempt: number, random = Math.random): number {
  const most = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
  return most / 2 + (most / 2) * random();
}

function waitToReconnect(attempt: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, pause(attempt));
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

/** A websocket client for the endpoint at `url`; it connects with the first subscription and is closed after the last. */
export function connect(url: string): WsClient {
  return createClient({
    url,
    lazy: true,
    retryAttempts: 0,
    keepAlive: 15_000,
    connectionParams: async () => {
      if (endsSoon()) await refresh();
      const token = accessToken();
      return token ? { Authorization: `Bearer ${token}` } : {};
    },
  });
}

/** The cursor of the event in an answer; every event of the schema has one. */
export function cursorOf(data: unknown): string | undefined {
  if (!data || typeof data !== "object") return undefined;
  for (const event of Object.values(data)) {
    const cursor = (event as { cursor?: unknown } | null)?.cursor;
    if (typeof cursor === "string") return cursor;
  }
  return undefined;
}

/** Runs a subscription until it is stopped, however often the connection is lost meanwhile. */
export function subscribe(client: WsClient, request: Request, sink: Sink): () => void {
  const stop = new AbortController();
  streams++;
  void run(client, request, sink, stop.signal);
  return () => {
    stop.abort();
    streams--;
    if (streams === 0) setConnection({ state: "idle" });
  };
}

/** What the server closes with when the token of the connection counts no more: its session has ended, or another token is needed. */
const revoked: unknown[] = [4401, 4403];

/** Whether a connection was closed because its token counts no more, and there is another one to go on with. */
async function renewed(reason: unknown, token: string | undefined): Promise<boolean> {
  if (!revoked.includes((reason as { code?: unknown } | undefined)?.code)) return false;
  if (accessToken() === token) await refresh();
  return accessToken() !== undefined && accessToken() !== token;
}

/** A stream that lived so long, in milliseconds, counts its attempts anew when it ends. */
const lifeOfItsOwn = 60_000;

async function run(client: WsClient, request: Request, sink: Sink, signal: AbortSignal) {
  let after = request.variables?.after;
  let id = request.documentId;
  let began = false;
  for (let attempt = 0; !signal.aborted; attempt++) {
    if (began && (after === undefined || after === null)) for (const revive of revivers) revive();
    began = true;
    const document = id ? { query: "", documentId: id } : { query: request.query };
    const next: Sink["next"] = (result) => {
      attempt = 0;
      after = cursorOf(result.data) ?? after;
      setConnection({ state: "live" });
      sink.next(result);
    };
    const [token, start] = [accessToken(), Date.now()];
    const reason = await once(client, { ...document, variables: { ...request.variables, after } }, signal, next);
    if (isUnknown(reason)) id = undefined;
    if (Date.now() - start > lifeOfItsOwn) attempt = 0;
    if (attempt < 3 && (await renewed(reason, token))) continue;
    if (signal.aborted) break;
    setConnection({ state: "lost", since: Date.now() });
    await waitToReconnect(attempt, signal);
    if (endsSoon()) await refresh();
  }
}

/** One life of a subscription; resolves with the reason when it ended, for whatever reason. */
function once(
  client: WsClient,
  request: { query: string; documentId?: string; variables: Record<string, unknown> },
  signal: AbortSignal,
  next: Sink["next"],
): Promise<unknown> {
  return new Promise((resolve) => {
    const opened = client.on("connected", () => setConnection({ state: "live" }));
    const finish = (reason?: unknown) => {
      opened();
      signal.removeEventListener("abort", cancel);
      resolve(reason);
    };
    const cancel = () => end();
    const end = client.subscribe(request, {
      next: (result) => next(result as Parameters<Sink["next"]>[0]),
      error: finish,
      complete: () => finish(),
    });
    signal.addEventListener("abort", cancel);
  });
}
