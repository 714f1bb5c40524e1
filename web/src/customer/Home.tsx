import { Anchor, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconChevronRight, IconCoins, IconGift, IconUsersGroup } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useBusiness } from "~/app/business";
import { useSession } from "~/app/session";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Loaded } from "~/ui/Loaded";
import { BlockLink, ButtonLink, TextLink } from "~/ui/links";
import { OrderStatus } from "~/ui/OrderStatus";
import { Page } from "~/ui/Page";
import { Section } from "~/ui/Section";
import { useCustomerEvent } from "./events";
import { graphql } from "./gql";
import type { HomeQuery } from "./gql/graphql";
import { ProductGrid, ProductGridSkeleton } from "./ProductGrid";

const Home_ = graphql(`
  query Home {
    viewer {
      customer {
        id
        name
        orders(first: 5, where: { status: { oneOf: [NEW, CONFIRMED, IN_PROGRESS, READY] } }) {
          nodes { id number status promisedAt promiseState total { amount currencyCode } lines { id name quantity } }
        }
        wallet { id active pending expiringPoints(within: 30) }
        memberships { state club { id slug name unreadCount } }
        referral { canClaim }
      }
    }
  }
`);

const HomeProducts = graphql(`
  query HomeProducts {
    products(first: 8) {
      nodes { ...ProductCard }
    }
  }
`);

type Person = NonNullable<HomeQuery["viewer"]["customer"]>;

/** The first screen: who you are, what happens next, and what to expect. */
export function Home() {
  const { t } = useTranslation("customer");
  const session = useSession();
  const customer = session.state === "signedIn" ? session.viewer.customer : undefined;
  const first = customer?.name?.split(" ")[0];
  return (
    <Page title={first ? t("home.hello", { name: first }) : t("home.helloStranger")}>
      {customer ? <Own /> : <SignInLead />}
      <Products />
      <Expect />
    </Page>
  );
}

function Own() {
  const [{ data, error }, read] = useQuery({ query: Home_ });
  useCustomerEvent(() => read({ requestPolicy: "network-only" }));
  return (
    <Loaded
      data={data?.viewer.customer}
      error={error}
      retry={() => read({ requestPolicy: "network-only" })}
      skeleton={
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Skeleton h={180} />
          <Skeleton h={180} />
        </SimpleGrid>
      }
    >
      {(person) => (
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <OpenOrders person={person} />
          <Stack>
            <Points person={person} />
            <Unread person={person} />
          </Stack>
        </SimpleGrid>
      )}
    </Loaded>
  );
}

function OpenOrders({ person }: { person: Person }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const orders = person.orders.nodes;
  const promise = (order: (typeof orders)[number]) => {
    if (!order.promisedAt) return t("home.promisedNothing");
    return t(order.promiseState === "BROKEN" ? "home.late" : "home.promised", { when: format.when(order.promisedAt) });
  };
  return (
    <Section
      title={t("home.next")}
      actions={
        <TextLink to="/orders" size="sm">
          {t("home.allOrders")}
        </TextLink>
      }
    >
      {orders.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("home.nothing")}
        </Text>
      )}
      {orders.map((order) => (
        <BlockLink key={order.id} to="/orders/$number" params={{ number: order.number }}>
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Stack gap={2} miw={0}>
              <Text fw={600} size="sm" truncate>
                {order.lines.map((line) => line.name).join(", ")}
              </Text>
              <Text size="sm" c={order.promiseState === "BROKEN" ? "red" : "dimmed"}>
                {promise(order)}
              </Text>
            </Stack>
            <Group gap={4} wrap="nowrap">
              <OrderStatus status={order.status} />
              <IconChevronRight size={16} aria-hidden />
            </Group>
          </Group>
        </BlockLink>
      ))}
    </Section>
  );
}

function Points({ person }: { person: Person }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const { wallet } = person;
  return (
    <Card>
      <Group justify="space-between" wrap="nowrap">
        <BlockLink to="/wallet">
          <Group gap="sm" wrap="nowrap">
            <IconCoins size={28} aria-hidden />
            <div>
              <Text size="sm" c="dimmed">
                {t("home.points")}
              </Text>
              <Text fw={700} size="xl">
                {format.points(wallet.active)}
              </Text>
              {wallet.expiringPoints > 0 && (
                <Text size="sm" c="orange">
                  {t("home.burning", { points: format.points(wallet.expiringPoints) })}
                </Text>
              )}
            </div>
          </Group>
        </BlockLink>
        {wallet.active > 0 && (
          <ButtonLink to="/catalogue" variant="light" size="sm">
            {t("home.spend")}
          </ButtonLink>
        )}
      </Group>
    </Card>
  );
}

function Unread({ person }: { person: Person }) {
  const { t } = useTranslation("customer");
  const unread = person.memberships.filter((m) => m.state === "MEMBER" && m.club.unreadCount > 0);
  return (
    <Card>
      <Stack gap="sm">
        {unread.map(({ club }) => (
          <Group key={club.id} gap="sm" wrap="nowrap">
            <IconUsersGroup size={20} aria-hidden />
            <TextLink to="/clubs/$slug" params={{ slug: club.slug }} size="sm">
              {t("home.unreadIn", { club: club.name, count: club.unreadCount })}
            </TextLink>
          </Group>
        ))}
        <Group justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <IconGift size={20} aria-hidden />
            <Text size="sm">{t("home.invite")}</Text>
          </Group>
          <ButtonLink to="/referral" variant="light" size="xs">
            {t("home.inviteAction")}
          </ButtonLink>
        </Group>
      </Stack>
    </Card>
  );
}

function SignInLead() {
  const { t } = useTranslation("customer");
  const business = useBusiness();
  return (
    <Card p="lg">
      <Stack align="flex-start">
        <Text>{business?.description ?? "\u00a0"}</Text>
        <Text c="dimmed" size="sm">
          {t("home.signInLead")}
        </Text>
        <ButtonLink to="/sign-in">{t("action.signIn", { ns: "app" })}</ButtonLink>
      </Stack>
    </Card>
  );
}

function Products() {
  const { t } = useTranslation("customer");
  const [{ data, error }, read] = useQuery({ query: HomeProducts });
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t("home.popular")}
        </Title>
        <TextLink to="/catalogue" size="sm">
          {t("home.all")}
        </TextLink>
      </Group>
      <Loaded data={data?.products.nodes} error={error} retry={read} skeleton={<ProductGridSkeleton count={8} />}>
        {(products) => <ProductGrid products={products} />}
      </Loaded>
    </Stack>
  );
}

function Expect() {
  const { t } = useTranslation("customer");
  const business = useBusiness();
  if (!business) return null;
  return (
    <Section title={t("home.expect")} gap="xs">
      <Text size="sm">{t("home.expectConfirm")}</Text>
      <Text size="sm">{t("home.expectPoints", { count: business.pointsProgram.returnWindowDays })}</Text>
      <Text size="sm">
        {t("home.expectContact")} {business.phone && <Anchor href={`tel:${business.phone}`}>{business.phone}</Anchor>}
        {business.phone && business.email && ", "}
        {business.email && <Anchor href={`mailto:${business.email}`}>{business.email}</Anchor>}
      </Text>
    </Section>
  );
}
