import { Badge, Button, Group, List, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { Page } from "~/ui/Page";
import { DeskClubs } from "./club/documents";
import { NewClub } from "./club/NewClub";
import { useFresh } from "./events";
import type { DeskClubsQuery } from "./gql/graphql";
import { useAtLeast } from "./role";

type Club = DeskClubsQuery["clubs"][number];

/** All clubs with their rules in words; archived ones come last. */
export function Clubs() {
  const { t } = useTranslation("desk");
  const manager = useAtLeast("MANAGER");
  const [creating, setCreating] = useState(false);
  const [{ data, error }, read] = useQuery({ query: DeskClubs, requestPolicy: "cache-and-network" });
  const refresh = () => read({ requestPolicy: "network-only" });
  useFresh((event) => event.__typename === "MembershipEvent", refresh);
  const newButton = manager && (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setCreating(true)}>
      {t("clubs.new")}
    </Button>
  );
  return (
    <Page title={t("clubs.title")} actions={newButton}>
      <Loaded
        data={data?.clubs}
        error={error}
        retry={refresh}
        skeleton={
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
            <Skeleton h={220} />
            <Skeleton h={220} />
            <Skeleton h={220} />
          </SimpleGrid>
        }
      >
        {(clubs) =>
          clubs.length === 0 ? (
            <Empty icon={IconUsersGroup} title={t("clubs.empty")} text={t("clubs.emptyText")} action={newButton} />
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
              {[...clubs.filter((club) => !club.archivedAt), ...clubs.filter((club) => club.archivedAt)].map((club) => (
                <ClubCard key={club.id} club={club} />
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
      {creating && <NewClub onClose={() => setCreating(false)} />}
    </Page>
  );
}

function ClubCard({ club }: { club: Club }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  return (
    <Card>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Title order={2} size="h4">
            <TextLink to="/desk/clubs/$slug" params={{ slug: club.slug }} c="inherit" inherit>
              {club.name}
            </TextLink>
          </Title>
          {club.archivedAt && (
            <Badge color="gray" variant="light" tt="none" radius="sm">
              {t("clubs.archived")}
            </Badge>
          )}
        </Group>
        <Text size="sm">
          {t("clubs.members", { count: club.membersCount, shown: format.count(club.membersCount) })}
        </Text>
        <List size="sm" spacing={4} c="dimmed">
          {club.rules.map((rule) => (
            <List.Item key={rule}>{rule}</List.Item>
          ))}
        </List>
      </Stack>
    </Card>
  );
}
