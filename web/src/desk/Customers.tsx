import { CloseButton, Group, SegmentedControl, Skeleton, Stack, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback, useMediaQuery } from "@mantine/hooks";
import { IconSearch, IconUserOff } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBusiness } from "~/app/business";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { BlockLink, TextLink } from "~/ui/links";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { CustomersQuery } from "./customer/documents";
import type { CustomersQuery as Answer, CustomerOrder } from "./gql/graphql";
import classes from "./order/OrderRows.module.css";

const route = getRouteApi("/desk/customers");

type Person = Answer["desk"]["customers"]["nodes"][number];

const sorts = ["newest", "oldest", "net"] as const;
const orders: Record<(typeof sorts)[number], CustomerOrder> = {
  newest: { field: "CREATED_AT", direction: "DESC" },
  oldest: { field: "CREATED_AT", direction: "ASC" },
  net: { field: "NET", direction: "DESC" },
};

/** Customers, found as one types: by name, phone, e-mail address or number. */
export function Customers() {
  const { t } = useTranslation("desk");
  const { search = "", sort } = route.useSearch();
  const chosen = sorts.find((one) => one === sort) ?? "newest";
  return (
    <Page title={t("customers.title")}>
      <Bar search={search} sort={chosen} />
      <Found search={search} sort={chosen} />
    </Page>
  );
}

function Bar({ search, sort }: { search: string; sort: (typeof sorts)[number] }) {
  const { t } = useTranslation("desk");
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search);
  const find = useDebouncedCallback((value: string) => {
    void navigate({
      search: ({ search: _, ...others }) => (value.trim() ? { ...others, search: value.trim() } : others),
      replace: true,
    });
  }, 250);
  const type = (value: string) => {
    setTyped(value);
    find(value);
  };
  return (
    <Group gap="sm">
      <TextInput
        type="search"
        aria-label={t("customers.search")}
        placeholder={t("customers.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          typed && <CloseButton size="sm" aria-label={t("customers.searchClear")} onClick={() => type("")} />
        }
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        flex="1 1 16rem"
        maw={480}
      />
      <SegmentedControl
        aria-label={t("board.sort")}
        value={sort}
        onChange={(value) =>
          void navigate({
            search: ({ sort: _, ...others }) => (value === "newest" ? others : { ...others, sort: value }),
            replace: true,
          })
        }
        data={sorts.map((value) => ({ value, label: t(`customers.sortBy.${value}`) }))}
      />
    </Group>
  );
}

/** The people of one search. Those of the search before stay on screen until these are there. */
function Found({ search, sort }: { search: string; sort: (typeof sorts)[number] }) {
  const { t } = useTranslation("desk");
  const variables = { orderBy: orders[sort], ...(search && { search }) };
  const { data, error, retry, more } = useList(CustomersQuery, variables, (answer) => answer.desk.customers);
  return (
    <Loaded data={data?.desk.customers.nodes} error={error} retry={retry} skeleton={<Outline />}>
      {(people) =>
        people.length === 0 ? (
          <Empty icon={IconUserOff} title={t("customers.nobody")} text={t("customers.nobodyText")} />
        ) : (
          <Stack>
            <People people={people} />
            <More {...more} />
          </Stack>
        )
      }
    </Loaded>
  );
}

function usePerson() {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const currencyCode = useBusiness()?.currencyCode;
  return (person: Person) => ({
    name: person.name ?? person.phone ?? person.email ?? person.externalNumber ?? t("customers.nameless"),
    orders: format.count(person.figures?.completedOrders ?? 0),
    net: currencyCode ? format.money({ amount: person.figures?.net ?? "0", currencyCode }) : "",
    last: person.figures?.lastOrderAt ? format.day(person.figures.lastOrderAt) : "—",
    since: format.day(person.createdAt),
  });
}

function People({ people }: { people: readonly Person[] }) {
  const phone = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  return phone ? <Cards people={people} /> : <Rows people={people} />;
}

function Rows({ people }: { people: readonly Person[] }) {
  const { t } = useTranslation("desk");
  const navigate = useNavigate();
  const told = usePerson();
  return (
    <Table.ScrollContainer minWidth={680}>
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("customers.name")}</Table.Th>
            <Table.Th>{t("customers.contacts")}</Table.Th>
            <Table.Th>{t("customers.since")}</Table.Th>
            <Table.Th>{t("customers.lastOrder")}</Table.Th>
            <Table.Th ta="right" className={classes.whole}>
              {t("customers.orders")}
            </Table.Th>
            <Table.Th ta="right">{t("customers.net")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((person) => {
            const { name, orders: done, net, last, since } = told(person);
            return (
              <Table.Tr
                key={person.id}
                className={classes.row}
                onClick={(event) => {
                  if ((event.target as HTMLElement).closest("a")) return;
                  void navigate({ to: "/desk/customers/$id", params: { id: person.id } });
                }}
              >
                <Table.Td>
                  <TextLink to="/desk/customers/$id" params={{ id: person.id }} size="sm" fw={600}>
                    {name}
                  </TextLink>
                  {person.externalNumber && (
                    <Text size="xs" c="dimmed">
                      {t("customers.external", { number: person.externalNumber })}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Text size="sm">{person.phone}</Text>
                  <Text size="xs" c="dimmed">
                    {person.email}
                  </Text>
                </Table.Td>
                <Table.Td className={classes.whole}>{since}</Table.Td>
                <Table.Td className={classes.whole}>{last}</Table.Td>
                <Table.Td ta="right">{done}</Table.Td>
                <Table.Td ta="right" className={classes.whole}>
                  {net}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Cards({ people }: { people: readonly Person[] }) {
  const { t } = useTranslation("desk");
  const told = usePerson();
  return (
    <Stack gap="xs">
      {people.map((person) => {
        const { name, orders: done, net, last } = told(person);
        return (
          <Card key={person.id} p="sm">
            <BlockLink to="/desk/customers/$id" params={{ id: person.id }} display="block" w="100%">
              <Group justify="space-between" wrap="nowrap" gap="sm">
                <Text fw={650} size="sm" truncate>
                  {name}
                </Text>
                <Text size="sm" fw={600} className={classes.whole}>
                  {net}
                </Text>
              </Group>
              <Text size="xs" c="dimmed">
                {[person.phone, person.email].filter(Boolean).join(" · ")}
              </Text>
              <Text size="xs" c="dimmed">
                {t("customers.brief", { orders: done, last })}
              </Text>
            </BlockLink>
          </Card>
        );
      })}
    </Stack>
  );
}

function Outline() {
  return (
    <Stack gap="xs">
      {["a", "b", "c", "d", "e", "f"].map((row) => (
        <Skeleton key={row} h={52} />
      ))}
    </Stack>
  );
}
