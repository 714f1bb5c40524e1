import { Button, Group, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { put } from "~/app/basket";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { NotFound } from "~/ui/NotFound";
import { OrderStatus } from "~/ui/OrderStatus";
import { Page } from "~/ui/Page";
import { CancelOrder } from "./CancelOrder";
import { useCustomerEvent } from "./events";
import { graphql } from "./gql";
import type { OrderQuery as Answer } from "./gql/graphql";
import classes from "./Order.module.css";
import { OrderSteps } from "./OrderSteps";
import { OrderTimeline } from "./OrderTimeline";
import { Row } from "./Row";

const OrderQuery = graphql(`
  query Order($number: String!) {
    viewer {
      customer {
        id
        order(number: $number) {
          id
          number
          status
          version
          lines {
            id
            name
            quantity
            priceName
            refundedQuantity
            unitPrice { amount currencyCode }
            subtotal { amount currencyCode }
            variant { id availability price { amount currencyCode } product { id slug } }
          }
          subtotal { amount currencyCode }
          pointsSpent
          total { amount currencyCode }
          refunded { amount currencyCode }
          pointsToEarn
          promisedAt
          promiseState
          promises { promisedAt madeAt reason }
          note
          cancelReason
          placedAt
          completedAt
          timeline(first: 100) { nodes { id at kind text actor reason } }
          availableActions
        }
      }
    }
  }
`);

/** An order as the customer sees it. */
export type Order = NonNullable<NonNullable<Answer["viewer"]["customer"]>["order"]>;

/** One order, live: where it stands, what was promised, what happened, and what can be done. */
export function Order() {
  const { number } = useParams({ from: "/customer/orders/$number" });
  const [{ data, error }, read] = useQuery({
    query: OrderQuery,
    variables: { number },
    requestPolicy: "cache-and-network",
  });
  useCustomerEvent((event) => {
    if (event.__typename !== "OrderEvent" || event.order.number === number) read({ requestPolicy: "network-only" });
  });
  if (data?.viewer.customer && !data.viewer.customer.order) return <NotFound />;
  return (
    <Loaded
      data={data?.viewer.customer?.order}
      error={error}
      retry={read}
      skeleton={
        <Stack>
          <Skeleton h={36} w={180} />
          <Skeleton h={140} />
          <Skeleton h={220} />
        </Stack>
      }
    >
      {(order) => <Shown order={order} />}
    </Loaded>
  );
}

function Shown({ order }: { order: Order }) {
  const { t } = useTranslation("customer");
  return (
    <Page title={t("order.title", { number: order.number })} actions={<OrderStatus status={order.status} />}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" className={classes.halves}>
        <Stack>
          <Next order={order} />
          <Lines order={order} />
          <Actions order={order} />
        </Stack>
        <Card>
          <Title order={2} size="h4" mb="md">
            {t("order.timeline")}
          </Title>
          <OrderTimeline entries={order.timeline.nodes} />
        </Card>
      </SimpleGrid>
    </Page>
  );
}

/** What happens next, and by when: the reason one opens this page. */
function Next({ order }: { order: Order }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const moved = order.promises.length > 1 ? order.promises.at(-1) : undefined;
  return (
    <Card p="lg" aria-live="polite">
      <Stack gap="sm">
        <OrderSteps status={order.status} />
        <Text>{t(`order.next.${order.status}`)}</Text>
        {order.promisedAt && order.promiseState !== "VOID" && (
          <div>
            <Text size="sm" c="dimmed">
              {t(`order.promise.${order.promiseState}`)}
            </Text>
            <Text fw={700} fz="xl" c={order.promiseState === "BROKEN" ? "red" : undefined}>
              {format.when(order.promisedAt)}
            </Text>
          </div>
        )}
        {moved && (
          <Text size="sm">
            {t("order.moved", {
              from: format.when(order.promises[0]?.promisedAt ?? moved.promisedAt),
              reason: moved.reason ?? "",
            })}
          </Text>
        )}
        {order.promiseState === "BROKEN" && <Text size="sm">{t("order.brokenText")}</Text>}
        {order.cancelReason && <Text size="sm">{t("order.cancelled", { reason: order.cancelReason })}</Text>}
      </Stack>
    </Card>
  );
}

function Lines({ order }: { order: Order }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const refunded = Number(order.refunded.amount) > 0;
  return (
    <Card>
      <Table verticalSpacing="xs" horizontalSpacing={0}>
        <Table.Caption hidden>{t("basket.lines")}</Table.Caption>
        <Table.Tbody>
          {order.lines.map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>
                {line.variant ? (
                  <TextLink to="/products/$slug" params={{ slug: line.variant.product.slug }} size="sm">
                    {line.name}
                  </TextLink>
                ) : (
                  <Text size="sm">{line.name}</Text>
                )}
                <Text size="xs" c="dimmed">
                  {line.quantity} × {format.money(line.unitPrice)}
                  {line.priceName && ` · ${line.priceName}`}
                  {line.refundedQuantity > 0 && ` · ${t("order.refundedOf", { count: line.refundedQuantity })}`}
                </Text>
              </Table.Td>
              <Table.Td ta="right" className={classes.sum}>
                {format.money(line.subtotal)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Stack gap={4} mt="sm">
        {order.pointsSpent > 0 && <Row name={t("checkout.points")} value={`− ${format.points(order.pointsSpent)}`} />}
        <Row name={t("checkout.total")} value={format.money(order.total)} strong />
        {refunded && <Row name={t("order.refunded")} value={format.money(order.refunded)} />}
        {order.pointsToEarn > 0 && order.status !== "CANCELLED" && (
          <Row
            name={t(order.completedAt ? "order.earned" : "checkout.earn")}
            value={format.points(order.pointsToEarn)}
          />
        )}
        {order.note && <Row name={t("checkout.note")} value={order.note} />}
      </Stack>
    </Card>
  );
}

function Actions({ order }: { order: Order }) {
  const { t } = useTranslation("customer");
  const navigate = useNavigate();
  const orderable = order.lines.filter((line) => line.variant && line.variant.availability !== "OUT_OF_STOCK");
  const repeat = async () => {
    for (const { variant, quantity, name } of orderable) {
      if (variant) put({ variantId: variant.id, quantity, slug: variant.product.slug, name, price: variant.price });
    }
    if (orderable.length < order.lines.length) notify({ text: t("order.repeatSome"), tone: "news" });
    await navigate({ to: "/basket" });
  };
  return (
    <Group>
      {orderable.length > 0 && (
        <Button variant="default" leftSection={<IconRepeat size={18} aria-hidden />} onClick={repeat}>
          {t("order.repeat")}
        </Button>
      )}
      {order.availableActions.includes("CANCEL") && <CancelOrder order={order} />}
    </Group>
  );
}
