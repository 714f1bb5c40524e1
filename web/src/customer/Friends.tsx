import { Grid, Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { useCustomerEvent } from "./events";
import { FriendsPage } from "./friends/documents";
import { Earned, Stats } from "./friends/Earned";
import type { FriendsPageQuery } from "./friends/gql/graphql";
import { Invite } from "./friends/Invite";
import { Inviter } from "./friends/Inviter";
import { NameShown } from "./friends/NameShown";
import { People } from "./friends/People";

/** The customer's side of the referral programme. */
export type Programme = NonNullable<FriendsPageQuery["viewer"]["customer"]>["referral"];

/** Inviting friends: the code, who came by it, and what that earned. */
export function Friends() {
  const { t } = useTranslation("personal");
  const [{ data, error }, read] = useQuery({ query: FriendsPage });
  const again = () => read({ requestPolicy: "network-only" });
  useCustomerEvent((event) => {
    if (event.__typename === "ReferralEvent" || event.__typename === "WalletEvent" || event.gap) again();
  });
  return (
    <Page title={t("friends.title")}>
      <Loaded
        data={data?.viewer.customer?.referral}
        error={error}
        retry={again}
        skeleton={
          <Stack>
            <Skeleton h={300} />
            <Skeleton h={180} />
          </Stack>
        }
      >
        {(referral) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 7 }}>
              <Stack>
                <Invite referral={referral} />
                <Inviter referral={referral} onClaimed={again} />
                <Stats stats={referral.stats} />
                <People />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 5 }}>
              <Stack>
                <Earned />
                <NameShown value={referral.showName} onChanged={again} />
              </Stack>
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  );
}
