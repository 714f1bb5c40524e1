import { Group, Stack, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import type { OrderWholeFragment } from "../gql/graphql";
import classes from "./OrderRows.module.css";

/** What was ordered, line by line, and how it adds up. */
export function Lines({ order }: { order: OrderWholeFragment }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  return (
    <Card>
      <Title order={2} size="h5" mb="xs">
        {t("order.lines")}
      </Title>
      <Table verticalSpacing="xs" horizontalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("order.line")}</Table.Th>
            <Table.Th ta="right" visibleFrom="sm">
              {t("order.price")}
            </Table.Th>
            <Table.Th ta="right" className={classes.whole}>
              {t("order.quantity")}
            </Table.Th>
            <Table.Th ta="right">{t("order.sum")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {order.lines.map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>
                <Text size="sm">{line.name}</Text>
                <Text size="xs" c="dimmed">
                  {[line.sku && t("order.sku", { sku: line.sku }), line.priceName].filter(Boolean).join(" · ")}
                </Text>
                {line.refundedQuantity > 0 && (
                  <Text size="xs" c="grape">
                    {t("order.refundedPieces", { count: line.refundedQuantity })}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right" className={classes.whole} visibleFrom="sm">
                {format.money(line.unitPrice)}
              </Table.Td>
              <Table.Td ta="right">{format.count(line.quantity)}</Table.Td>
              <Table.Td ta="right" className={classes.whole}>
                {format.money(line.subtotal)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Sums order={order} />
    </Card>
  );
}

function Sums({ order }: { order: OrderWholeFragment }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const rows: [string, string][] = [];
  if (order.pointsSpent > 0) {
    rows.push([t("order.subtotal"), format.money(order.subtotal)]);
    rows.push([t("order.pointsSpent"), format.points(order.pointsSpent)]);
  }
  if (Number(order.refunded.amount) > 0) rows.push([t("order.refunded"), format.money(order.refunded)]);
  if (order.status !== "CANCELLED") {
    rows.push([t(order.completedAt ? "order.earned" : "order.earns"), format.points(order.pointsToEarn)]);
  }
  return (
    <Stack gap={4} mt="sm">
      {rows.map(([name, value]) => (
        <Group key={name} justify="space-between">
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Text size="sm">{value}</Text>
        </Group>
      ))}
      <Group justify="space-between">
        <Text fw={600}>{t(order.completedAt ? "order.paid" : "order.total")}</Text>
        <Text fw={700} size="lg">
          {format.money(order.total)}
        </Text>
      </Group>
    </Stack>
  );
}
