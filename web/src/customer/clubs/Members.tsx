import { Badge, Button, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { ClubMembers, MemberDecide } from "./documents";
import type { ClubMembersQuery, MemberAction, MemberState } from "./gql/graphql";
import { ReasonDialog } from "./ReasonDialog";

type Member = NonNullable<ClubMembersQuery["club"]>["members"]["nodes"][number];

const states = ["REQUESTED", "MEMBER", "BANNED"] as const;

/** Who asks to come in, who is in, who was put out: for those who look after the club. */
export function Members({ clubId }: { clubId: string }) {
  const { t } = useTranslation("personal");
  const [state, setState] = useState<(typeof states)[number]>("REQUESTED");
  return (
    <Stack>
      <SegmentedControl
        aria-label={t("member.which")}
        value={state}
        onChange={(value) => setState(value as typeof state)}
        data={states.map((value) => ({ value, label: t(`member.${value}`) }))}
      />
      <Those key={state} clubId={clubId} state={state} />
    </Stack>
  );
}

function Those({ clubId, state }: { clubId: string; state: MemberState }) {
  const { t } = useTranslation("personal");
  const list = useList(ClubMembers, { id: clubId, state }, (d) => d.club?.members);
  const [decided, setDecided] = useState<ReadonlySet<string>>(new Set());
  return (
    <Loaded data={list.data?.club?.members.nodes} error={list.error} retry={list.retry} skeleton={<Skeleton h={120} />}>
      {(members) => {
        const left = members.filter((member) => !decided.has(member.customerId));
        return (
          <Stack gap="sm">
            {left.length === 0 && <Empty icon={IconUsers} title={t(`member.none.${state}`)} />}
            {left.map((member) => (
              <Line
                key={member.customerId}
                clubId={clubId}
                member={member}
                onDecided={() => {
                  setDecided(new Set([...decided, member.customerId]));
                  list.renew();
                }}
              />
            ))}
            <More {...list.more} />
          </Stack>
        );
      }}
    </Loaded>
  );
}

function Line({ clubId, member, onDecided }: { clubId: string; member: Member; onDecided: () => void }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const [banning, setBanning] = useState(false);
  const [{ fetching }, decide] = useMutation(MemberDecide);
  const name = member.name || t("post.nameless");
  const act = async (action: MemberAction, reason?: string) => {
    const input = { clubId, customerId: member.customerId, action, ...(reason && { reason }) };
    const words = trouble(await decide({ input }), t);
    if (words) return words;
    notify({ text: t(`member.did.${action}`, { name, defaultValue: name }) });
    onDecided();
    return "";
  };
  const press = async (action: MemberAction) => {
    const words = await act(action);
    if (words) notify({ text: words, tone: "bad" });
  };
  const button = (action: MemberAction, variant: "filled" | "default") => (
    <Button variant={variant} loading={fetching} onClick={() => void press(action)}>
      {t(`member.do.${action}`)}
    </Button>
  );
  return (
    <Group justify="space-between" gap="sm">
      <div>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {member.moderator && (
            <Badge variant="light" tt="none" radius="sm">
              {t("clubs.standing.MODERATOR")}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {t("friends.since", { day: format.day(member.since) })}
        </Text>
        {member.reason && <Text size="sm">{member.reason}</Text>}
      </div>
      <Group gap="xs">
        {member.state === "REQUESTED" && button("APPROVE", "filled")}
        {member.state === "REQUESTED" && button("DECLINE", "default")}
        {member.state === "BANNED" && button("UNBAN", "default")}
        {member.state === "MEMBER" && !member.moderator && (
          <Button variant="default" onClick={() => setBanning(true)}>
            {t("member.do.BAN")}
          </Button>
        )}
      </Group>
      {banning && (
        <ReasonDialog
          title={t("member.banTitle", { name })}
          label={t("member.banReason")}
          action={t("member.do.BAN")}
          send={(reason) => act("BAN", reason)}
          onClose={() => setBanning(false)}
        />
      )}
    </Group>
  );
}
