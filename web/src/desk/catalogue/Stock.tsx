import { Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { stockAtAGlance } from "./product";

/** The stock of a product at a glance: how many in all, and which variants need care. */
export function Stock({
  variants,
}: {
  variants: readonly { stock?: number | null | undefined; availability: string }[];
}) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const stock = stockAtAGlance(variants);
  if (!stock) {
    return (
      <Text size="sm" c="dimmed" component="span" visibleFrom="sm">
        {t("catalogue.noStock")}
      </Text>
    );
  }
  return (
    <Group gap="xs" component="span">
      <Text size="sm" component="span">
        {t("catalogue.pieces", { count: stock.pieces, shown: format.count(stock.pieces) })}
      </Text>
      {stock.out > 0 && (
        <Badge color="red" variant="light" tt="none" radius="sm">
          {variants.length === 1 ? t("catalogue.out") : t("catalogue.outOf", { count: stock.out })}
        </Badge>
      )}
      {stock.low > 0 && (
        <Badge color="orange" variant="light" tt="none" radius="sm">
          {variants.length === 1 ? t("catalogue.low") : t("catalogue.lowOf", { count: stock.low })}
        </Badge>
      )}
    </Group>
  );
}

const colors: Record<string, string> = { ACTIVE: "pine", DRAFT: "blue", ARCHIVED: "gray" };

/** Whether a product is on offer. */
export function ProductState({ status }: { status: string }) {
  const { t } = useTranslation("desk");
  return (
    <Badge variant="light" color={colors[status] ?? "gray"} tt="none" radius="sm">
      {t(`catalogue.status.${status}`, { defaultValue: status })}
    </Badge>
  );
}
