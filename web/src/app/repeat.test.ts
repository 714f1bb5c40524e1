import { CombinedError, type OperationResult } from "@urql/core";
import { expect, it } from "vitest";
import { repeatSafely } from "./repeat";

const answer = (part: Partial<OperationResult>) => part as OperationResult;
const cut = answer({ error: new CombinedError({ networkError: new Error("cut") }) });
const refused = answer({
  error: new CombinedError({ graphQLErrors: [{ message: "no", extensions: { code: "CONFLICT" } }] }),
});
const done = answer({ data: { ok: true } });
const atOnce = async () => undefined;

function script(...answers: OperationResult[]) {
  let sent = 0;
  const send = async () => answers[sent++] ?? done;
  return { send, sent: () => sent };
}

it("repeats while the network fails", async () => {
  const { send, sent } = script(cut, cut, done);
  const pauses: number[] = [];
  const result = await repeatSafely(send, (_, attempt) => pauses.push(attempt), 4, atOnce);
  expect(result.data).toEqual({ ok: true });
  expect(sent()).toBe(3);
  expect(pauses).toEqual([1, 2]);
});

it("gives up after the last attempt and says why", async () => {
  const { send, sent } = script(cut, cut, cut, cut, done);
  const result = await repeatSafely(send, undefined, 4, atOnce);
  expect(result.error?.networkError).toBeDefined();
  expect(sent()).toBe(4);
});

it("does not repeat what was refused", async () => {
  const { send, sent } = script(refused, done);
  expect((await repeatSafely(send, undefined, 4, atOnce)).error).toBe(refused.error);
  expect(sent()).toBe(1);
});
