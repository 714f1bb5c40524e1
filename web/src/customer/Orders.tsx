import { Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconChevronRight, IconReceipt } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { BlockLink, ButtonLink } from "~/ui/links";
import { More } from "~/ui/More";
import { OrderStatus } from "~/ui/OrderStatus";
import { Page } from "~/ui/Page";
import { useCustomerEvent } from "./events";
import { graphql } from "./gql";
import type { OrdersQuery as Answer, OrderStatus as Status } from "./gql/graphql";
import classes from "./Order.module.css";

const OrdersQuery = graphql(`
  query Orders($first: Int = 20, $after: String, $where: OrderWhere) {
    viewer {
      customer {
        id
        orders(first: $first, after: $after, where: $where) {
          nodes {
            id
            number
            status
            placedAt
            promisedAt
            promiseState
            total { amount currencyCode }
            lines { id name quantity }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`);

const states: Record<string, Status[] | undefined> = {
  all: undefined,
  open: ["NEW", "CONFIRMED", "IN_PROGRESS", "READY"],
  done: ["COMPLETED", "CANCELLED", "REFUNDED"],
};

type Order = NonNullable<Answer["viewer"]["customer"]>["orders"]["nodes"][number];

/** All orders of the customer, the newest first. */
export function Orders() {
  const { t } = useTranslation("customer");
  const [which, setWhich] = useState("all");
  return (
    <Page title={t("orders.title")}>
      <SegmentedControl
        aria-label={t("orders.which")}
        value={which}
        onChange={setWhich}
        data={Object.keys(states).map((value) => ({ value, label: t(`orders.${value}`) }))}
        maw={420}
      />
      <List key={which} status={states[which]} />
    </Page>
  );
}

function List({ status }: { status: Status[] | undefined }) {
  const { t } = useTranslation("customer");
  const list = useList(
    OrdersQuery,
    { where: status ? { status: { oneOf: status } } : null },
    (d) => d.viewer.customer?.orders,
  );
  useCustomerEvent((event) => {
    if (event.__typename === "OrderEvent" || event.gap) list.renew();
  });
  return (
    <Loaded
      data={list.data?.viewer.customer?.orders.nodes}
      error={list.error}
      retry={list.retry}
      skeleton={
        <Stack>
          <Skeleton h={84} />
          <Skeleton h={84} />
          <Skeleton h={84} />
        </Stack>
      }
    >
      {(orders) => (
        <Stack>
          {orders.length === 0 && (
            <Empty
              icon={IconReceipt}
              title={t("orders.empty")}
              text={t("orders.emptyText")}
              action={<ButtonLink to="/catalogue">{t("basket.toCatalogue")}</ButtonLink>}
            />
          )}
          {orders.map((order) => (
            <OrderCard key={order.id} order={order} />
          ))}
          <More {...list.more} />
        </Stack>
      )}
    </Loaded>
  );
}

function OrderCard({ order }: { order: Order }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const names = order.lines.map((line) => (line.quantity > 1 ? `${line.name} × ${line.quantity}` : line.name));
  const open = order.promiseState === "OPEN" || order.promiseState === "BROKEN";
  return (
    <BlockLink to="/orders/$number" params={{ number: order.number }}>
      <Card>
        <Group justify="space-between" wrap="nowrap" align="start">
          <Stack gap={4} miw={0}>
            <Group gap="xs">
              <Text fw={700}>{order.number}</Text>
              <OrderStatus status={order.status} />
            </Group>
            <Text size="sm" lineClamp={2}>
              {names.join(", ")}
            </Text>
            <Text size="sm" c={order.promiseState === "BROKEN" ? "red" : "dimmed"}>
              {open && order.promisedAt
                ? t(order.promiseState === "BROKEN" ? "home.late" : "home.promised", {
                    when: format.when(order.promisedAt),
                  })
                : t("orders.placed", { when: format.when(order.placedAt) })}
            </Text>
          </Stack>
          <Group gap={4} wrap="nowrap">
            <Text fw={600} className={classes.sum}>
              {format.money(order.total)}
            </Text>
            <IconChevronRight size={16} aria-hidden />
          </Group>
        </Group>
      </Card>
    </BlockLink>
  );
}
