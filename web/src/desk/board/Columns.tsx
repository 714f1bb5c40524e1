import { Badge, Group, SimpleGrid, Skeleton, Stack, Tabs, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { useDeskEvent, useFresh } from "../events";
import type { BoardQuery as Answer, OrderBriefFragment } from "../gql/graphql";
import { OrderDialog } from "../order/OrderDialog";
import { useNow } from "../useNow";
import classes from "./Board.module.css";
import { type Column, columns, group } from "./board";
import { Card } from "./Card";
import { BoardQuery } from "./documents";
import { useActing } from "./useActing";
import { focusAfter, useKeyboard } from "./useKeyboard";

const most = 50;

/** Open orders in columns, live: they move as they change, whoever changes them. */
export function Columns() {
  const [{ data, error }, read] = useQuery({ query: BoardQuery, variables: { first: most } });
  const reread = () => read({ requestPolicy: "network-only" });
  useFresh((event) => event.__typename === "OrderEvent", reread);
  return (
    <Loaded data={data?.desk} error={error} retry={reread} skeleton={<Outline />}>
      {(desk) => <Board desk={desk} />}
    </Loaded>
  );
}

function Board({ desk }: { desk: Answer["desk"] }) {
  const parts = { NEW: desk.new, CONFIRMED: desk.confirmed, IN_PROGRESS: desk.inProgress, READY: desk.ready };
  const orders = columns.flatMap((column) => parts[column].nodes);
  const { moving, asked, act, close } = useActing(orders);
  const standing = group(orders, moving);
  const fresh = useArrivals();
  const now = useNow();
  const place = useRef<HTMLDivElement>(null);
  useKeyboard(place, standing, act);

  const column = (name: Column) => (
    <ColumnList
      column={name}
      orders={standing[name]}
      more={parts[name].pageInfo.hasNextPage}
      card={(order) => (
        <Card
          order={order}
          now={now}
          fresh={fresh.has(order.id)}
          moving={order.id in moving}
          onAct={(action) => {
            focusAfter(standing, order, action);
            act(order, action);
          }}
        />
      )}
    />
  );
  return (
    <div ref={place}>
      <Arranged standing={standing} column={column} />
      <OrderDialog asked={asked} onClose={close} />
    </div>
  );
}

/** The columns side by side, or as tabs where there is no room. */
function Arranged({
  standing,
  column,
}: {
  standing: Record<Column, OrderBriefFragment[]>;
  column: (name: Column) => ReactNode;
}) {
  const { t } = useTranslation("desk");
  const wide = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  if (wide) {
    return (
      <div className={classes.board}>
        {columns.map((name) => (
          <section key={name} className={classes.column} aria-labelledby={`column-${name}`}>
            <Group justify="space-between" className={classes.head}>
              <Title order={2} size="h6" id={`column-${name}`}>
                {t(`board.column.${name}`)}
              </Title>
              <Badge variant="default">{standing[name].length}</Badge>
            </Group>
            {column(name)}
          </section>
        ))}
      </div>
    );
  }
  return (
    <Tabs defaultValue="NEW" keepMounted={false}>
      <Tabs.List grow mb="sm" className={classes.tabs}>
        {columns.map((name) => (
          <Tabs.Tab key={name} value={name} px={6} h={48}>
            <Text component="span" size="sm">
              {t(`board.column.${name}`)}
            </Text>{" "}
            <Text component="span" size="sm" c="dimmed">
              {standing[name].length}
            </Text>
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {columns.map((name) => (
        <Tabs.Panel key={name} value={name}>
          {column(name)}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function ColumnList({
  column,
  orders,
  more,
  card,
}: {
  column: Column;
  orders: readonly OrderBriefFragment[];
  more: boolean;
  card: (order: OrderBriefFragment) => ReactNode;
}) {
  const { t } = useTranslation("desk");
  if (orders.length === 0) {
    return (
      <Text size="sm" c="dimmed" ta="center" py="lg">
        {t(`board.empty.${column}`)}
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      <ul className={classes.list}>
        {orders.map((order) => (
          <li key={order.id}>{card(order)}</li>
        ))}
      </ul>
      {more && (
        <TextLink to="/desk" search={{ view: "list", status: column }} size="sm" ta="center">
          {t("board.rest", { count: most })}
        </TextLink>
      )}
    </Stack>
  );
}

/** Orders that came in while the board is on screen. */
function useArrivals(): ReadonlySet<string> {
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useDeskEvent((event) => {
    if (event.__typename !== "OrderEvent" || event.gap) return;
    const { id } = event.order;
    if (event.kind === "ORDER_PLACED") setFresh((before) => new Set(before).add(id));
    else if (fresh.has(id)) setFresh((before) => new Set([...before].filter((other) => other !== id)));
  });
  return fresh;
}

function Outline() {
  return (
    <SimpleGrid cols={{ base: 1, lg: 4 }}>
      {columns.map((name) => (
        <Stack key={name} gap="xs">
          <Skeleton h={32} />
          <Skeleton h={130} />
          <Skeleton h={130} />
        </Stack>
      ))}
    </SimpleGrid>
  );
}
