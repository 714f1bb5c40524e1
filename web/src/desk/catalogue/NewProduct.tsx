import { Button, Group, Modal, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { FailureNote } from "~/ui/Loaded";
import { CountInput, MoneyInput } from "../form/numbers";
import { slugOfPair } from "../form/slug";
import { noText, TextPair } from "../form/TextPair";
import { useSave } from "../form/useSave";
import type { ProductKind } from "../gql/graphql";
import { DeskCategories, ProductCreate } from "./documents";

/** Begins a product: its name, price and stock. It is a draft until somebody puts it on offer on its own page. */
export function NewProduct({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("desk");
  const navigate = useNavigate();
  const [{ data: known }] = useQuery({ query: DeskCategories });
  const { save, busy, refused, failed } = useSave(ProductCreate, { keyed: true });
  const [kind, setKind] = useState<ProductKind>("GOODS");
  const [name, setName] = useState(noText);
  const [ownSlug, setOwnSlug] = useState<string>();
  const [categoryId, setCategoryId] = useState<string | null>(null);
  const [sku, setSku] = useState("");
  const [price, setPrice] = useState("");
  const [stock, setStock] = useState<number | null>(0);
  const slug = ownSlug ?? slugOfPair(name);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const variant = { sku: sku.trim(), price: price || "0", ...(kind === "GOODS" && { stock: stock ?? 0 }) };
    const done = await save({ kind, name, slug, categoryId, status: "DRAFT", variants: [variant] });
    const made = done?.product?.slug;
    if (made) await navigate({ to: "/desk/catalogue/$slug", params: { slug: made } });
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("catalogue.new")}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <SegmentedControl
            aria-label={t("product.kindLabel")}
            value={kind}
            onChange={(value) => setKind(value as ProductKind)}
            data={(["GOODS", "SERVICE"] as const).map((value) => ({ value, label: t(`product.kind.${value}`) }))}
          />
          <TextPair label={t("product.name")} value={name} onChange={setName} error={refused.name} required />
          <TextInput
            label={t("form.slug")}
            description={t("form.slugHint")}
            value={slug}
            onChange={(event) => setOwnSlug(event.currentTarget.value)}
            error={refused.slug}
            required
          />
          <Select
            label={t("catalogue.category")}
            placeholder={t("product.noCategory")}
            clearable
            value={categoryId}
            onChange={setCategoryId}
            data={known?.categories.map((c) => ({ value: c.id, label: c.name })) ?? []}
            error={refused.categoryId}
          />
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
            <TextInput
              label={t("product.sku")}
              value={sku}
              onChange={(event) => setSku(event.currentTarget.value)}
              error={refused["variants.0.sku"]}
              required
            />
            <MoneyInput
              label={t("catalogue.price")}
              value={price}
              onChange={setPrice}
              error={refused["variants.0.price"]}
              required
            />
            {kind === "GOODS" && (
              <CountInput
                label={t("catalogue.stock")}
                value={stock}
                onChange={setStock}
                error={refused["variants.0.stock"]}
              />
            )}
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            {t("product.newHint")}
          </Text>
          {failed && <FailureNote error={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel", { ns: "app" })}
            </Button>
            <Button type="submit" loading={busy}>
              {t("product.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
