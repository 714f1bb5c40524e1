import { Badge, Button, Group, Skeleton, Tabs, Text } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { ButtonLink, TextLink } from "~/ui/links";
import { Page } from "~/ui/Page";
import { ClubForm } from "./club/ClubForm";
import { ClubRequests, ClubUpdate, DeskClubQuery } from "./club/documents";
import { Members } from "./club/Members";
import { Offers } from "./club/Offers";
import { useFresh } from "./events";
import { useSave } from "./form/useSave";
import type { DeskClubQuery as Answer } from "./gql/graphql";
import { useAtLeast } from "./role";

type Club = NonNullable<Answer["club"]>;

/** One club: its rules and what it gives, its offers, and who is in it. */
export function Club() {
  const { t } = useTranslation("desk");
  const { slug } = useParams({ from: "/desk/clubs/$slug" });
  const [{ data, error }, read] = useQuery({ query: DeskClubQuery, variables: { slug } });
  const refresh = () => read({ requestPolicy: "network-only" });
  useFresh((event) => event.__typename === "MembershipEvent" && event.membership.club.slug === slug, refresh);
  return (
    <Loaded
      data={data}
      error={error}
      retry={refresh}
      skeleton={
        <Page title={t("clubs.one")}>
          <Skeleton h={36} />
          <Skeleton h={420} />
        </Page>
      }
    >
      {({ club }) =>
        club ? (
          <Parts key={club.id} club={club} refresh={refresh} />
        ) : (
          <Page title={t("clubs.one")}>
            <Empty
              icon={IconUsersGroup}
              title={t("clubs.gone")}
              action={<ButtonLink to="/desk/clubs">{t("clubs.title")}</ButtonLink>}
            />
          </Page>
        )
      }
    </Loaded>
  );
}

function Parts({ club, refresh }: { club: Club; refresh: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const manager = useAtLeast("MANAGER");
  return (
    <Page title={club.name} actions={manager && <Archive club={club} refresh={refresh} />}>
      <Group gap="md">
        <TextLink to="/desk/clubs" size="sm">
          {t("clubs.back")}
        </TextLink>
        <Text size="sm" c="dimmed">
          {t("clubs.members", { count: club.membersCount, shown: format.count(club.membersCount) })}
        </Text>
        {club.archivedAt && (
          <Badge color="gray" variant="light" tt="none" radius="sm">
            {t("clubs.archivedAt", { day: format.day(club.archivedAt) })}
          </Badge>
        )}
      </Group>
      <Tabs defaultValue={manager ? "rules" : "members"} keepMounted={false}>
        <Tabs.List mb="lg">
          {manager && <Tabs.Tab value="rules">{t("clubs.tab.rules")}</Tabs.Tab>}
          <Tabs.Tab value="offers">{t("clubs.tab.offers")}</Tabs.Tab>
          <Tabs.Tab value="members" rightSection={<Waiting slug={club.slug} />}>
            {t("clubs.tab.members")}
          </Tabs.Tab>
        </Tabs.List>
        {manager && (
          <Tabs.Panel value="rules">
            <ClubForm club={club} refresh={refresh} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="offers">
          <Offers clubId={club.id} offers={club.offers} refresh={refresh} />
        </Tabs.Panel>
        <Tabs.Panel value="members">
          <Members slug={club.slug} clubId={club.id} entry={club.entry} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** How many ask to come in. */
function Waiting({ slug }: { slug: string }) {
  const { t } = useTranslation("desk");
  const [{ data }, read] = useQuery({ query: ClubRequests, variables: { slug } });
  useFresh(
    (event) => event.__typename === "MembershipEvent" && event.membership.club.slug === slug,
    () => read({ requestPolicy: "network-only" }),
  );
  const requests = data?.club?.members;
  if (!requests || requests.nodes.length === 0) return null;
  const shown = requests.pageInfo.hasNextPage ? `${requests.nodes.length}+` : String(requests.nodes.length);
  return (
    <Badge size="sm" circle={shown.length < 3} aria-label={t("clubs.waiting", { shown })}>
      {shown}
    </Badge>
  );
}

function Archive({ club, refresh }: { club: Club; refresh: () => void }) {
  const { t } = useTranslation("desk");
  const { save, busy } = useSave(ClubUpdate);
  const set = async (archived: boolean) => {
    if (!(await save({ clubId: club.id, archived }))) return;
    refresh();
    notify({
      text: t(archived ? "clubs.archivedNow" : "clubs.openAgain", { name: club.name }),
      ...(archived && { action: { label: t("action.undo", { ns: "app" }), run: () => void set(false) } }),
    });
  };
  return (
    <Button variant="default" loading={busy} onClick={() => void set(!club.archivedAt)}>
      {t(club.archivedAt ? "clubs.reopen" : "clubs.archive")}
    </Button>
  );
}
