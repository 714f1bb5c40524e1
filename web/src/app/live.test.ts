// @vitest-environment jsdom
import type { Client } from "graphql-ws";
import { expect, it } from "vitest";
import { cursorOf, onRevive, pause, subscribe } from "./live";

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

it("waits longer with each attempt, but never longer than 15 seconds, and never all at once", () => {
  expect(pause(0, () => 0)).toBe(250);
  expect(pause(0, () => 1)).toBe(500);
  expect(pause(3, () => 1)).toBe(4000);
  expect(pause(50, () => 1)).toBe(15_000);
});
