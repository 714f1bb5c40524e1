import { Badge, Button, Group, Stack, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { FailureNote } from "~/ui/Loaded";
import { Section } from "~/ui/Section";
import { useSave } from "../form/useSave";
import type { DeskProductFragment, DeskVariantFragment } from "../gql/graphql";
import { useAtLeast } from "../role";
import { AdjustStock } from "./AdjustStock";
import { VariantUpsert } from "./documents";
import { VariantForm } from "./VariantForm";

/** What can be ordered of a product: prices and stock, and what is no longer offered. */
export function Variants({ product }: { product: DeskProductFragment }) {
  const { t } = useTranslation("desk");
  const manager = useAtLeast("MANAGER");
  const [editing, setEditing] = useState<DeskVariantFragment | "new">();
  const [stocking, setStocking] = useState<DeskVariantFragment>();
  const { save, busy, failed } = useSave(VariantUpsert);
  const goods = product.kind === "GOODS";
  const all = [...product.variants, ...product.retiredVariants];

  const offer = async (variant: DeskVariantFragment, active: boolean) => {
    const { sku, price, texts } = variant;
    const done = await save({
      productId: product.id,
      sku,
      price: price.amount,
      active,
      ...(texts && { name: texts.name }),
    });
    if (!done) return;
    notify({
      text: t(active ? "variant.restored" : "variant.retired", { sku }),
      action: { label: t("action.undo", { ns: "app" }), run: () => void offer(variant, !active) },
    });
  };

  return (
    <Section
      title={t("variant.title")}
      actions={
        manager && (
          <Button variant="light" leftSection={<IconPlus size={18} />} onClick={() => setEditing("new")}>
            {t("variant.add")}
          </Button>
        )
      }
    >
      {failed && <FailureNote error={failed} />}
      {all.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("variant.none")}
        </Text>
      )}
      <Table verticalSpacing="sm">
        <Table.Thead visibleFrom="sm">
          <Table.Tr>
            <Table.Th>{t("variant.what")}</Table.Th>
            <Table.Th ta="right">{t("catalogue.price")}</Table.Th>
            {goods && <Table.Th>{t("catalogue.stock")}</Table.Th>}
            <Table.Th ta="right">{t("variant.actions")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {all.map((variant) => (
            <Row
              key={variant.id}
              variant={variant}
              goods={goods}
              manager={manager}
              busy={busy}
              onEdit={() => setEditing(variant)}
              onStock={() => setStocking(variant)}
              onOffer={(active) => void offer(variant, active)}
            />
          ))}
        </Table.Tbody>
      </Table>
      {editing && (
        <VariantForm
          product={product}
          variant={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
      {stocking && <AdjustStock variant={stocking} onClose={() => setStocking(undefined)} />}
    </Section>
  );
}

function Row(props: {
  variant: DeskVariantFragment;
  goods: boolean;
  manager: boolean;
  busy: boolean;
  onEdit: () => void;
  onStock: () => void;
  onOffer: (active: boolean) => void;
}) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const { variant, goods, manager } = props;
  const price = format.money(variant.price);
  const actions = (
    <Group gap="xs" justify="flex-end">
      {goods && variant.active && (
        <Button
          size="xs"
          h={36}
          variant="default"
          onClick={props.onStock}
          aria-label={t("stock.of", { sku: variant.sku })}
        >
          {t("stock.adjust")}
        </Button>
      )}
      {manager && variant.active && (
        <Button
          size="xs"
          h={36}
          variant="default"
          onClick={props.onEdit}
          aria-label={t("variant.edit", { sku: variant.sku })}
        >
          {t("variant.change")}
        </Button>
      )}
      {manager && (
        <Button
          size="xs"
          h={36}
          variant="subtle"
          color={variant.active ? "gray" : "pine"}
          disabled={props.busy}
          onClick={() => props.onOffer(!variant.active)}
          aria-label={t(variant.active ? "variant.retireOf" : "variant.restoreOf", { sku: variant.sku })}
        >
          {t(variant.active ? "variant.retire" : "variant.restore")}
        </Button>
      )}
    </Group>
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600} c={variant.active ? undefined : "dimmed"}>
          {variant.name || t("variant.only")}
        </Text>
        <Text size="xs" c="dimmed">
          {variant.sku}
        </Text>
        {!variant.active && (
          <Badge color="gray" variant="light" tt="none" radius="sm">
            {t("catalogue.status.ARCHIVED")}
          </Badge>
        )}
        <Stack gap="xs" hiddenFrom="sm" mt="xs">
          <Group gap="sm">
            <Text size="sm">{price}</Text>
            {goods && <InStock variant={variant} />}
          </Group>
          {actions}
        </Stack>
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right" style={{ whiteSpace: "nowrap" }}>
        {price}
      </Table.Td>
      {goods && (
        <Table.Td visibleFrom="sm">
          <InStock variant={variant} />
        </Table.Td>
      )}
      <Table.Td visibleFrom="sm">{actions}</Table.Td>
    </Table.Tr>
  );
}

const tones: Record<string, string> = { LOW_STOCK: "orange", OUT_OF_STOCK: "red" };

function InStock({ variant }: { variant: DeskVariantFragment }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const pieces = variant.stock ?? 0;
  const tone = variant.active ? tones[variant.availability] : undefined;
  return (
    <Text size="sm" {...(tone && { c: tone, fw: 600 })}>
      {t("catalogue.pieces", { count: pieces, shown: format.count(pieces) })}
    </Text>
  );
}
