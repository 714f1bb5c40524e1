import { Badge, Button, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { More } from "~/ui/More";
import { useFresh } from "../events";
import type { ClubEntry, ClubMembersQuery, MemberAction, MemberState } from "../gql/graphql";
import { useAtLeast } from "../role";
import { Ban } from "./Ban";
import { decisionsFor } from "./club";
import { ClubMembers } from "./documents";
import { Invite } from "./Invite";
import { useDecide } from "./useDecide";

type Member = NonNullable<ClubMembersQuery["club"]>["members"]["nodes"][number];

const states: readonly MemberState[] = ["MEMBER", "REQUESTED", "INVITED", "LAPSED", "LEFT", "DECLINED", "BANNED"];

/** Who is in a club, who asks to come in, and what can be done about them. */
export function Members({ slug, clubId, entry }: { slug: string; clubId: string; entry: ClubEntry }) {
  const { t } = useTranslation("desk");
  const [state, setState] = useState<MemberState>("MEMBER");
  const [inviting, setInviting] = useState(false);
  const { data, error, retry, renew, more } = useList(ClubMembers, { slug, state }, (d) => d.club?.members);
  useFresh((event) => event.__typename === "MembershipEvent" && event.membership.club.slug === slug, renew);
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Select
          label={t("members.show")}
          value={state}
          allowDeselect={false}
          onChange={(value) => value && setState(value as MemberState)}
          data={states.map((value) => ({ value, label: t(`members.states.${value}`) }))}
        />
        {entry !== "BY_SPEND" && (
          <Button variant="default" leftSection={<IconUserPlus size={18} />} onClick={() => setInviting(true)}>
            {t("members.invite")}
          </Button>
        )}
      </Group>
      <Loaded data={data?.club?.members.nodes} error={error} retry={retry} skeleton={<Skeleton h={280} />}>
        {(members) => {
          const shown = members.filter((member) => member.state === state);
          if (shown.length === 0) {
            return <Empty icon={IconUsers} title={t("members.empty")} text={t(`members.emptyText.${state}`)} />;
          }
          return (
            <Stack gap="xs">
              {shown.map((member) => (
                <MemberCard
                  key={member.customerId}
                  member={member}
                  clubId={clubId}
                  actions={decisionsFor(member.state, entry)}
                  refresh={renew}
                />
              ))}
              <More {...more} />
            </Stack>
          );
        }}
      </Loaded>
      {inviting && <Invite clubId={clubId} onClose={() => setInviting(false)} onDone={renew} />}
    </Stack>
  );
}

function MemberCard({
  member,
  clubId,
  actions,
  refresh,
}: {
  member: Member;
  clubId: string;
  actions: readonly MemberAction[];
  refresh: () => void;
}) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const manager = useAtLeast("MANAGER");
  const { decide, setModerator, busy } = useDecide(clubId, refresh);
  const name = member.customer?.name || member.name || member.customer?.email || t("members.nameless");
  const contact = [member.customer?.phone, member.customer?.email].filter(Boolean).join(", ");
  const act = async (action: MemberAction) => {
    const refused = await decide(member.customerId, action);
    notify(refused ? { text: refused, tone: "bad" } : { text: t(`members.done.${action}`, { name }) });
  };
  return (
    <Card p="sm">
      <Group justify="space-between" gap="sm">
        <div>
          <Group gap="xs">
            <TextLink to="/desk/customers/$id" params={{ id: member.customerId }} fw={600} c="inherit">
              {name}
            </TextLink>
            {member.moderator && (
              <Badge variant="light" tt="none" radius="sm">
                {t("members.moderator")}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {[contact, t("members.since", { when: format.day(member.since) })].filter(Boolean).join(" · ")}
          </Text>
          {member.graceUntil && (
            <Text size="sm" c="orange">
              {t("members.grace", { day: format.day(member.graceUntil) })}
            </Text>
          )}
          {member.reason && <Text size="sm">{t("members.reason", { reason: member.reason })}</Text>}
        </div>
        <Group gap="xs">
          {member.state === "MEMBER" && manager && (
            <Button
              size="xs"
              h={36}
              variant="default"
              loading={busy}
              onClick={async () => {
                const refused = await setModerator(member.customerId, !member.moderator);
                if (refused) notify({ text: refused, tone: "bad" });
              }}
              aria-label={t(member.moderator ? "members.demoteOf" : "members.promoteOf", { name })}
            >
              {t(member.moderator ? "members.demote" : "members.promote")}
            </Button>
          )}
          {actions
            .filter((action) => action !== "BAN")
            .map((action) => (
              <Button
                key={action}
                size="xs"
                h={36}
                variant={action === "APPROVE" ? "filled" : "default"}
                loading={busy}
                onClick={() => void act(action)}
                aria-label={t("members.actOn", { action: t(`members.action.${action}`), name })}
              >
                {t(`members.action.${action}`)}
              </Button>
            ))}
          {actions.includes("BAN") && (
            <Ban
              name={name}
              onBan={async (reason) => {
                const refused = await decide(member.customerId, "BAN", reason);
                if (!refused) notify({ text: t("members.done.BAN", { name }) });
                return refused;
              }}
            />
          )}
        </Group>
      </Group>
    </Card>
  );
}
