import { Grid, Skeleton, Stack, Tabs } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useViewer } from "~/app/session";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { NotFound } from "~/ui/NotFound";
import { Page } from "~/ui/Page";
import { ClubPage } from "./clubs/documents";
import { Feed } from "./clubs/Feed";
import type { ClubPageQuery } from "./clubs/gql/graphql";
import { Header, Rules } from "./clubs/Header";
import { Members } from "./clubs/Members";
import { Offers } from "./clubs/Offers";
import { Reports } from "./clubs/Reports";
import { useClubStream } from "./clubs/useClubStream";
import { useCustomerEvent } from "./events";

type Shown = NonNullable<ClubPageQuery["club"]>;

/** One club: what it gives, what it offers, and what its members write. */
export function Club() {
  const { t } = useTranslation("personal");
  const { slug } = useParams({ strict: false }) as { slug: string };
  const [{ data, error, fetching, stale }, read] = useQuery({
    query: ClubPage,
    variables: { slug },
    requestPolicy: "cache-and-network",
  });
  const again = () => read({ requestPolicy: "network-only" });
  const club = data?.club;
  const member = club?.membership?.state === "MEMBER";
  const staff = !!useViewer().staff;
  useClubStream(member || staff ? club?.id : undefined);
  useCustomerEvent((event) => {
    if (event.gap || (event.__typename === "MembershipEvent" && event.membership.club.id === club?.id)) again();
  });
  if (data && !club && !fetching && !stale) return <NotFound />;
  return (
    <Page title={club?.name ?? t("clubs.title")}>
      <Loaded data={club} error={error} retry={again} skeleton={<ClubSkeleton />}>
        {(shown) => (
          <Grid gap="md">
            <Grid.Col span={12}>
              <Header club={shown} onChanged={again} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 4 }} order={{ base: 1, md: 2 }}>
              <Stack>
                <Offers offers={shown.offers} />
                <Rules rules={shown.rules} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 8 }} order={{ base: 2, md: 1 }}>
              <Inside club={shown} member={member} staff={staff} onPinned={again} />
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  );
}

function ClubSkeleton() {
  return (
    <Stack>
      <Skeleton h={360} />
      <Skeleton h={180} />
    </Stack>
  );
}

function Inside({
  club,
  member,
  staff,
  onPinned,
}: {
  club: Shown;
  member: boolean;
  staff: boolean;
  onPinned: () => void;
}) {
  const { t } = useTranslation("personal");
  const moderator = staff || (member && club.membership?.moderator === true);
  if (!member && !staff) {
    return (
      <Card>
        <Empty icon={IconLock} title={t("clubs.closedFeed")} text={t("clubs.closedFeedText")} />
      </Card>
    );
  }
  const feed = (
    <Feed
      club={club}
      pinned={club.pinned}
      moderator={moderator}
      mayPost={moderator || club.posting === "MEMBERS"}
      onPinned={onPinned}
    />
  );
  if (!moderator) return feed;
  return (
    <Tabs defaultValue="feed" keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="feed">{t("clubs.feed")}</Tabs.Tab>
        <Tabs.Tab value="members">{t("clubs.membersTab")}</Tabs.Tab>
        <Tabs.Tab value="reports">{t("clubs.reportsTab")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="feed">{feed}</Tabs.Panel>
      <Tabs.Panel value="members">
        <Card>
          <Members clubId={club.id} />
        </Card>
      </Tabs.Panel>
      <Tabs.Panel value="reports">
        <Reports club={club} />
      </Tabs.Panel>
    </Tabs>
  );
}
