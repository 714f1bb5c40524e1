import { Badge, Group, Stack, Text } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { TextLink } from "~/ui/links";
import type { CustomerQuery } from "../gql/graphql";
import { useAtLeast } from "../role";

type Person = NonNullable<CustomerQuery["desk"]["customer"]>;

const colors: Record<string, string> = { MEMBER: "pine", REQUESTED: "blue", INVITED: "blue", BANNED: "red" };

/** How a person stands to the clubs, and what these give together. */
export function ClubsPart({ person }: { person: Person }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const mayOpen = useAtLeast("MANAGER");
  if (person.memberships.length === 0) {
    return <Empty icon={IconUsersGroup} title={t("customer.noClubs")} text={t("customer.noClubsText")} />;
  }
  return (
    <Stack>
      <Privileges person={person} />
      {person.memberships.map((membership) => (
        <Card key={membership.club.id}>
          <Group justify="space-between" gap="xs">
            {mayOpen ? (
              <TextLink to="/desk/clubs/$slug" params={{ slug: membership.club.slug }} fw={600}>
                {membership.club.name}
              </TextLink>
            ) : (
              <Text fw={600}>{membership.club.name}</Text>
            )}
            <Group gap={6}>
              {membership.moderator && (
                <Badge variant="default" tt="none">
                  {t("customer.moderator")}
                </Badge>
              )}
              <Badge variant="light" color={colors[membership.state] ?? "gray"} tt="none" radius="sm">
                {t(`customer.member.${membership.state}`, { defaultValue: membership.state })}
              </Badge>
            </Group>
          </Group>
          <Text size="sm" c="dimmed">
            {t("customer.stateSince", { day: format.day(membership.since) })}
          </Text>
          {membership.graceUntil && (
            <Text size="sm" c="orange">
              {t("customer.graceUntil", { day: format.day(membership.graceUntil) })}
            </Text>
          )}
          {membership.reason && <Text size="sm">{membership.reason}</Text>}
        </Card>
      ))}
    </Stack>
  );
}

function Privileges({ person }: { person: Person }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const { pointsPercent, support, earlyBookingHours } = person.privileges;
  const gives = [
    pointsPercent !== 100 && t("customer.gives.points", { percent: format.percent(String(pointsPercent)) }),
    support !== "STANDARD" && t(`customer.gives.support.${support}`, { defaultValue: support }),
    earlyBookingHours > 0 && t("customer.gives.early", { time: format.duration(earlyBookingHours * 60) }),
  ].filter(Boolean);
  if (gives.length === 0) return null;
  return <Text size="sm">{t("customer.givesNow", { list: gives.join("; ") })}</Text>;
}
