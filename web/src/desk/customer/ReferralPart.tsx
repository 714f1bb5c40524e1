import { ActionIcon, Badge, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight, IconShare3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import type { CustomerReferralQuery } from "../gql/graphql";
import { type Branch, branches } from "./branch";
import { CustomerReferral } from "./documents";
import classes from "./ReferralPart.module.css";

type Referral = NonNullable<CustomerReferralQuery["desk"]["referral"]>;
type Twig = Referral["tree"][number];

const colors: Record<string, string> = { FLAGGED: "orange", VOIDED: "red" };

/** Who invited a person, and everyone who came by them. */
export function ReferralPart({ id }: { id: string }) {
  const { t } = useTranslation("desk");
  const [{ data, error }, read] = useQuery({ query: CustomerReferral, variables: { id } });
  const reread = () => read({ requestPolicy: "network-only" });
  return (
    <Loaded data={data?.desk.referral} error={error} retry={reread} skeleton={<Skeleton h={260} />}>
      {(referral) => (
        <Stack gap="lg">
          <Summary referral={referral} />
          {referral.tree.length === 0 ? (
            <Empty icon={IconShare3} title={t("friends.none")} text={t("friends.noneText", { code: referral.code })} />
          ) : (
            <Card>
              <Title order={2} size="h5" mb="xs">
                {t("friends.tree")}
              </Title>
              <Level list={branches(referral.tree)} />
            </Card>
          )}
        </Stack>
      )}
    </Loaded>
  );
}

function Summary({ referral }: { referral: Referral }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const { stats, invitedBy } = referral;
  const tiles: [string, string][] = [
    [t("friends.people"), format.count(stats.people)],
    [t("friends.active"), format.count(stats.active)],
    [t("friends.orders"), format.count(stats.orders)],
    [t("friends.points"), format.count(stats.points)],
  ];
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t("friends.code", { code: referral.code })}
        {invitedBy &&
          ` · ${t("friends.invitedBy", { name: invitedBy.name ?? t("friends.hiddenName"), day: format.day(invitedBy.since) })}`}
      </Text>
      {stats.people > 0 && (
        <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
          {tiles.map(([name, value]) => (
            <Card key={name}>
              <Text size="sm" c="dimmed">
                {name}
              </Text>
              <Text fw={700} size="lg">
                {value}
              </Text>
            </Card>
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

function Level({ list }: { list: readonly Branch<Twig>[] }) {
  return (
    <ul className={classes.level}>
      {list.map((branch) => (
        <Person key={branch.twig.person.id} branch={branch} />
      ))}
    </ul>
  );
}

function Person({ branch }: { branch: Branch<Twig> }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [opened, { toggle }] = useDisclosure(branch.twig.level === 1);
  const { person, hidden } = branch.twig;
  const name = person.customer?.name ?? person.name ?? t("customers.nameless");
  return (
    <li>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        {branch.below.length > 0 ? (
          <ActionIcon
            variant="subtle"
            size={28}
            onClick={toggle}
            aria-expanded={opened}
            aria-label={t("friends.unfold", { name })}
          >
            {opened ? <IconChevronDown size={18} /> : <IconChevronRight size={18} />}
          </ActionIcon>
        ) : (
          <span className={classes.leaf} />
        )}
        <div className={classes.person}>
          <Group gap={6}>
            {person.customer ? (
              <TextLink to="/desk/customers/$id" params={{ id: person.customer.id }} size="sm" fw={600}>
                {name}
              </TextLink>
            ) : (
              <Text size="sm" fw={600}>
                {name}
              </Text>
            )}
            {person.state !== "ACTIVE" && (
              <Badge size="sm" variant="light" color={colors[person.state] ?? "gray"} tt="none">
                {t(`friends.state.${person.state}`, { defaultValue: person.state })}
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {[
              t("friends.joined", { day: format.day(person.joinedAt) }),
              t("friends.ordersOf", { count: person.orders }),
              typeof person.points === "number" && t("friends.brought", { points: format.points(person.points) }),
              ...person.flags.map((flag) => t(`friends.flag.${flag}`, { defaultValue: flag })),
            ]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </div>
      </Group>
      {opened && branch.below.length > 0 && <Level list={branch.below} />}
      {hidden > 0 && (
        <Text size="xs" c="dimmed" className={classes.hidden}>
          {t("friends.hidden", { count: hidden })}
        </Text>
      )}
    </li>
  );
}
