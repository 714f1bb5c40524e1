import { Button, Group, Modal, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { FailureNote } from "~/ui/Loaded";
import { MoneyInput } from "../form/numbers";
import { noText, TextPair } from "../form/TextPair";
import { useSave } from "../form/useSave";
import type { DeskProductFragment, DeskVariantFragment } from "../gql/graphql";
import { VariantUpsert } from "./documents";

/** The name, number and price of a variant. */
export function VariantForm({
  product,
  variant,
  onClose,
}: {
  product: DeskProductFragment;
  variant: DeskVariantFragment | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation("desk");
  const { save, busy, refused, failed } = useSave(VariantUpsert);
  const [sku, setSku] = useState(variant?.sku ?? "");
  const [name, setName] = useState(variant?.texts?.name ?? noText);
  const [price, setPrice] = useState(variant?.price.amount ?? "");
  const all = [...product.variants, ...product.retiredVariants];
  const taken = !variant && all.some((other) => other.sku === sku.trim());

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (taken) return;
    const done = await save({
      productId: product.id,
      sku: sku.trim(),
      name: { ru: name.ru, en: name.en },
      price: price || "0",
    });
    if (!done) return;
    notify({ text: t("form.saved") });
    onClose();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t(variant ? "variant.edit" : "variant.add", { sku: variant?.sku })}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextPair
            label={t("product.name")}
            description={t("variant.nameHint")}
            value={name}
            onChange={setName}
            error={refused.name}
          />
          <SimpleGrid cols={2} spacing="sm">
            <TextInput
              label={t("product.sku")}
              value={sku}
              onChange={(event) => setSku(event.currentTarget.value)}
              readOnly={!!variant}
              error={taken ? t("variant.taken") : refused.sku}
              required
            />
            <MoneyInput label={t("catalogue.price")} value={price} onChange={setPrice} error={refused.price} required />
          </SimpleGrid>
          {failed && <FailureNote error={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel", { ns: "app" })}
            </Button>
            <Button type="submit" loading={busy}>
              {t("action.save", { ns: "app" })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
