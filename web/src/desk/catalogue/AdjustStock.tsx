import { Chip, Group, NumberInput, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { FormDialog } from "../form/FormBody";
import { useForm } from "../form/useForm";
import type { DeskVariantFragment } from "../gql/graphql";
import { StockAdjust } from "./documents";

const reasons = ["delivery", "count", "damaged"] as const;

/** Adds to the stock of a variant or takes from it, with a reason for the record. */
export function AdjustStock({ variant, onClose }: { variant: DeskVariantFragment; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const form = useForm(StockAdjust, { delta: "" as number | string, reason: "" }, { keyed: true });
  const { draft, set } = form;
  const now = variant.stock ?? 0;
  const delta = Number(draft.delta) || 0;
  const after = now + delta;

  const submit = async () => {
    const done = await form.save({ variantId: variant.id, delta, reason: draft.reason.trim() });
    if (!done) return;
    notify({ text: t("stock.done", { shown: format.count(done.variant?.stock ?? after) }) });
    onClose();
  };

  return (
    <FormDialog
      title={t("stock.of", { sku: variant.sku })}
      form={form}
      action={t("action.save", { ns: "app" })}
      disabled={delta === 0}
      onSubmit={submit}
      onClose={onClose}
    >
      <NumberInput
        label={t("stock.delta")}
        description={t("stock.deltaHint")}
        {...form.field("delta")}
        allowDecimal={false}
        allowNegative
        data-autofocus
        required
      />
      <Text size="sm" aria-live="polite" c={after < 0 ? "red" : "dimmed"}>
        {t("stock.preview", { before: format.count(now), after: format.count(after) })}
      </Text>
      <TextInput label={t("stock.reason")} {...form.text("reason")} maxLength={500} required />
      <Chip.Group multiple={false} value={draft.reason} onChange={(reason) => set({ reason })}>
        <Group gap="xs">
          {reasons.map((name) => (
            <Chip key={name} value={t(`stock.reasons.${name}`)} variant="light">
              {t(`stock.reasons.${name}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </FormDialog>
  );
}
