import { Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { FailureNote } from "~/ui/Loaded";
import { useSave } from "../form/useSave";
import { ReviewHide } from "./reviewDocuments";

/** Asks why a review is hidden, and whether the points that it brought go back. */
export function HideReview({ reviewId, onClose }: { reviewId: string; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const { save, busy, refused, failed } = useSave(ReviewHide);
  const [reason, setReason] = useState("");
  const [takeBack, setTakeBack] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await save({ reviewId, hidden: true, reason: reason.trim(), takePointsBack: takeBack }))) return;
    onClose();
    notify({ text: t("reviews.done") });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("reviews.hideTitle")}
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t("order.reason")}
            description={t("moderation.reasonHint")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={refused.reason ?? refused[""]}
            maxLength={500}
            data-autofocus
          />
          <Checkbox
            label={t("reviews.takeBack")}
            checked={takeBack}
            onChange={(event) => setTakeBack(event.currentTarget.checked)}
          />
          {failed && <FailureNote error={failed} />}
          <Group justify="flex-end">
            <Button type="submit" color="red" loading={busy}>
              {t("moderation.hide")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
