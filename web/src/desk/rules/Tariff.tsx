import { Badge, Button, Group, List, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { Loaded } from "~/ui/Loaded";
import { Section } from "~/ui/Section";
import type { DeskTariffFragment } from "../gql/graphql";
import { ReferralTariffs } from "./documents";
import { TariffForm } from "./TariffForm";

/** What invitations bring: the tariff that holds, those that begin later, and the way to a new one. */
export function Tariff() {
  const { t } = useTranslation("desk");
  const [editing, setEditing] = useState(false);
  const [{ data, error }, read] = useQuery({ query: ReferralTariffs, requestPolicy: "cache-and-network" });
  const refresh = () => read({ requestPolicy: "network-only" });
  const tariffs = data?.desk.referralTariffs;
  const now = Date.now();
  const ahead = tariffs?.filter((tariff) => Date.parse(tariff.startsAt) > now) ?? [];
  const current = tariffs?.find((tariff) => Date.parse(tariff.startsAt) <= now);
  return (
    <Section
      title={t("tariff.title")}
      hint={t("tariff.hint")}
      actions={
        <Button variant="light" onClick={() => setEditing(true)} disabled={!tariffs}>
          {t("tariff.change")}
        </Button>
      }
    >
      <Loaded data={tariffs} error={error} retry={refresh} skeleton={<Skeleton h={140} />}>
        {() => (
          <Stack>
            {current ? <InWords tariff={current} /> : <Text size="sm">{t("tariff.none")}</Text>}
            {ahead.map((tariff) => (
              <InWords key={tariff.version} tariff={tariff} ahead />
            ))}
          </Stack>
        )}
      </Loaded>
      {editing && (
        <TariffForm
          current={current ?? ahead[0]}
          onClose={() => setEditing(false)}
          onDone={() => {
            setEditing(false);
            refresh();
          }}
        />
      )}
    </Section>
  );
}

function InWords({ tariff, ahead = false }: { tariff: DeskTariffFragment; ahead?: boolean }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const lines = [
    ...tariff.levels.map((percent, i) =>
      t(i === 0 ? "tariff.firstLevel" : "tariff.level", { percent: format.percent(percent), level: i + 1 }),
    ),
    tariff.inviterPoints > 0 && t("tariff.inviterGets", { points: format.points(tariff.inviterPoints) }),
    tariff.invitedPoints > 0 && t("tariff.invitedGets", { points: format.points(tariff.invitedPoints) }),
    tariff.capPerInvited && t("tariff.capInvitedIs", { points: format.points(tariff.capPerInvited) }),
    tariff.capPerMonth && t("tariff.capMonthIs", { points: format.points(tariff.capPerMonth) }),
    tariff.maxInvited && t("tariff.maxInvitedIs", { count: tariff.maxInvited }),
  ].filter((line): line is string => !!line);
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Badge color={ahead ? "blue" : tariff.open ? "pine" : "gray"} variant="light" tt="none" radius="sm">
          {ahead ? t("rules.state.ahead") : t(tariff.open ? "tariff.open" : "tariff.closed")}
        </Badge>
        <Text size="sm" c="dimmed">
          {t("rules.from", { when: format.when(tariff.startsAt) })}
        </Text>
      </Group>
      {tariff.open && (
        <List size="sm" spacing={4}>
          {lines.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}
