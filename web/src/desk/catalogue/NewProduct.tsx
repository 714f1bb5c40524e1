import { SegmentedControl, Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { FormDialog } from "../form/FormBody";
import { CountInput, MoneyInput } from "../form/numbers";
import { SlugInput } from "../form/SlugInput";
import { slugOfPair } from "../form/slug";
import { noText, TextPair } from "../form/TextPair";
import { useForm } from "../form/useForm";
import type { ProductKind } from "../gql/graphql";
import { DeskCategories, ProductCreate } from "./documents";

const empty = {
  kind: "GOODS" as ProductKind,
  name: noText,
  categoryId: null as string | null,
  sku: "",
  price: "",
  stock: 0 as number | null,
};

const places = { sku: "variants.0.sku", price: "variants.0.price", stock: "variants.0.stock" };

/** Begins a product: its name, price and stock. It is a draft until somebody puts it on offer on its own page. */
export function NewProduct({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("desk");
  const navigate = useNavigate();
  const [{ data: known }] = useQuery({ query: DeskCategories });
  const form = useForm(ProductCreate, empty, { keyed: true, places });
  const [ownSlug, setOwnSlug] = useState<string>();
  const { draft, field } = form;
  const slug = ownSlug ?? slugOfPair(draft.name);

  const submit = async () => {
    const { kind, name, categoryId, sku, price, stock } = draft;
    const variant = { sku: sku.trim(), price: price || "0", ...(kind === "GOODS" && { stock: stock ?? 0 }) };
    const done = await form.save({ kind, name, slug, categoryId, status: "DRAFT", variants: [variant] });
    const made = done?.product?.slug;
    if (made) await navigate({ to: "/desk/catalogue/$slug", params: { slug: made } });
  };

  return (
    <FormDialog
      title={t("catalogue.new")}
      size="lg"
      form={form}
      action={t("product.create")}
      onSubmit={submit}
      onClose={onClose}
    >
      <SegmentedControl
        aria-label={t("product.kindLabel")}
        value={draft.kind}
        onChange={(value) => form.set({ kind: value as ProductKind })}
        data={(["GOODS", "SERVICE"] as const).map((value) => ({ value, label: t(`product.kind.${value}`) }))}
      />
      <TextPair label={t("product.name")} {...field("name")} required />
      <SlugInput value={slug} onChange={setOwnSlug} error={form.error("slug")} />
      <Select
        label={t("catalogue.category")}
        placeholder={t("product.noCategory")}
        clearable
        {...field("categoryId")}
        data={known?.categories.map((c) => ({ value: c.id, label: c.name })) ?? []}
      />
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        <TextInput label={t("product.sku")} {...form.text("sku")} required />
        <MoneyInput label={t("catalogue.price")} {...field("price")} required />
        {draft.kind === "GOODS" && <CountInput label={t("catalogue.stock")} {...field("stock")} />}
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        {t("product.newHint")}
      </Text>
    </FormDialog>
  );
}
