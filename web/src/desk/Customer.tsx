import { Anchor, Badge, Group, SimpleGrid, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { IconArrowLeft, IconUserOff } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useBusiness } from "~/app/business";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { ButtonLink, TextLink } from "~/ui/links";
import { Page } from "~/ui/Page";
import classes from "./Customer.module.css";
import { ClubsPart } from "./customer/ClubsPart";
import { DevicesPart } from "./customer/DevicesPart";
import { CustomerQuery } from "./customer/documents";
import { OrdersPart } from "./customer/OrdersPart";
import { ReferralPart } from "./customer/ReferralPart";
import { WalletPart } from "./customer/WalletPart";
import { useFresh } from "./events";
import type { CustomerQuery as Answer } from "./gql/graphql";

const route = getRouteApi("/desk/customers/$id");

type Person = NonNullable<Answer["desk"]["customer"]>;

/** Everything of one person: figures, orders, points, clubs, those they invited, and their devices. */
export function Customer() {
  const { t } = useTranslation("desk");
  const { id } = route.useParams();
  const [{ data, error }, read] = useQuery({ query: CustomerQuery, variables: { id } });
  const reread = () => read({ requestPolicy: "network-only" });
  useFresh((event) => event.__typename === "OrderEvent" && event.order.customer?.id === id, reread);
  return (
    <Stack gap="xs">
      <TextLink to="/desk/customers" size="sm">
        <Group gap={4} component="span" wrap="nowrap">
          <IconArrowLeft size={16} aria-hidden />
          {t("customer.back")}
        </Group>
      </TextLink>
      <Loaded data={data?.desk} error={error} retry={reread} skeleton={<Outline />}>
        {({ customer }) =>
          customer ? (
            <Found key={customer.id} person={customer} />
          ) : (
            <Page title={t("customer.title")}>
              <Empty
                icon={IconUserOff}
                title={t("customer.missing")}
                text={t("customer.missingText")}
                action={<ButtonLink to="/desk/customers">{t("customer.back")}</ButtonLink>}
              />
            </Page>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Found({ person }: { person: Person }) {
  const { t } = useTranslation("desk");
  return (
    <Page title={person.name ?? person.phone ?? person.email ?? person.externalNumber ?? t("customers.nameless")}>
      <Contacts person={person} />
      <Figures person={person} />
      <Tabs defaultValue="orders" keepMounted={false}>
        <Tabs.List mb="md" className={classes.tabs}>
          {(["orders", "points", "clubs", "friends", "devices"] as const).map((part) => (
            <Tabs.Tab key={part} value={part} h={44}>
              {t(`customer.part.${part}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="orders">
          <OrdersPart id={person.id} />
        </Tabs.Panel>
        <Tabs.Panel value="points">
          <WalletPart id={person.id} />
        </Tabs.Panel>
        <Tabs.Panel value="clubs">
          <ClubsPart person={person} />
        </Tabs.Panel>
        <Tabs.Panel value="friends">
          <ReferralPart id={person.id} />
        </Tabs.Panel>
        <Tabs.Panel value="devices">
          <DevicesPart devices={person.devices} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Contacts({ person }: { person: Person }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  return (
    <Group gap="4px 16px">
      {person.phone && (
        <Anchor href={`tel:${person.phone}`} size="sm">
          {person.phone}
        </Anchor>
      )}
      {person.email && (
        <Anchor href={`mailto:${person.email}`} size="sm">
          {person.email}
        </Anchor>
      )}
      <Text size="sm" c="dimmed">
        {t("customer.since", { day: format.day(person.createdAt) })}
      </Text>
      <Text size="sm" c="dimmed">
        {t("customer.speaks", { language: t(`language.${person.locale}`, { ns: "app", defaultValue: person.locale }) })}
      </Text>
      {person.timeZone && (
        <Text size="sm" c="dimmed">
          {person.timeZone}
        </Text>
      )}
      {person.externalNumber && (
        <Badge variant="default" tt="none" fw={500}>
          {t("customers.external", { number: person.externalNumber })}
        </Badge>
      )}
    </Group>
  );
}

function Figures({ person }: { person: Person }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const currencyCode = useBusiness()?.currencyCode;
  const { figures, wallet } = person;
  const money = (amount: string) => (currencyCode ? format.money({ amount, currencyCode }) : "");
  const tiles: { name: string; value: string; more?: string | undefined }[] = [];
  if (figures) {
    tiles.push({
      name: t("customer.net"),
      value: money(figures.net),
      more: Number(figures.refunded) > 0 ? t("customer.refunded", { money: money(figures.refunded) }) : undefined,
    });
    tiles.push({ name: t("customer.completed"), value: format.count(figures.completedOrders) });
    tiles.push({
      name: t("customer.lastOrder"),
      value: figures.lastOrderAt ? format.day(figures.lastOrderAt) : "—",
    });
  }
  tiles.push({
    name: t("customer.points"),
    value: format.count(wallet.active),
    more:
      wallet.expiringPoints > 0 ? t("customer.burning", { points: format.points(wallet.expiringPoints) }) : undefined,
  });
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      {tiles.map((tile) => (
        <Card key={tile.name}>
          <Text size="sm" c="dimmed">
            {tile.name}
          </Text>
          <Text fw={700} size="xl">
            {tile.value}
          </Text>
          {tile.more && (
            <Text size="xs" c="dimmed">
              {tile.more}
            </Text>
          )}
        </Card>
      ))}
    </SimpleGrid>
  );
}

function Outline() {
  const { t } = useTranslation("desk");
  return (
    <Page title={t("customer.title")}>
      <Skeleton h={20} w={320} maw="100%" />
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <Skeleton h={90} />
        <Skeleton h={90} />
        <Skeleton h={90} />
        <Skeleton h={90} />
      </SimpleGrid>
      <Skeleton h={44} />
      <Skeleton h={240} />
    </Page>
  );
}
