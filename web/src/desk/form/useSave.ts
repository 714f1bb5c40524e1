import type { AnyVariables, CombinedError, TypedDocumentNode } from "@urql/core";
import { useState } from "react";
import { useMutation } from "urql";
import { byField, type UserError } from "~/app/errors";
import { repeatSafely } from "~/app/repeat";
import { useKeys } from "../useKeys";

// What every form of the desk does with its mutation: send it once per intention, and keep what was refused beside its fields.

type Payload = { userErrors: readonly UserError[] };
type State = { busy: boolean; refused: Record<string, string>; failed?: CombinedError | undefined };

/** What a mutation gives when it was done. */
export type Done<Data> = Extract<Data[keyof Data], Payload>;

const idle: State = { busy: false, refused: {} };

/** Whether a mutation failed because somebody else changed the same thing first. */
export function isConflict(error: CombinedError | undefined): boolean {
  return !!error?.graphQLErrors.some((e) => e.extensions?.code === "CONFLICT");
}

/**
 * A mutation of a form. `save` gives the payload, or undefined when it was refused or failed; then `refused` has the words by field
 * and `failed` the failure. With `keyed` it adds an idempotency key that lasts for the same input until an answer came. `lacks` refuses
 * what need not be sent to be known as wrong, by field, and says whether there was any.
 */
export function useSave<Data extends Record<string, Payload | unknown>, Input extends object>(
  document: TypedDocumentNode<Data, { input: Input }>,
  { keyed = false } = {},
) {
  const [, send] = useMutation(document as TypedDocumentNode<Data, AnyVariables>);
  const [state, setState] = useState(idle);
  const { keyFor, forget } = useKeys();

  const save = async (input: Omit<Input, "idempotencyKey">): Promise<Done<Data> | undefined> => {
    const once = () => send({ input: keyed ? { ...input, idempotencyKey: keyFor(input) } : input });
    setState({ ...idle, busy: true });
    const { data, error } = await (keyed ? repeatSafely(once) : once());
    const payload = Object.values(data ?? {}).find((v): v is Payload => !!v && typeof v === "object");
    if (payload) forget();
    const refused = payload?.userErrors ?? [];
    setState({ busy: false, refused: byField(refused), failed: error });
    return payload && refused.length === 0 ? (payload as Done<Data>) : undefined;
  };
  const lacks = (wrong: Record<string, string | false | undefined>): boolean => {
    const words = Object.entries(wrong).filter((entry): entry is [string, string] => !!entry[1]);
    setState({ ...idle, refused: Object.fromEntries(words) });
    return words.length > 0;
  };
  return { ...state, save, lacks };
}
