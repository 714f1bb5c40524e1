import { Grid, Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Loaded } from "~/ui/Loaded";
import { ButtonLink } from "~/ui/links";
import { Page } from "~/ui/Page";
import { About } from "./profile/About";
import { ProfilePage } from "./profile/documents";
import type { ProfilePageQuery } from "./profile/gql/graphql";
import { Leaving } from "./profile/Leaving";
import { Notifications } from "./profile/Notifications";
import { Devices, Sessions } from "./profile/Places";
import { Settings } from "./profile/Settings";

/** The customer as the profile page knows them. */
export type Person = NonNullable<ProfilePageQuery["viewer"]["customer"]>;

/** Everything about the customer themselves: name, settings, where they are signed in. */
export function Profile() {
  const { t } = useTranslation("personal");
  const [{ data, error }, read] = useQuery({ query: ProfilePage, requestPolicy: "cache-and-network" });
  const again = () => read({ requestPolicy: "network-only" });
  return (
    <Page
      title={t("profile.title")}
      actions={
        <ButtonLink to="/referral" variant="light" hiddenFrom="md">
          {t("friends.title")}
        </ButtonLink>
      }
    >
      <Loaded
        data={data?.viewer.customer}
        error={error}
        retry={again}
        skeleton={
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 6 }}>
              <Skeleton h={320} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 6 }}>
              <Skeleton h={320} />
            </Grid.Col>
          </Grid>
        }
      >
        {(person) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 6 }}>
              <Stack>
                <About person={person} />
                <Settings person={person} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 6 }}>
              <Stack>
                <Sessions sessions={person.sessions} onEnded={again} />
                <Notifications settings={person.notifications} onChanged={again} />
                <Devices devices={person.devices} onChanged={again} />
                <Leaving person={person} />
              </Stack>
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  );
}
