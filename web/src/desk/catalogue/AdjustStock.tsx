import { Button, Chip, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { FailureNote } from "~/ui/Loaded";
import { useSave } from "../form/useSave";
import type { DeskVariantFragment } from "../gql/graphql";
import { StockAdjust } from "./documents";

const reasons = ["delivery", "count", "damaged"] as const;

/** Adds to the stock of a variant or takes from it, with a reason for the record. */
export function AdjustStock({ variant, onClose }: { variant: DeskVariantFragment; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const { save, busy, refused, failed } = useSave(StockAdjust, { keyed: true });
  const [delta, setDelta] = useState<number | string>("");
  const [reason, setReason] = useState("");
  const now = variant.stock ?? 0;
  const change = Number(delta) || 0;
  const after = now + change;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await save({ variantId: variant.id, delta: change, reason: reason.trim() });
    if (!done) return;
    notify({ text: t("stock.done", { shown: format.count(done.variant?.stock ?? after) }) });
    onClose();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("stock.of", { sku: variant.sku })}
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <NumberInput
            label={t("stock.delta")}
            description={t("stock.deltaHint")}
            value={delta}
            onChange={setDelta}
            allowDecimal={false}
            allowNegative
            error={refused.delta}
            data-autofocus
            required
          />
          <Text size="sm" aria-live="polite" c={after < 0 ? "red" : "dimmed"}>
            {t("stock.preview", { before: format.count(now), after: format.count(after) })}
          </Text>
          <TextInput
            label={t("stock.reason")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={refused.reason}
            maxLength={500}
            required
          />
          <Chip.Group multiple={false} value={reason} onChange={setReason}>
            <Group gap="xs">
              {reasons.map((name) => (
                <Chip key={name} value={t(`stock.reasons.${name}`)} variant="light">
                  {t(`stock.reasons.${name}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          {failed && <FailureNote error={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel", { ns: "app" })}
            </Button>
            <Button type="submit" loading={busy} disabled={change === 0}>
              {t("action.save", { ns: "app" })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
