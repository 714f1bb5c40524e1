import { Group, SegmentedControl, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { DecimalInput, MoneyInput } from "../form/numbers";
import { everything, type PriceDraft, type Target } from "./club";
import { PickProducts } from "./documents";

/** A better price: what it is for, and a percent off or a price of its own. */
export function PriceRow({
  price,
  onChange,
  error,
  label,
  children,
}: {
  price: PriceDraft;
  onChange: (price: PriceDraft) => void;
  error?: string | undefined;
  label: string;
  children?: ReactNode;
}) {
  const { t } = useTranslation("desk");
  const mayName = price.target.kind === "product" || price.target.kind === "variant";
  const value = { "aria-label": t("clubs.priceValue", { label }), value: price.value, w: { base: 92, sm: 130 } };
  const setValue = (next: string) => onChange({ ...price, value: next });
  return (
    <Group gap="xs" align="flex-start">
      <TargetPicker
        label={t("clubs.priceFor", { label })}
        target={price.target}
        error={error}
        onChange={(target) => {
          const keeps = target.kind === "product" || target.kind === "variant";
          onChange({ ...price, target, by: keeps ? price.by : "percent" });
        }}
      />
      <SegmentedControl
        aria-label={t("clubs.priceBy", { label })}
        value={price.by}
        onChange={(by) => onChange({ ...price, by: by as PriceDraft["by"] })}
        data={[
          { value: "percent", label: "−%" },
          { value: "price", label: t("catalogue.price"), disabled: !mayName },
        ]}
      />
      {price.by === "percent" ? (
        <DecimalInput {...value} onChange={setValue} suffix="%" />
      ) : (
        <MoneyInput {...value} onChange={setValue} />
      )}
      {children}
    </Group>
  );
}

const encode = (target: Target) => (target.kind === "all" ? "all" : `${target.kind}:${target.id}`);

function TargetPicker({
  label,
  target,
  onChange,
  error,
}: {
  label: string;
  target: Target;
  onChange: (target: Target) => void;
  error?: string | undefined;
}) {
  const { t } = useTranslation("desk");
  const [words, setWords] = useState("");
  const [opened, setOpened] = useState(false);
  const [search] = useDebouncedValue(words.trim(), 250);
  const [{ data }] = useQuery({ query: PickProducts, variables: { search: search || null }, pause: !opened });
  const products = data?.desk.products.nodes ?? [];
  const fits = (name: string) => name.toLowerCase().includes(search.toLowerCase());
  const groups: { group: string; items: Target[] }[] = [
    { group: t("clubs.target.all"), items: [{ ...everything, label: t("clubs.target.all") }] },
    {
      group: t("clubs.target.category"),
      items: (data?.categories ?? [])
        .filter((c) => fits(c.name))
        .map((c) => ({ kind: "category", id: c.id, label: c.name })),
    },
    {
      group: t("clubs.target.product"),
      items: products.map((p) => ({ kind: "product", id: p.id, label: p.name })),
    },
    {
      group: t("clubs.target.variant"),
      items: products
        .filter((p) => p.variants.length > 1)
        .flatMap((p) =>
          p.variants.map((v): Target => ({ kind: "variant", id: v.id, label: `${p.name}, ${v.name || v.sku}` })),
        ),
    },
  ];
  const known = new Map(groups.flatMap(({ items }) => items.map((item) => [encode(item), item] as const)));
  const current = encode(target);
  const shownLabel = target.kind === "all" ? t("clubs.target.all") : target.label;
  const missing = known.has(current) ? [] : [{ value: current, label: shownLabel }];
  return (
    <Select
      aria-label={label}
      searchable
      searchValue={opened ? words : shownLabel}
      onSearchChange={setWords}
      onDropdownOpen={() => {
        setWords("");
        setOpened(true);
      }}
      onDropdownClose={() => setOpened(false)}
      filter={({ options }) => options}
      value={current}
      allowDeselect={false}
      onChange={(value) => {
        const picked = value && known.get(value);
        if (picked) onChange(picked.kind === "all" ? everything : picked);
      }}
      data={[
        ...missing,
        ...groups
          .filter(({ items }) => items.length > 0)
          .map(({ group, items }) => ({
            group,
            items: items.map((item) => ({ value: encode(item), label: item.label })),
          })),
      ]}
      nothingFoundMessage={t("catalogue.notFound")}
      placeholder={t("clubs.target.search")}
      maxDropdownHeight={320}
      error={error}
      flex={1}
      miw={220}
    />
  );
}
