import { Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { Loaded } from "~/ui/Loaded";
import { Section } from "~/ui/Section";
import { ConfirmSave } from "../form/ConfirmSave";
import type { DeskRuleFragment } from "../gql/graphql";
import { EarningRuleRetire, EarningRules } from "./documents";
import { NewRule } from "./NewRule";
import { isShare, sorted, stateOf } from "./rules";

/** Every way to earn points: what holds now, what begins later, and what was. */
export function Earning() {
  const { t } = useTranslation("desk");
  const [creating, setCreating] = useState(false);
  const [all, setAll] = useState(false);
  const [{ data, error }, read] = useQuery({ query: EarningRules, requestPolicy: "cache-and-network" });
  const refresh = () => read({ requestPolicy: "network-only" });
  return (
    <Section
      title={t("rules.earning")}
      hint={t("rules.earningHint")}
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={() => setCreating(true)}>
          {t("rules.new")}
        </Button>
      }
    >
      <Loaded data={data?.desk.earningRules} error={error} retry={refresh} skeleton={<Skeleton h={160} />}>
        {(rules) => {
          const { on, ahead, over, grants } = sorted(rules, Date.now());
          const past = [...over, ...grants];
          return (
            <Stack gap="sm">
              {on.length === 0 && <Text size="sm">{t("rules.noneOn")}</Text>}
              {[...on, ...ahead, ...(all ? past : [])].map((rule) => (
                <Rule key={rule.id} rule={rule} refresh={refresh} />
              ))}
              {past.length > 0 && (
                <Group>
                  <Button variant="subtle" size="xs" onClick={() => setAll(!all)} aria-expanded={all}>
                    {all ? t("rules.hidePast") : t("rules.showPast", { count: past.length })}
                  </Button>
                </Group>
              )}
            </Stack>
          );
        }}
      </Loaded>
      {creating && (
        <NewRule
          onClose={() => setCreating(false)}
          onDone={() => {
            setCreating(false);
            refresh();
          }}
        />
      )}
    </Section>
  );
}

const tones = { on: "pine", ahead: "blue", over: "gray" } as const;

function Rule({ rule, refresh }: { rule: DeskRuleFragment; refresh: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const grant = rule.kind === "CAMPAIGN";
  const state = stateOf(rule, Date.now());
  const target = rule.category ?? rule.product ?? rule.club;
  const worth = isShare(rule.kind) ? format.percent(rule.percent) : format.points(rule.points ?? 0);
  const facts = [
    t(`rules.kind.${rule.kind}`, { defaultValue: rule.kind }),
    target?.name,
    rule.lifetimeDays && t("rules.livesDays", { count: rule.lifetimeDays }),
    rule.perPerson && t("rules.timesAtMost", { count: rule.perPerson }),
    rule.pending && t("rules.waits"),
    rule.startsAt && t("rules.from", { when: format.when(rule.startsAt) }),
    rule.endsAt && t("rules.until", { when: format.when(rule.endsAt) }),
  ].filter(Boolean);
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
      <div>
        <Group gap="xs">
          <Text fw={600} size="sm">
            {worth}
          </Text>
          <Text size="sm">{rule.name}</Text>
          <Badge color={grant ? "grape" : tones[state]} variant="light" tt="none" radius="sm">
            {t(grant ? "rules.state.grant" : `rules.state.${state}`)}
          </Badge>
        </Group>
        <Text size="xs" c="dimmed">
          {facts.join(" · ")}
        </Text>
      </div>
      {!grant && state === "on" && (
        <ConfirmSave
          document={EarningRuleRetire}
          input={{ ruleId: rule.id }}
          title={t("rules.retireTitle", { name: rule.name })}
          text={t("rules.retireText")}
          action={t("rules.retire")}
          done={t("rules.retired")}
          onDone={refresh}
        >
          {(open) => (
            <Button
              size="xs"
              h={36}
              variant="default"
              onClick={open}
              aria-label={t("rules.retireOf", { name: rule.name })}
            >
              {t("rules.retire")}
            </Button>
          )}
        </ConfirmSave>
      )}
    </Group>
  );
}
