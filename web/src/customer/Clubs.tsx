import { Badge, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { Page } from "~/ui/Page";
import { Picture } from "~/ui/Picture";
import { isOwn } from "./clubs/club";
import { ClubsPage } from "./clubs/documents";
import type { ClubCardFragment } from "./clubs/gql/graphql";
import { Progress } from "./clubs/Progress";
import { Standing } from "./clubs/Standing";
import { Steps } from "./clubs/Steps";
import { useCustomerEvent } from "./events";

/** The clubs the customer is in, and those one could enter. */
export function Clubs() {
  const { t } = useTranslation("personal");
  const [{ data, error }, read] = useQuery({ query: ClubsPage });
  const again = () => read({ requestPolicy: "network-only" });
  useCustomerEvent((event) => {
    if (event.__typename === "MembershipEvent" || event.gap) again();
  });
  return (
    <Page title={t("clubs.title")}>
      <Loaded
        data={data?.clubs}
        error={error}
        retry={again}
        skeleton={
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Skeleton h={340} />
            <Skeleton h={340} />
          </SimpleGrid>
        }
      >
        {(clubs) => (
          <Stack gap="xl">
            {clubs.length === 0 && <Empty icon={IconUsersGroup} title={t("clubs.none")} text={t("clubs.noneText")} />}
            <Shelf title={t("clubs.own")} clubs={clubs.filter(isOwn)} />
            <Shelf title={t("clubs.others")} clubs={clubs.filter((club) => !isOwn(club))} />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Shelf({ title, clubs }: { title: string; clubs: readonly ClubCardFragment[] }) {
  if (clubs.length === 0) return null;
  return (
    <Stack component="section">
      <Title order={2} size="h4">
        {title}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        {clubs.map((club) => (
          <ClubCard key={club.id} club={club} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function ClubCard({ club }: { club: ClubCardFragment }) {
  const { t } = useTranslation("personal");
  const picture = club.pictureUrl ? { alt: "", sizes: [{ width: 960, height: 720, url: club.pictureUrl }] } : undefined;
  return (
    <Card>
      <Stack gap="sm" h="100%">
        <Picture picture={picture} sizes="(min-width: 48em) 50vw, 100vw" ratio={2.4} />
        <Group justify="space-between" gap="xs">
          <Title order={3} size="h4">
            <TextLink to="/clubs/$slug" params={{ slug: club.slug }} inherit>
              {club.name}
            </TextLink>
          </Title>
          <Group gap="xs">
            {club.unreadCount > 0 && (
              <Badge tt="none" radius="sm">
                {t("clubs.unread", { count: club.unreadCount })}
              </Badge>
            )}
            <Standing membership={club.membership} />
          </Group>
        </Group>
        {club.description && <Text size="sm">{club.description}</Text>}
        <Text size="sm" c="dimmed">
          {t("clubs.members", { count: club.membersCount })} · {t(`clubs.entry.${club.entry}`, { defaultValue: "" })}
        </Text>
        {club.membership?.reason && club.membership.state !== "MEMBER" && (
          <Text size="sm">{t("clubs.reason", { reason: club.membership.reason })}</Text>
        )}
        <Progress club={club} />
        <Steps club={club} />
      </Stack>
    </Card>
  );
}
