import { Anchor, Avatar, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useBusiness } from "~/app/business";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { ButtonLink, TextLink } from "~/ui/links";
import type { DeskOrderQuery } from "../gql/graphql";

type Person = NonNullable<DeskOrderQuery["desk"]["order"]>["customer"];

/** Who ordered, beside the order: how to reach them and what they mean to the business. */
export function CustomerCard({ customer }: { customer: Person }) {
  const { t } = useTranslation("desk");
  return (
    <Card>
      <Title order={2} size="h5" mb="xs">
        {t("order.customerCard")}
      </Title>
      {customer ? (
        <Someone customer={customer} />
      ) : (
        <Text size="sm" c="dimmed">
          {t("order.noCustomer")}
        </Text>
      )}
    </Card>
  );
}

function Someone({ customer }: { customer: NonNullable<Person> }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const currencyCode = useBusiness()?.currencyCode;
  const { figures, wallet } = customer;
  const clubs = customer.memberships.filter((membership) => membership.state === "MEMBER");
  const rows: [string, string][] = [[t("order.figurePoints"), format.points(wallet.active)]];
  if (figures) {
    rows.unshift([t("order.figureOrders"), format.count(figures.completedOrders)]);
    if (currencyCode) rows.unshift([t("order.figureNet"), format.money({ amount: figures.net, currencyCode })]);
  }
  rows.push([t("order.figureSince"), format.day(customer.createdAt)]);
  return (
    <Stack gap="sm">
      <Group wrap="nowrap" gap="sm">
        <Avatar color="pine" radius="xl" name={customer.name ?? ""} alt="" />
        <Stack gap={0} miw={0}>
          <TextLink to="/desk/customers/$id" params={{ id: customer.id }} fw={600}>
            {customer.name ?? customer.phone ?? customer.email ?? customer.externalNumber ?? t("order.anonymous")}
          </TextLink>
          {customer.phone && (
            <Anchor href={`tel:${customer.phone}`} size="sm">
              {customer.phone}
            </Anchor>
          )}
          {customer.email && (
            <Anchor href={`mailto:${customer.email}`} size="sm">
              {customer.email}
            </Anchor>
          )}
        </Stack>
      </Group>
      <Stack gap={4}>
        {rows.map(([name, value]) => (
          <Group key={name} justify="space-between" wrap="nowrap">
            <Text size="sm" c="dimmed">
              {name}
            </Text>
            <Text size="sm">{value}</Text>
          </Group>
        ))}
        {clubs.length > 0 && (
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Text size="sm" c="dimmed">
              {t("order.clubs")}
            </Text>
            <Text size="sm" ta="right">
              {clubs.map(({ club }) => club.name).join(", ")}
            </Text>
          </Group>
        )}
      </Stack>
      <ButtonLink to="/desk/customers/$id" params={{ id: customer.id }} variant="light" size="sm">
        {t("order.openCustomer")}
      </ButtonLink>
    </Stack>
  );
}
