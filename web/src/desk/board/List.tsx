import { Button, Chip, Group, SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { useMediaQuery } from "@mantine/hooks";
import { IconReceiptOff } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { useFresh } from "../events";
import type { DeskOrdersQuery } from "../gql/graphql";
import { OrderRows } from "../order/OrderRows";
import { OrdersQuery } from "./documents";
import { type Filters, ordersAsked, sorts, statuses, wantedStatuses } from "./filters";

const route = getRouteApi("/desk/");

/** All orders with filters, page by page: also those that are done or were called off. */
export function List() {
  const filters = route.useSearch();
  const format = useFormat();
  const asked = ordersAsked(filters, format.zone);
  return (
    <Stack>
      <FilterBar filters={filters} />
      <Found key={JSON.stringify(asked)} {...asked} />
    </Stack>
  );
}

function FilterBar({ filters }: { filters: Filters }) {
  const { t } = useTranslation("desk");
  const navigate = route.useNavigate();
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const [days, setDays] = useState<[string | null, string | null]>([filters.from ?? null, filters.to ?? null]);
  const change = (next: Filters) =>
    void navigate({
      search: (before) => Object.fromEntries(Object.entries({ ...before, ...next }).filter(([, v]) => v)),
      replace: true,
    });
  const chosen = wantedStatuses(filters.status);
  return (
    <Stack gap="sm">
      <Chip.Group multiple value={chosen} onChange={(value) => change({ status: value.join(",") })}>
        <Group gap={6} role="group" aria-label={t("board.filterStatus")}>
          {statuses.map((status) => (
            <Chip key={status} value={status} size="sm">
              {t(`orderStatus.${status}`, { ns: "app" })}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Group gap="sm">
        <DatePickerInput
          type="range"
          aria-label={t("board.filterPlaced")}
          placeholder={t("board.filterPlaced")}
          value={days}
          onChange={(value) => {
            setDays(value);
            if (!value[0] === !value[1]) change({ from: value[0] ?? "", to: value[1] ?? "" });
          }}
          allowSingleDateInRange
          clearable
          dropdownType={phone ? "modal" : "popover"}
          miw={240}
        />
        <SegmentedControl
          aria-label={t("board.sort")}
          value={sorts.find((sort) => sort === filters.sort) ?? "placed"}
          onChange={(sort) => change({ sort: sort === "placed" ? "" : sort })}
          data={sorts.map((value) => ({ value, label: t(`board.sortBy.${value}`) }))}
        />
        {(filters.status || filters.from) && (
          <Button
            variant="subtle"
            size="sm"
            onClick={() => {
              setDays([null, null]);
              change({ status: "", from: "", to: "" });
            }}
          >
            {t("board.filterClear")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Found(asked: ReturnType<typeof ordersAsked>) {
  const { data, error, retry, renew, more } = useList(OrdersQuery, asked, (answer) => answer.desk.orders);
  useFresh((event) => event.__typename === "OrderEvent", renew);
  return (
    <Loaded data={data?.desk.orders} error={error} retry={retry} skeleton={<Outline />}>
      {(orders) => (
        <Stack>
          <Rows orders={orders.nodes} />
          <More {...more} />
        </Stack>
      )}
    </Loaded>
  );
}

function Rows({ orders }: { orders: DeskOrdersQuery["desk"]["orders"]["nodes"] }) {
  const { t } = useTranslation("desk");
  if (orders.length === 0)
    return <Empty icon={IconReceiptOff} title={t("board.nothing")} text={t("board.nothingText")} />;
  return <OrderRows orders={orders} customers />;
}

function Outline() {
  return (
    <Stack gap="xs">
      {["a", "b", "c", "d", "e", "f"].map((row) => (
        <Skeleton key={row} h={44} />
      ))}
    </Stack>
  );
}
