import { Grid, Group, List, NativeSelect, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { Card } from "~/ui/Card";
import { Picture } from "~/ui/Picture";
import { Section } from "~/ui/Section";
import { ClubPushSet } from "./documents";
import type { ClubCardFragment, ClubPush } from "./gql/graphql";
import { Progress } from "./Progress";
import { Standing } from "./Standing";
import { Steps } from "./Steps";

/** What a club is, and how the customer stands to it. */
export function Header({ club, onChanged }: { club: ClubCardFragment; onChanged: () => void }) {
  const { t } = useTranslation("personal");
  const picture = club.pictureUrl ? { alt: "", sizes: [{ width: 960, height: 720, url: club.pictureUrl }] } : undefined;
  return (
    <Card>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, sm: 5 }}>
          <Picture picture={picture} sizes="(min-width: 48em) 40vw, 100vw" ratio={16 / 9} eager />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 7 }}>
          <Stack gap="sm">
            <Group justify="space-between" gap="sm">
              <Text size="sm" c="dimmed">
                {t("clubs.members", { count: club.membersCount })} ·{" "}
                {t(`clubs.entry.${club.entry}`, { defaultValue: "" })}
              </Text>
              <Standing membership={club.membership} />
            </Group>
            {club.description && <Text>{club.description}</Text>}
            {club.membership?.reason && club.membership.state !== "MEMBER" && (
              <Text size="sm">{t("clubs.reason", { reason: club.membership.reason })}</Text>
            )}
            <Progress club={club} />
            <Group justify="space-between" gap="md">
              <Steps club={club} leaving onChanged={onChanged} />
              {club.membership?.state === "MEMBER" && <Pushes club={club} />}
            </Group>
          </Stack>
        </Grid.Col>
      </Grid>
    </Card>
  );
}

function Pushes({ club }: { club: ClubCardFragment }) {
  const { t } = useTranslation("personal");
  const [{ fetching }, set] = useMutation(ClubPushSet);
  const choose = async (push: ClubPush) => {
    const words = trouble(await set({ input: { clubId: club.id, push } }), t);
    if (words) notify({ text: words, tone: "bad" });
  };
  return (
    <NativeSelect
      label={t("clubs.pushes")}
      value={club.membership?.push ?? "EACH"}
      disabled={fetching}
      onChange={(event) => void choose(event.currentTarget.value as ClubPush)}
      data={(["EACH", "DIGEST", "NONE"] as const).map((value) => ({ value, label: t(`clubs.push.${value}`) }))}
    />
  );
}

/** How one enters and what it gives, in words. */
export function Rules({ rules }: { rules: readonly string[] }) {
  const { t } = useTranslation("personal");
  return (
    <Section title={t("clubs.rules")}>
      <List size="sm" spacing={6}>
        {rules.map((rule) => (
          <List.Item key={rule}>{rule}</List.Item>
        ))}
      </List>
    </Section>
  );
}
