import type { AnyVariables, CombinedError, TypedDocumentNode } from "@urql/core";
import { useRef, useState } from "react";
import { useMutation } from "urql";
import { byField, type UserError } from "~/app/errors";
import { newKey, repeatSafely } from "~/app/repeat";

// What every form of the desk does with its mutation: send it once per intention, and keep what was refused beside its fields.

type Payload = { userErrors: readonly UserError[] };
type State = { busy: boolean; refused: Record<string, string>; failed?: CombinedError | undefined };

const idle: State = { busy: false, refused: {} };

/** Whether a mutation failed because somebody else changed the same thing first. */
export function isConflict(error: CombinedError | undefined): boolean {
  return !!error?.graphQLErrors.some((e) => e.extensions?.code === "CONFLICT");
}

/**
 * A mutation of a form. `save` gives the payload, or undefined when it was refused or failed; then `refused` has the words by field
 * and `failed` the failure. With `keyed` it adds an idempotency key that lasts until the input changes or an answer came.
 */
export function useSave<Data extends Record<string, Payload | unknown>, Input extends object>(
  document: TypedDocumentNode<Data, { input: Input }>,
  { keyed = false } = {},
) {
  const [, send] = useMutation(document as TypedDocumentNode<Data, AnyVariables>);
  const [state, setState] = useState(idle);
  const intention = useRef({ text: "", key: "" });

  const save = async (
    input: Omit<Input, "idempotencyKey">,
  ): Promise<Extract<Data[keyof Data], Payload> | undefined> => {
    const text = JSON.stringify(input);
    if (intention.current.text !== text) intention.current = { text, key: newKey() };
    const once = () => send({ input: keyed ? { ...input, idempotencyKey: intention.current.key } : input });
    setState({ ...idle, busy: true });
    const { data, error } = await (keyed ? repeatSafely(once) : once());
    const payload = Object.values(data ?? {}).find((v): v is Payload => !!v && typeof v === "object");
    if (payload) intention.current = { text: "", key: "" };
    const refused = payload?.userErrors ?? [];
    setState({ busy: false, refused: byField(refused), failed: error });
    return payload && refused.length === 0 ? (payload as Extract<Data[keyof Data], Payload>) : undefined;
  };
  return { ...state, save, forget: () => setState(idle) };
}
