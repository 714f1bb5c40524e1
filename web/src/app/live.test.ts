// @vitest-environment jsdom
import { renderHook } from "@testing-library/react";
import type { Client } from "graphql-ws";
import { afterEach, expect, it, vi } from "vitest";
import { cursorOf, onRevive, pause, subscribe, useConnection } from "./live";
import { accessToken, currentSession, type SignInAnswer, start } from "./session";

afterEach(() => {
  vi.useRealTimers();
});

type Request = { variables: Record<string, unknown> };
type Sink = { next: (result: { data: unknown }) => void; complete: () => void; error: (reason: unknown) => void };

/** A socket that hands every subscription to the test. */
function socket() {
  const lives: { request: Request; sink: Sink }[] = [];
  const waiting: ((life: { request: Request; sink: Sink }) => void)[] = [];
  const client = {
    on: () => () => undefined,
    subscribe: (request: Request, sink: Sink) => {
      const life = { request, sink };
      const taker = waiting.shift();
      if (taker) taker(life);
      else lives.push(life);
      return () => sink.complete();
    },
  } as unknown as Client;
  const next = () =>
    new Promise<{ request: Request; sink: Sink }>((resolve) => {
      const life = lives.shift();
      if (life) resolve(life);
      else waiting.push(resolve);
    });
  return { client, next };
}

const event = (cursor: string) => ({ data: { customerEvents: { cursor } } });
const quiet = { next: () => undefined, error: () => undefined, complete: () => undefined };

it("resumes after the last event it saw, as soon as the network is back", async () => {
  const { client, next } = socket();
  const seen: unknown[] = [];
  const stop = subscribe(
    client,
    { query: "", variables: { after: "e1" } },
    { ...quiet, next: (r) => seen.push(cursorOf(r.data)) },
  );
  const first = await next();
  expect(first.request.variables.after).toBe("e1");
  first.sink.next(event("e2"));
  first.sink.next(event("e3"));
  first.sink.error(new Error("cut"));
  await Promise.resolve();
  queueMicrotask(() => dispatchEvent(new Event("online")));
  const second = await next();
  expect(second.request.variables.after).toBe("e3");
  second.sink.next(event("e4"));
  expect(seen).toEqual(["e2", "e3", "e4"]);
  stop();
});

it("has the state read anew when it never saw an event", async () => {
  const { client, next } = socket();
  let revived = 0;
  const forget = onRevive(() => {
    revived++;
  });
  const stop = subscribe(client, { query: "" }, quiet);
  const first = await next();
  expect(revived).toBe(0);
  first.sink.complete();
  await Promise.resolve();
  queueMicrotask(() => dispatchEvent(new Event("online")));
  await next();
  expect(revived).toBe(1);
  forget();
  stop();
});

/** Signs this tab in; each refresh is answered with the next of the answers. */
async function signedIn(...answers: (SignInAnswer | "offline")[]) {
  localStorage.setItem("kabinet.session", "1");
  await start(async () => answers.shift() ?? {});
}

const viewer = { customer: null, staff: null };
const pair = (accessToken: string): SignInAnswer => ({
  accessToken,
  accessTokenExpiresAt: new Date(Date.now() + 900_000).toISOString(),
  viewer,
});

it("goes on at once with another token when its own counts no more, and nobody sees it", async () => {
  await signedIn(pair("first"), pair("second"));
  vi.useFakeTimers({ toFake: ["setTimeout"] }); // which never pass: whoever waits, waits for ever
  const { client, next } = socket();
  const connection = renderHook(() => useConnection());
  const streams = [subscribe(client, { query: "" }, quiet), subscribe(client, { query: "" }, quiet)];
  const lives = [await next(), await next()];
  for (const [n, life] of lives.entries()) life.sink.next(event(`e${n}`));
  for (const life of lives) life.sink.error({ code: 4403 });
  const afterwards = [await next(), await next()];
  expect(accessToken()).toBe("second");
  expect(afterwards.map((life) => life.request.variables.after)).toEqual(["e0", "e1"]);
  connection.rerender();
  expect(connection.result.current.state).toBe("live");
  for (const stop of streams) stop();
});

it("waits when there is no other token, and signs out when the session has ended", async () => {
  await signedIn(pair("third"), "offline", {});
  const { client, next } = socket();
  const connection = renderHook(() => useConnection());
  const stop = subscribe(client, { query: "" }, quiet);
  (await next()).sink.error({ code: 4403 });
  await vi.waitUntil(() => connection.result.current.state === "lost");
  expect(accessToken()).toBe("third");
  queueMicrotask(() => dispatchEvent(new Event("online")));
  (await next()).sink.error({ code: 4401 });
  await vi.waitUntil(() => currentSession().state === "anonymous");
  expect(accessToken()).toBe(undefined);
  stop();
});

it("waits longer with each attempt, but never longer than 15 seconds, and never all at once", () => {
  expect(pause(0, () => 0)).toBe(250);
  expect(pause(0, () => 1)).toBe(500);
  expect(pause(3, () => 1)).toBe(4000);
  expect(pause(50, () => 1)).toBe(15_000);
});
