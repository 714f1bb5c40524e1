import { Box, Group, SegmentedControl, Skeleton, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconChevronRight, IconUserPlus } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { FailureNote, Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Section } from "~/ui/Section";
import { useCustomerEvent } from "../events";
import { Children, Tree } from "./documents";
import type { FriendFragment, ReferralOrder } from "./gql/graphql";
import classes from "./People.module.css";
import { StateBadge } from "./StateBadge";
import { type Below, below } from "./tree";

type Known = Map<string, Below<FriendFragment>>;

/** The people whom the customer invited; those below them unfold level by level. */
export function People() {
  const { t } = useTranslation("personal");
  const [orderBy, setOrderBy] = useState<ReferralOrder>("JOINED_AT");
  return (
    <Section
      title={t("friends.people")}
      gap="md"
      actions={
        <SegmentedControl
          aria-label={t("friends.sorting")}
          value={orderBy}
          onChange={(value) => setOrderBy(value as ReferralOrder)}
          data={(["JOINED_AT", "POINTS"] as const).map((value) => ({ value, label: t(`friends.by.${value}`) }))}
        />
      }
    >
      <Direct key={orderBy} orderBy={orderBy} />
    </Section>
  );
}

function Direct({ orderBy }: { orderBy: ReferralOrder }) {
  const { t } = useTranslation("personal");
  const [unfolded, setUnfolded] = useState(false);
  const list = useList(Children, { orderBy }, (d) => d.viewer.customer?.referral.children);
  const [tree, readTree] = useQuery({ query: Tree, pause: !unfolded });
  useCustomerEvent((event) => {
    if (event.__typename !== "ReferralEvent" && !event.gap) return;
    list.renew();
    if (unfolded) readTree({ requestPolicy: "network-only" });
  });
  const known: Known = below(tree.data?.viewer.customer?.referral.tree ?? []);
  return (
    <Loaded
      data={list.data?.viewer.customer?.referral.children.nodes}
      error={list.error}
      retry={list.retry}
      skeleton={<Skeleton h={150} />}
    >
      {(people) => (
        <Stack>
          {people.length === 0 && (
            <Empty icon={IconUserPlus} title={t("friends.nobody")} text={t("friends.nobodyText")} />
          )}
          {tree.error && <FailureNote error={tree.error} retry={() => readTree({ requestPolicy: "network-only" })} />}
          <Level
            people={people}
            level={1}
            known={known}
            reading={tree.fetching && !tree.data}
            onUnfold={() => setUnfolded(true)}
          />
          <More {...list.more} />
        </Stack>
      )}
    </Loaded>
  );
}

type Shared = { known: Known; reading: boolean; onUnfold: () => void };

function Level({ people, level, ...shared }: { people: readonly FriendFragment[]; level: number } & Shared) {
  return (
    <ul className={classes.level} data-nested={level > 1 || undefined}>
      {people.map((person) => (
        <li key={person.id}>
          <Person person={person} level={level} {...shared} />
        </li>
      ))}
    </ul>
  );
}

function Person({ person, level, ...shared }: { person: FriendFragment; level: number } & Shared) {
  const { t } = useTranslation("personal");
  const [open, setOpen] = useState(false);
  const id = useId();
  const inside = shared.known.get(person.id);
  const toggle = () => {
    shared.onUnfold();
    setOpen(!open);
  };
  if (person.people === 0) return <Line person={person} />;
  return (
    <>
      <UnstyledButton className={classes.fold} aria-expanded={open} aria-controls={id} onClick={toggle}>
        <IconChevronRight size={18} aria-hidden className={classes.arrow} data-open={open || undefined} />
        <Line person={person} />
      </UnstyledButton>
      <div id={id} hidden={!open}>
        {open && shared.reading && <Skeleton h={44} ml="lg" />}
        {open && inside && (
          <>
            <Level people={inside.branches.map((branch) => branch.person)} level={level + 1} {...shared} />
            {inside.hidden > 0 && (
              <Text size="sm" c="dimmed" ml="xl">
                {t("friends.hidden", { count: inside.hidden })}
              </Text>
            )}
          </>
        )}
        {open && !inside && !shared.reading && (
          <Text size="sm" c="dimmed" ml="xl">
            {t("friends.deeper", { count: person.people })}
          </Text>
        )}
      </div>
    </>
  );
}

function Line({ person }: { person: FriendFragment }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const facts = [
    t("friends.joined", { day: format.day(person.joinedAt) }),
    person.orders > 0 ? t("friends.orders", { count: person.orders }) : t("friends.noOrders"),
    person.people > 0 && t("friends.invitedCount", { count: person.people }),
  ].filter(Boolean);
  return (
    <Box className={classes.line}>
      <div>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {person.name ?? t("friends.hiddenName")}
          </Text>
          <StateBadge state={person.state} />
        </Group>
        <Text size="sm" c="dimmed">
          {facts.join(" · ")}
        </Text>
        {person.reason && <Text size="sm">{person.reason}</Text>}
      </div>
      {person.points !== null && person.points !== undefined && person.points > 0 && (
        <Text size="sm" fw={600} c="pine" style={{ whiteSpace: "nowrap" }}>
          +{format.count(person.points)}
        </Text>
      )}
    </Box>
  );
}
