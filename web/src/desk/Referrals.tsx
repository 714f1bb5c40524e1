import { Button, Group, Select, Skeleton, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { IconShare3, IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { Section } from "~/ui/Section";
import { useFresh } from "./events";
import type { TopInviterOrder } from "./gql/graphql";
import { Branches } from "./referrals/Branches";
import { FlaggedReferrals, TopInviters } from "./referrals/documents";
import { Flagged } from "./referrals/Flagged";

/** Invitations: those that need a person's look, and who invites most. */
export function Referrals() {
  const { t } = useTranslation("desk");
  return (
    <Page title={t("referrals.title")}>
      <Waiting />
      <Top />
    </Page>
  );
}

function Waiting() {
  const { t } = useTranslation("desk");
  const { data, error, retry, renew, more } = useList(FlaggedReferrals, {}, (d) => d.desk.flaggedReferrals);
  useFresh((event) => event.__typename === "ReferralEvent", renew);
  return (
    <Section title={t("referrals.flagged")} hint={t("referrals.flaggedHint")}>
      <Loaded data={data?.desk.flaggedReferrals.nodes} error={error} retry={retry} skeleton={<Skeleton h={160} />}>
        {(flagged) => {
          const waiting = flagged.filter((person) => person.state === "FLAGGED");
          if (waiting.length === 0) {
            return (
              <Empty icon={IconShieldCheck} title={t("referrals.noneFlagged")} text={t("referrals.noneFlaggedText")} />
            );
          }
          return (
            <Stack gap="md">
              {waiting.map((person) => (
                <Flagged key={person.id} person={person} onDone={renew} />
              ))}
              <More {...more} />
            </Stack>
          );
        }}
      </Loaded>
    </Section>
  );
}

const orders: readonly TopInviterOrder[] = ["PEOPLE", "POINTS"];

function Top() {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [orderBy, setOrderBy] = useState<TopInviterOrder>("PEOPLE");
  const [branch, setBranch] = useState<{ id: string; name: string }>();
  const { data, error, retry, more } = useList(TopInviters, { orderBy }, (d) => d.desk.topInviters);
  return (
    <Section
      title={t("referrals.top")}
      actions={
        <Select
          aria-label={t("referrals.orderBy")}
          value={orderBy}
          allowDeselect={false}
          onChange={(value) => value && setOrderBy(value as TopInviterOrder)}
          data={orders.map((value) => ({ value, label: t(`referrals.by.${value}`) }))}
        />
      }
    >
      <Loaded data={data?.desk.topInviters.nodes} error={error} retry={retry} skeleton={<Skeleton h={280} />}>
        {(inviters) =>
          inviters.length === 0 ? (
            <Empty icon={IconShare3} title={t("referrals.none")} text={t("referrals.noneText")} />
          ) : (
            <Stack>
              <Table verticalSpacing="sm">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("referrals.inviter")}</Table.Th>
                    <Table.Th ta="right" style={{ whiteSpace: "nowrap" }}>
                      {t("referrals.people")}
                    </Table.Th>
                    <Table.Th ta="right" visibleFrom="sm">
                      {t("referrals.points")}
                    </Table.Th>
                    <Table.Th ta="right">
                      <Text span inherit visibleFrom="sm">
                        {t("variant.actions")}
                      </Text>
                      <VisuallyHidden hiddenFrom="sm">{t("variant.actions")}</VisuallyHidden>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {inviters.map(({ customer, people, points }) => {
                    const name = customer.name || customer.email || customer.phone || t("members.nameless");
                    return (
                      <Table.Tr key={customer.id}>
                        <Table.Td>
                          <TextLink to="/desk/customers/$id" params={{ id: customer.id }} fw={600} c="inherit">
                            {name}
                          </TextLink>
                          <Text size="xs" c="dimmed" hiddenFrom="sm">
                            {format.points(points)}
                          </Text>
                        </Table.Td>
                        <Table.Td ta="right">{format.count(people)}</Table.Td>
                        <Table.Td ta="right" visibleFrom="sm">
                          {format.count(points)}
                        </Table.Td>
                        <Table.Td>
                          <Group justify="flex-end">
                            <Button
                              size="xs"
                              h={36}
                              variant="default"
                              onClick={() => setBranch({ id: customer.id, name })}
                              aria-label={t("referrals.branchOf", { name })}
                            >
                              {t("referrals.branch")}
                            </Button>
                          </Group>
                        </Table.Td>
                      </Table.Tr>
                    );
                  })}
                </Table.Tbody>
              </Table>
              <More {...more} />
            </Stack>
          )
        }
      </Loaded>
      {branch && <Branches customerId={branch.id} name={branch.name} onClose={() => setBranch(undefined)} />}
    </Section>
  );
}
