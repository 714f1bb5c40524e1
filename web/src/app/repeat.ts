import type { AnyVariables, CombinedError, OperationResult } from "@urql/core";
import { mayRepeat } from "./errors";
import { pause } from "./live";

// Requests that change something are repeated on a bad network with the same idempotency key, so that pressing a button once is
// doing it once.

/** A new key for one intention of a person, for example one order. */
export function newKey(): string {
  return crypto.randomUUID();
}

/** Sends a mutation, and again with growing pauses while the network fails, at most `attempts` times in all. */
export async function repeatSafely<Data, Variables extends AnyVariables>(
  send: () => Promise<OperationResult<Data, Variables>>,
  onPause: (error: CombinedError, attempt: number) => void = () => {},
  attempts = 4,
  wait: (attempt: number) => Promise<void> = (attempt) => new Promise((resolve) => setTimeout(resolve, pause(attempt))),
): Promise<OperationResult<Data, Variables>> {
  for (let attempt = 1; ; attempt++) {
    const result = await send();
    if (!result.error || !mayRepeat(result.error) || attempt >= attempts) return result;
    onPause(result.error, attempt);
    await wait(attempt);
  }
}
