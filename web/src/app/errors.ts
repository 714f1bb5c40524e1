import type { CombinedError } from "@urql/core";
import type { TFunction } from "i18next";

// What went wrong, in words a person uses. Refusals of the business come with words of their own; failures of the request get
// theirs here, by their code.

/** A refusal as every payload carries it. */
export type UserError = {
  __typename?: string;
  code: string;
  message: string;
  field?: readonly string[] | null | undefined;
};

/** Refusals sorted by the input field they are about; those about the whole are under the empty name. */
export function byField(errors: readonly UserError[]): Record<string, string> {
  const sorted: Record<string, string> = {};
  for (const error of errors) {
    const name = error.field?.join(".") ?? "";
    sorted[name] = sorted[name] ? `${sorted[name]} ${error.message}` : error.message;
  }
  return sorted;
}

/** All refusals as one text, for a place that is not a form. */
export function allWords(errors: readonly UserError[]): string {
  return errors.map((error) => error.message).join(" ");
}

const known = ["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "RATE_LIMITED", "INTERNAL"];

/** The words for a failed request, and the id to tell the business when it was our fault. */
export function failure(error: CombinedError, t: TFunction): { text: string; requestId?: string } {
  if (error.networkError) return { text: t(navigator.onLine ? "failure.NETWORK" : "failure.OFFLINE") };
  const extensions = error.graphQLErrors[0]?.extensions ?? {};
  const code = known.includes(String(extensions.code)) ? String(extensions.code) : "INTERNAL";
  const text = t(`failure.${code}`, { seconds: extensions.retryAfter ?? 1 });
  return typeof extensions.requestId === "string" && code === "INTERNAL"
    ? { text, requestId: extensions.requestId }
    : { text };
}

/** Whether the same request may succeed when it is repeated as it is. */
export function mayRepeat(error: CombinedError): boolean {
  return !!error.networkError || error.graphQLErrors.some((e) => e.extensions?.retryable === true);
}
