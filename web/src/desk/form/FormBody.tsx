import { Alert, Button, Group, type MantineColor, type ModalProps, Stack } from "@mantine/core";
import type { CombinedError } from "@urql/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "~/ui/Dialog";
import { FailureNote } from "~/ui/Loaded";

/** Where a form stands: whether it is being sent, what failed, and what was refused beside none of its inputs. */
type Standing = { busy: boolean; failed?: CombinedError | undefined; rest: () => string };

type Props = {
  form: Standing;
  /** What the button that sends the form says. */
  action: string;
  color?: MantineColor;
  disabled?: boolean;
  onSubmit: () => unknown;
  /** Leaves the form. */
  onClose: () => void;
  /** What the button that leaves the form says; "cancel" unless told otherwise. */
  leave?: "cancel" | "back";
  /** Draws the form closer together, where it stands among other things. */
  compact?: boolean;
  children: ReactNode;
};

/** The inside of a form: its inputs, what went wrong with the whole of it, and the buttons that leave and send it. */
export function FormBody({ form, action, color, disabled, onSubmit, onClose, leave, compact, children }: Props) {
  const { t } = useTranslation("app");
  const rest = form.rest();
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      <Stack gap={compact ? "sm" : "md"}>
        {children}
        {form.failed && <FailureNote error={form.failed} />}
        {rest && (
          <Alert color="red" role="alert">
            {rest}
          </Alert>
        )}
        <Group justify="flex-end" gap={compact ? "xs" : "md"}>
          <Button variant="default" onClick={onClose}>
            {t(`action.${leave ?? "cancel"}`)}
          </Button>
          <Button type="submit" loading={form.busy} disabled={disabled} color={color}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A dialog that is one form. It is there as long as it is drawn. */
export function FormDialog({
  title,
  size,
  centered,
  ...body
}: Props & Pick<ModalProps, "title" | "size" | "centered">) {
  return (
    <Dialog opened onClose={body.onClose} title={title} size={size} centered={centered}>
      <FormBody {...body} />
    </Dialog>
  );
}
