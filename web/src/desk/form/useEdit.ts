import type { TypedDocumentNode } from "@urql/core";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { bind } from "./bind";
import { useDraft, type Versioned } from "./useDraft";
import { type Done, useSave } from "./useSave";

/**
 * Something that is edited where it is read: the edits over what the server has (see useDraft), the bindings of its inputs (see bind)
 * and its mutation (see useSave). `stateOf` finds it in the answer: the form goes on from there. Draw it between EditNotes and a
 * SaveBar.
 */
export function useEdit<D extends object, Data extends Record<string, unknown>, Input extends object>(
  document: TypedDocumentNode<Data, { input: Input }>,
  server: Versioned<D>,
  stateOf: (done: Done<Data>) => Versioned<D> | null | undefined,
) {
  const { t } = useTranslation("desk");
  const { saved, ...form } = useDraft(server);
  const { save, lacks: _, ...saving } = useSave(document);
  return {
    ...form,
    ...saving,
    ...bind(form.draft, form.set, saving.refused),
    /** Saves the edits and says so; undefined when it was refused or failed. */
    save: async (input: Omit<Input, "idempotencyKey">): Promise<Done<Data> | undefined> => {
      const done = await save(input);
      const now = done && stateOf(done);
      if (!now) return undefined;
      saved(now);
      notify({ text: t("form.saved") });
      return done;
    },
  };
}
