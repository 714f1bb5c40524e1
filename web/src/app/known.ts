import { makeOperation, mapExchange } from "@urql/core";

// Documents go to the server by id. Its binary carries the manifest of this build; a server of another release may not know an id,
// and is then asked again with the text.

const unknown = "UNKNOWN_DOCUMENT";

/** The id that the build gave to a document. */
export function idOf(document: unknown): string | undefined {
  return (document as { __meta__?: { id?: string } }).__meta__?.id;
}

/** Whether a server refused an id that it does not know. */
export function isUnknown(errors: unknown): boolean {
  return JSON.stringify(errors ?? null).includes(unknown);
}

function named(body: string, documentId: string): string {
  const { query: _, ...rest } = JSON.parse(body);
  return JSON.stringify({ documentId, ...rest });
}

function naming(body: BodyInit | null | undefined, id: string): BodyInit | undefined {
  if (typeof body === "string") return named(body, id);
  if (!(body instanceof FormData)) return undefined;
  const form = new FormData();
  for (const [part, value] of body)
    form.append(part, part === "operations" && typeof value === "string" ? named(value, id) : value);
  return form;
}

/** A fetch that sends the id in the place of the text. */
export function byId(id: string): typeof fetch {
  return async (address, options) => {
    const body = naming(options?.body, id);
    if (!body) return fetch(address, options);
    const answer = await fetch(address, { ...options, body });
    return answer.ok || !(await answer.clone().text()).includes(unknown) ? answer : fetch(address, options);
  };
}

/** Stands before the cache, which changes documents, and carries their ids to where they are sent. */
export const known = mapExchange({
  onOperation(operation) {
    const id = idOf(operation.query);
    if (!id || operation.kind === "teardown") return operation;
    return makeOperation(operation.kind, operation, { ...operation.context, documentId: id, fetch: byId(id) });
  },
});
