import { SimpleGrid, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { FormDialog } from "../form/FormBody";
import { MoneyInput } from "../form/numbers";
import { noText, TextPair } from "../form/TextPair";
import { useForm } from "../form/useForm";
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
  const form = useForm(VariantUpsert, {
    sku: variant?.sku ?? "",
    name: variant?.texts?.name ?? noText,
    price: variant?.price.amount ?? "",
  });
  const { draft, field, text } = form;
  const sku = draft.sku.trim();
  const all = [...product.variants, ...product.retiredVariants];
  const taken = !variant && all.some((other) => other.sku === sku);

  const submit = async () => {
    if (taken) return;
    const { ru, en } = draft.name;
    if (!(await form.save({ productId: product.id, sku, name: { ru, en }, price: draft.price || "0" }))) return;
    notify({ text: t("form.saved") });
    onClose();
  };

  return (
    <FormDialog
      title={t(variant ? "variant.edit" : "variant.add", { sku: variant?.sku })}
      size="lg"
      form={form}
      action={t("action.save", { ns: "app" })}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextPair label={t("product.name")} description={t("variant.nameHint")} {...field("name")} />
      <SimpleGrid cols={2} spacing="sm">
        <TextInput
          label={t("product.sku")}
          {...text("sku")}
          readOnly={!!variant}
          {...(taken && { error: t("variant.taken") })}
          required
        />
        <MoneyInput label={t("catalogue.price")} {...field("price")} required />
      </SimpleGrid>
    </FormDialog>
  );
}
