// How the page talks to the API: queries and mutations by POST, subscriptions over graphql-transport-ws, both to the
// same endpoint of the same origin.

import type { Fetcher, FetcherOpts, FetcherParams } from "@graphiql/toolkit";
import { type DocumentNode, type ExecutionResult, Kind, OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";

import { fillHeaders, remember } from "./session";

export function createFetcher(endpoint: string): Fetcher {
  return (params, options) =>
    isSubscription(options?.documentAST, params.operationName)
      ? subscribe(endpoint, params, options)
      : post(endpoint, params, options);
}

async function post(endpoint: string, params: FetcherParams, options?: FetcherOpts): Promise<ExecutionResult> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...fillHeaders(options?.headers) },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  let result: ExecutionResult;
  try {
    result = JSON.parse(text) as ExecutionResult;
  } catch {
    throw failure(`HTTP ${response.status} ${response.statusText}: ${text.slice(0, 500) || "empty answer"}`);
  }
  if (holdsMutation(options?.documentAST, params.operationName)) {
    remember(result.data);
  }
  return result;
}

// One connection per subscription, opened with the headers of its tab as connection_init; the client closes it when the
// subscription ends or is stopped. A lost connection is shown, not healed: resuming without the `after` cursor would
// hide the events in between. This is no async generator, because one could not be stopped while it waits for an event.
function subscribe(endpoint: string, params: FetcherParams, options?: FetcherOpts): AsyncIterableIterator<ExecutionResult> {
  const client = createClient({
    url: websocketURL(endpoint),
    connectionParams: fillHeaders(options?.headers),
    retryAttempts: 0,
  });
  const events = client.iterate({ ...params, operationName: params.operationName ?? undefined }) as AsyncIterator<ExecutionResult>;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => events.next().catch((cause: unknown) => Promise.reject(inWords(cause))),
    return: async () => (await events.return?.()) ?? { done: true, value: undefined },
  };
}

// What the WebSocket client throws when a connection fails is the browser's bare event, which prints as nothing.
function inWords(cause: unknown): unknown {
  if (cause instanceof CloseEvent) {
    return failure(`The server closed the WebSocket: ${cause.code} ${cause.reason}`.trim());
  }
  return cause instanceof Event ? failure("The WebSocket could not be opened: is the server running?") : cause;
}

// GraphiQL prints an error's stack into the answer; for a reader of the API it is noise.
function failure(message: string): Error {
  const error = new Error(message);
  error.stack = undefined;
  return error;
}

function websocketURL(endpoint: string): string {
  const url = new URL(endpoint, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function isSubscription(document: DocumentNode | undefined, operationName?: string | null): boolean {
  return operationOf(document, operationName) === OperationTypeNode.SUBSCRIPTION;
}

function holdsMutation(document: DocumentNode | undefined, operationName?: string | null): boolean {
  return operationOf(document, operationName) === OperationTypeNode.MUTATION;
}

function operationOf(document: DocumentNode | undefined, operationName?: string | null): OperationTypeNode | undefined {
  const operations = document?.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION) ?? [];
  const chosen = operationName ? operations.find((operation) => operation.name?.value === operationName) : operations[0];
  return chosen?.operation;
}
