import { Badge, Drawer, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { PageSkeleton } from "~/ui/PageSkeleton";
import type { BranchQuery } from "../gql/graphql";
import { Branch } from "./documents";
import { grow, type Twig } from "./tree";

type Row = NonNullable<BranchQuery["desk"]["referral"]>["tree"][number];

/** Everybody whom a customer brought, three levels deep. */
export function Branches({ customerId, name, onClose }: { customerId: string; name: string; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [{ data, error }, read] = useQuery({ query: Branch, variables: { customerId } });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(34rem, 100vw)"
      title={t("referrals.branchOf", { name })}
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <Loaded data={data?.desk.referral} error={error} retry={read} skeleton={<PageSkeleton />}>
        {({ code, stats, tree }) => (
          <Stack>
            <Text size="sm">
              {t("referrals.stats", {
                people: format.count(stats.people),
                active: format.count(stats.active),
                orders: format.count(stats.orders),
                points: format.points(stats.points),
              })}
            </Text>
            <Text size="sm" c="dimmed">
              {t("referrals.code", { code })}
            </Text>
            <Twigs twigs={grow(tree)} />
          </Stack>
        )}
      </Loaded>
    </Drawer>
  );
}

function Twigs({ twigs }: { twigs: readonly Twig<Row>[] }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  return (
    <List spacing="xs" size="sm" withPadding>
      {twigs.map(({ row: { person, hidden }, below }) => (
        <List.Item key={person.id}>
          <Group gap="xs">
            {person.customer ? (
              <TextLink to="/desk/customers/$id" params={{ id: person.customer.id }} size="sm">
                {person.name || t("members.nameless")}
              </TextLink>
            ) : (
              <Text size="sm">{person.name || t("members.nameless")}</Text>
            )}
            {person.state !== "ACTIVE" && (
              <Badge color={person.state === "VOIDED" ? "gray" : "orange"} variant="light" tt="none" radius="sm">
                {t(`referrals.state.${person.state}`, { defaultValue: person.state })}
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {t("referrals.brought", { count: person.orders, points: format.points(person.points ?? 0) })}
          </Text>
          {below.length > 0 && <Twigs twigs={below} />}
          {hidden > 0 && (
            <Text size="xs" c="dimmed">
              {t("referrals.hidden", { count: hidden })}
            </Text>
          )}
        </List.Item>
      ))}
    </List>
  );
}
