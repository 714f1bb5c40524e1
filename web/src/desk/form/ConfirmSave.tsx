import type { TypedDocumentNode } from "@urql/core";
import type { ComponentProps } from "react";
import type { UserError } from "~/app/errors";
import { notify } from "~/app/notices";
import { Confirm } from "~/ui/confirm";
import { FailureNote } from "~/ui/Loaded";
import { Refused } from "~/ui/Refused";
import { useSave } from "./useSave";

type Payload = { userErrors: readonly UserError[] };
type Props<Data, Input> = Pick<ComponentProps<typeof Confirm>, "title" | "text" | "action" | "children"> & {
  document: TypedDocumentNode<Data, { input: Input }>;
  input: Input;
  /** What is said once it is done. */
  done: string;
  onDone: () => void;
};

/** Asks before a mutation that cannot be taken back by a click, and stays open with what was refused or failed. */
export function ConfirmSave<Data extends Record<string, Payload | unknown>, Input extends object>({
  document,
  input,
  done,
  onDone,
  ...confirm
}: Props<Data, Input>) {
  const { save, failed, refused } = useSave(document);
  return (
    <Confirm
      {...confirm}
      onConfirm={async () => {
        const saved = await save(input);
        if (saved) {
          notify({ text: done });
          onDone();
        }
        return !!saved;
      }}
      body={
        <>
          {failed && <FailureNote error={failed} />}
          <Refused words={Object.values(refused).join(" ")} />
        </>
      }
    />
  );
}
