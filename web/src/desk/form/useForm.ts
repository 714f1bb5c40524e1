import type { TypedDocumentNode } from "@urql/core";
import { useState } from "react";
import { bind } from "./bind";
import { useSave } from "./useSave";

type Options<D> = { keyed?: boolean; places?: Partial<Record<keyof D, string>> };

/**
 * A form that is filled in and sent: what is typed so far, the bindings of its inputs (see bind) and its mutation (see useSave). Draw
 * its inputs in a FormBody or a FormDialog, which shows the rest.
 */
export function useForm<D extends object, Data extends Record<string, unknown>, Input extends object>(
  document: TypedDocumentNode<Data, { input: Input }>,
  initial: D | (() => D),
  { keyed = false, places }: Options<D> = {},
) {
  const [draft, setDraft] = useState(initial);
  const set = (patch: Partial<D>) => setDraft((before) => ({ ...before, ...patch }));
  const saving = useSave(document, { keyed });
  return { draft, set, ...saving, ...bind(draft, set, saving.refused, places) };
}
