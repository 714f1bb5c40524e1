import { Grid, Group, List, Skeleton, Stack, Tabs, Text, ThemeIcon, Title } from "@mantine/core";
import { IconClockHour4, IconCoins, IconFlame, IconLock, IconSparkles, IconTrendingDown } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useBusiness } from "~/app/business";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { ButtonLink } from "~/ui/links";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { Section } from "~/ui/Section";
import { useCustomerEvent } from "./events";
import { WalletPage } from "./wallet/documents";
import { Entries } from "./wallet/Entries";
import { burning } from "./wallet/entries";
import { Family } from "./wallet/Family";
import type { WalletPageQuery } from "./wallet/gql/graphql";
import { Statement } from "./wallet/Statement";

type Purse = NonNullable<WalletPageQuery["viewer"]["customer"]>["wallet"];

/** The customer's points: what there is, what burns, how to earn more, and everything that moved. */
export function Wallet() {
  const { t } = useTranslation("personal");
  const list = useList(WalletPage, {}, (d) => d.viewer.customer?.wallet.entries);
  useCustomerEvent((event) => {
    if (event.__typename === "WalletEvent" || event.gap) list.renew();
  });
  return (
    <Page title={t("wallet.title")}>
      <Loaded
        data={list.data?.viewer.customer?.wallet}
        error={list.error}
        retry={list.retry}
        skeleton={<WalletSkeleton />}
      >
        {(wallet) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 5 }}>
              <Stack>
                <Balance wallet={wallet} />
                <Burning wallet={wallet} />
                <Ways wallet={wallet} />
                <Family onMoved={list.renew} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 7 }}>
              <Card>
                <Tabs defaultValue="history" keepMounted={false}>
                  <Tabs.List mb="md">
                    <Tabs.Tab value="history">{t("wallet.history")}</Tabs.Tab>
                    <Tabs.Tab value="statement">{t("wallet.statement")}</Tabs.Tab>
                  </Tabs.List>
                  <Tabs.Panel value="history">
                    <Stack>
                      {wallet.entries.nodes.length === 0 && (
                        <Empty
                          icon={IconCoins}
                          title={t("wallet.empty")}
                          text={t("wallet.emptyText")}
                          action={<ButtonLink to="/catalogue">{t("wallet.toCatalogue")}</ButtonLink>}
                        />
                      )}
                      <Entries entries={wallet.entries.nodes} />
                      <More {...list.more} />
                    </Stack>
                  </Tabs.Panel>
                  <Tabs.Panel value="statement">
                    <Statement />
                  </Tabs.Panel>
                </Tabs>
              </Card>
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  );
}

function WalletSkeleton() {
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack>
          <Skeleton h={190} />
          <Skeleton h={130} />
          <Skeleton h={180} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Skeleton h={516} />
      </Grid.Col>
    </Grid>
  );
}

function Balance({ wallet }: { wallet: Purse }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const program = useBusiness()?.pointsProgram;
  return (
    <Card>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div>
            <Title order={2} size="sm" c="dimmed" fw={400}>
              {t("wallet.active")}
            </Title>
            <Text fz={{ base: 28, sm: 34 }} fw={700} lh={1.2} aria-live="polite">
              {format.points(wallet.active)}
            </Text>
            {program && (
              <Text size="sm" c="dimmed">
                {t("wallet.worth", {
                  worth: format.money(program.pointValue),
                  share: format.percent(String(program.maxSharePercent)),
                })}
              </Text>
            )}
          </div>
          {wallet.active > 0 && (
            <ButtonLink to="/catalogue" variant="light" size="sm">
              {t("wallet.spend")}
            </ButtonLink>
          )}
        </Group>
        <Part
          icon={IconClockHour4}
          label={t("wallet.pending")}
          points={wallet.pending}
          text={t("wallet.pendingText", { count: program?.returnWindowDays ?? 0 })}
        />
        <Part icon={IconLock} label={t("wallet.held")} points={wallet.held} text={t("wallet.heldText")} />
        <Part icon={IconTrendingDown} label={t("wallet.debt")} points={wallet.debt} text={t("wallet.debtText")} />
      </Stack>
    </Card>
  );
}

function Part({
  icon: Icon,
  label,
  points,
  text,
}: {
  icon: ComponentType<{ size?: number }>;
  label: string;
  points: number;
  text: string;
}) {
  const format = useFormat();
  if (points === 0) return null;
  return (
    <Group wrap="nowrap" align="flex-start" gap="sm">
      <ThemeIcon variant="light" size={36} radius="xl" aria-hidden>
        <Icon size={20} />
      </ThemeIcon>
      <div>
        <Text size="sm" fw={600}>
          {label}: {format.points(points)}
        </Text>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      </div>
    </Group>
  );
}

function Burning({ wallet }: { wallet: Purse }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const days = burning(wallet.lots, format.zone);
  if (days.length === 0) return null;
  return (
    <Section title={t("wallet.burning")} icon={<IconFlame size={20} aria-hidden />}>
      {wallet.expiringPoints > 0 && (
        <Text size="sm" fw={600} c="orange">
          {t("wallet.burningSoon", { points: format.points(wallet.expiringPoints) })}
        </Text>
      )}
      <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {days.slice(0, 6).map(({ at, points }) => (
          <Group key={at} component="li" justify="space-between" wrap="nowrap">
            <Text size="sm">{format.day(at)}</Text>
            <Text size="sm">{format.points(points)}</Text>
          </Group>
        ))}
      </Stack>
      {days.length > 6 && (
        <Text size="sm" c="dimmed">
          {t("wallet.burningLater", { points: format.points(days.slice(6).reduce((sum, d) => sum + d.points, 0)) })}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {t("wallet.burningOrder")}
      </Text>
    </Section>
  );
}

function Ways({ wallet }: { wallet: Purse }) {
  const { t } = useTranslation("personal");
  return (
    <Section title={t("wallet.ways")} icon={<IconSparkles size={20} aria-hidden />}>
      <List size="sm" spacing={6}>
        {wallet.waysToEarn.map(({ text }) => (
          <List.Item key={text}>{text}</List.Item>
        ))}
      </List>
      <Group>
        <ButtonLink to="/referral" variant="light" size="sm">
          {t("wallet.invite")}
        </ButtonLink>
      </Group>
    </Section>
  );
}
