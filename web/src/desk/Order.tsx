import { Grid, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconReceiptOff } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { type List, useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { ButtonLink, TextLink } from "~/ui/links";
import { OrderStatus } from "~/ui/OrderStatus";
import { Page } from "~/ui/Page";
import { useFresh } from "./events";
import type { DeskOrderQuery } from "./gql/graphql";
import { Actions } from "./order/Actions";
import { CustomerCard } from "./order/CustomerCard";
import { DeskOrder } from "./order/documents";
import { History } from "./order/History";
import { Lines } from "./order/Lines";
import { Promises } from "./order/Promises";

const route = getRouteApi("/desk/orders/$number");

type Whole = NonNullable<DeskOrderQuery["desk"]["order"]>;

/** Everything of one order, live, with what can be done about it. */
export function Order() {
  const { t } = useTranslation("desk");
  const { number } = route.useParams();
  const { data, error, retry, renew, more } = useList(DeskOrder, { number }, (answer) => answer.desk.order?.timeline);
  useFresh((event) => event.__typename === "OrderEvent" && event.order.number === number, renew);
  return (
    <Stack gap="xs">
      <TextLink to="/desk" size="sm">
        <Group gap={4} component="span" wrap="nowrap">
          <IconArrowLeft size={16} aria-hidden />
          {t("order.back")}
        </Group>
      </TextLink>
      <Loaded data={data?.desk} error={error} retry={retry} skeleton={<Outline number={number} />}>
        {({ order }) =>
          order ? (
            <Found order={order} more={more} />
          ) : (
            <Page title={t("order.title", { number })}>
              <Empty
                icon={IconReceiptOff}
                title={t("order.missing", { number })}
                text={t("order.missingText")}
                action={
                  <ButtonLink to="/desk" search={{ view: "list" }}>
                    {t("order.back")}
                  </ButtonLink>
                }
              />
            </Page>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Found({ order, more }: { order: Whole; more: List<unknown>["more"] }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  return (
    <Page
      title={t("order.title", { number: order.number })}
      actions={
        <Group gap="sm">
          <Actions order={order} />
        </Group>
      }
    >
      <Group gap="sm">
        <OrderStatus status={order.status} />
        <Text size="sm" c="dimmed">
          {`${t("order.placed")}: ${format.when(order.placedAt)}`}
        </Text>
      </Group>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            {order.note && <Words title={t("order.note")} text={order.note} />}
            {order.cancelReason && <Words title={t("order.cancelReason")} text={order.cancelReason} />}
            <Lines order={order} />
            <History timeline={order.timeline} more={more} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="lg">
            <Promises order={order} />
            <CustomerCard customer={order.customer} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Words({ title, text }: { title: string; text: string }) {
  return (
    <Card>
      <Title order={2} size="h5" mb={4}>
        {title}
      </Title>
      <Text size="sm">{text}</Text>
    </Card>
  );
}

function Outline({ number }: { number: string }) {
  const { t } = useTranslation("desk");
  return (
    <Page title={t("order.title", { number })}>
      <Skeleton h={22} w={200} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Skeleton h={240} mb="lg" />
          <Skeleton h={240} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Skeleton h={120} mb="lg" />
          <Skeleton h={260} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}
