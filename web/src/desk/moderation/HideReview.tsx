import { Checkbox, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { FormDialog } from "../form/FormBody";
import { useForm } from "../form/useForm";
import { ReviewHide } from "./reviewDocuments";

/** Asks why a review is hidden, and whether the points that it brought go back. */
export function HideReview({ reviewId, onClose }: { reviewId: string; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const form = useForm(ReviewHide, { reason: "", takePointsBack: false });
  const submit = async () => {
    const { reason, takePointsBack } = form.draft;
    if (!(await form.save({ reviewId, hidden: true, reason: reason.trim(), takePointsBack }))) return;
    onClose();
    notify({ text: t("reviews.done") });
  };
  return (
    <FormDialog
      title={t("reviews.hideTitle")}
      form={form}
      action={t("moderation.hide")}
      color="red"
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label={t("order.reason")}
        description={t("moderation.reasonHint")}
        {...form.text("reason")}
        maxLength={500}
        data-autofocus
      />
      <Checkbox label={t("reviews.takeBack")} {...form.check("takePointsBack")} />
    </FormDialog>
  );
}
