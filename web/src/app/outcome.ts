import type { CombinedError } from "@urql/core";
import type { TFunction } from "i18next";
import { failure, type UserError } from "./errors";

type Payload = { userErrors: readonly UserError[] };

/** The refusals of a mutation's payload. */
export function refusals(outcome: { data?: unknown }): readonly UserError[] {
  return Object.values((outcome.data ?? {}) as Record<string, unknown>).flatMap((payload) =>
    payload && typeof payload === "object" && "userErrors" in payload ? (payload as Payload).userErrors : [],
  );
}

/** What stands in the way of a mutation, in words: its refusals or its failure. Empty when it was done. */
export function trouble(outcome: { data?: unknown; error?: CombinedError | undefined }, t: TFunction): string {
  if (outcome.error) return failure(outcome.error, t).text;
  return refusals(outcome)
    .map((error) => error.message)
    .join(" ");
}
