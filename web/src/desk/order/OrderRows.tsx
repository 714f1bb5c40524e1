import { Group, Stack, Table, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { BlockLink, TextLink } from "~/ui/links";
import { OrderStatus } from "~/ui/OrderStatus";
import type { OrderBriefFragment } from "../gql/graphql";
import { useNow } from "../useNow";
import classes from "./OrderRows.module.css";
import { urgency, urgencyColors } from "./promise";

/** Orders below each other: a table, or cards on a phone. `customers` shows whose they are. */
export function OrderRows({
  orders,
  customers = false,
}: {
  orders: readonly OrderBriefFragment[];
  customers?: boolean;
}) {
  const phone = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  return phone ? <Cards orders={orders} customers={customers} /> : <Rows orders={orders} customers={customers} />;
}

type Props = { orders: readonly OrderBriefFragment[]; customers: boolean };

function Rows({ orders, customers }: Props) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const navigate = useNavigate();
  const now = useNow();
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.whole}>{t("order.number")}</Table.Th>
            <Table.Th>{t("order.status")}</Table.Th>
            {customers && <Table.Th>{t("order.customer")}</Table.Th>}
            <Table.Th>{t("order.what")}</Table.Th>
            <Table.Th>{t("order.placed")}</Table.Th>
            <Table.Th>{t("order.promised")}</Table.Th>
            <Table.Th ta="right">{t("order.total")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {orders.map((order) => (
            <Table.Tr
              key={order.id}
              className={classes.row}
              onClick={(event) => {
                if ((event.target as HTMLElement).closest("a")) return;
                void navigate({ to: "/desk/orders/$number", params: { number: order.number } });
              }}
            >
              <Table.Td className={classes.whole}>
                <TextLink to="/desk/orders/$number" params={{ number: order.number }} size="sm" fw={600}>
                  {order.number}
                </TextLink>
              </Table.Td>
              <Table.Td>
                <div className={classes.badge}>
                  <OrderStatus status={order.status} />
                </div>
              </Table.Td>
              {customers && <Table.Td>{order.customer?.name ?? order.customer?.phone ?? "—"}</Table.Td>}
              <Table.Td>
                <Text size="sm" lineClamp={1}>
                  {order.lines.map((line) => line.name).join(", ")}
                </Text>
              </Table.Td>
              <Table.Td>{format.when(order.placedAt)}</Table.Td>
              <Table.Td>
                <Text size="sm" c={urgencyColors[urgency(order, now)] ?? "inherit"}>
                  {order.promisedAt ? format.when(order.promisedAt) : "—"}
                </Text>
              </Table.Td>
              <Table.Td ta="right" className={classes.whole}>
                {format.money(order.total)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Cards({ orders, customers }: Props) {
  const format = useFormat();
  return (
    <Stack gap="xs">
      {orders.map((order) => (
        <Card key={order.id} p="sm">
          <BlockLink to="/desk/orders/$number" params={{ number: order.number }} display="block" w="100%">
            <Group justify="space-between" wrap="nowrap">
              <Text fw={650} size="sm">
                {order.number}
              </Text>
              <OrderStatus status={order.status} />
            </Group>
            {customers && <Text size="sm">{order.customer?.name ?? order.customer?.phone ?? "—"}</Text>}
            <Text size="xs" c="dimmed" lineClamp={1}>
              {order.lines.map((line) => line.name).join(", ")}
            </Text>
            <Group justify="space-between" wrap="nowrap">
              <Text size="xs" c="dimmed">
                {format.when(order.placedAt)}
              </Text>
              <Text size="sm" fw={600} className={classes.whole}>
                {format.money(order.total)}
              </Text>
            </Group>
          </BlockLink>
        </Card>
      ))}
    </Stack>
  );
}
