import { Button, Group, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { IconHeartHandshake } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { useFormat } from "~/app/useFormat";
import { Confirm } from "~/ui/confirm";
import { Loaded } from "~/ui/Loaded";
import { Refused } from "~/ui/Refused";
import { Section } from "~/ui/Section";
import { useCustomerEvent } from "../events";
import { FamilyAccept, FamilyDecline, FamilyInvite, FamilyLeave, FamilyOf } from "./documents";
import type { FamilyOfQuery } from "./gql/graphql";
import { Transfer } from "./Transfer";

type Person = NonNullable<FamilyOfQuery["viewer"]["customer"]>;
type Kin = NonNullable<Person["family"]>;

/** People who transfer points to each other, where the business lets them. */
export function Family({ onMoved }: { onMoved: () => void }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const [{ data, error }, read] = useQuery({ query: FamilyOf });
  const again = () => read({ requestPolicy: "network-only" });
  useCustomerEvent((event) => {
    if (event.__typename === "FamilyEvent" || event.gap) again();
  });
  const program = data?.business.pointsProgram;
  if (program && !program.familyTransfers) return null;
  return (
    <Loaded data={data?.viewer.customer} error={error} retry={again} skeleton={<Skeleton h={180} />}>
      {(person) => (
        <Section
          title={t("wallet.family.title")}
          icon={<IconHeartHandshake size={20} aria-hidden />}
          hint={t("wallet.family.text", { limit: format.points(program?.familyDailyLimit ?? 0) })}
        >
          {person.familyInvitations.map((invitation) => (
            <Asked key={invitation.id} invitation={invitation} onAnswered={again} />
          ))}
          {person.family && <Members family={person.family} active={person.wallet.active} onMoved={onMoved} />}
          {person.family?.invitations.map((invitation) => (
            <Waiting key={invitation.id} invitation={invitation} onWithdrawn={again} />
          ))}
          <Invite onInvited={again} />
          {person.family ? <Leave family={person.family} onLeft={again} /> : <WithCode onAccepted={again} />}
        </Section>
      )}
    </Loaded>
  );
}

function Members({ family, active, onMoved }: { family: Kin; active: number; onMoved: () => void }) {
  const { t } = useTranslation("personal");
  const [to, setTo] = useState<{ id: string; name: string }>();
  return (
    <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {family.members.map((member) => {
        const name = member.name ?? t("wallet.family.nameless");
        return (
          <Group key={member.id} component="li" justify="space-between" gap="sm" mih={40}>
            <Text size="sm" fw={600}>
              {member.own ? t("wallet.family.you", { name }) : name}
            </Text>
            {!member.own && (
              <Button
                variant="light"
                onClick={() => setTo({ id: member.id, name })}
                aria-label={t("wallet.family.transferTo", { name })}
              >
                {t("wallet.family.transfer")}
              </Button>
            )}
          </Group>
        );
      })}
      {to && <Transfer to={to} active={active} onDone={onMoved} onClose={() => setTo(undefined)} />}
    </Stack>
  );
}

function Asked({
  invitation,
  onAnswered,
}: {
  invitation: Person["familyInvitations"][number];
  onAnswered: () => void;
}) {
  const { t } = useTranslation("personal");
  const [accepting, accept] = useMutation(FamilyAccept);
  const [declining, decline] = useMutation(FamilyDecline);
  const [refused, setRefused] = useState("");
  const answer = async (yes: boolean) => {
    const input = { invitationId: invitation.id };
    const words = trouble(yes ? await accept({ input }) : await decline({ input }), t);
    setRefused(words);
    if (words) return;
    notify({ text: t(yes ? "wallet.family.accepted" : "wallet.family.declined") });
    onAnswered();
  };
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t("wallet.family.asks", { name: invitation.inviterName ?? t("wallet.family.somebody") })}
      </Text>
      <Group gap="sm">
        <Button loading={accepting.fetching} onClick={() => void answer(true)}>
          {t("wallet.family.accept")}
        </Button>
        <Button variant="default" loading={declining.fetching} onClick={() => void answer(false)}>
          {t("wallet.family.decline")}
        </Button>
      </Group>
      <Refused words={refused} />
    </Stack>
  );
}

function Waiting({ invitation, onWithdrawn }: { invitation: Kin["invitations"][number]; onWithdrawn: () => void }) {
  const { t } = useTranslation("personal");
  const [{ fetching }, decline] = useMutation(FamilyDecline);
  const whom = invitation.address ?? t("wallet.family.withCode", { code: invitation.code ?? "" });
  const withdraw = async () => {
    const words = trouble(await decline({ input: { invitationId: invitation.id } }), t);
    notify(words ? { text: words, tone: "bad" } : { text: t("wallet.family.withdrawn") });
    if (!words) onWithdrawn();
  };
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" flex="1 1 160px">
        {t("wallet.family.waiting", { whom })}
      </Text>
      <Button variant="default" loading={fetching} onClick={() => void withdraw()}>
        {t("wallet.family.withdraw")}
      </Button>
    </Group>
  );
}

function Invite({ onInvited }: { onInvited: () => void }) {
  const { t } = useTranslation("personal");
  const [open, setOpen] = useState(false);
  const [address, setAddress] = useState("");
  const [refused, setRefused] = useState("");
  const [{ fetching }, invite] = useMutation(FamilyInvite);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const to = address.trim();
    const input = to ? { address: to, channel: to.includes("@") ? ("EMAIL" as const) : ("SMS" as const) } : {};
    const answer = await invite({ input });
    const words = trouble(answer, t);
    setRefused(words);
    if (words) return;
    const code = answer.data?.familyInvite.invitation?.code;
    notify({ text: code ? t("wallet.family.invitedWithCode", { code }) : t("wallet.family.invited") });
    setAddress("");
    setOpen(false);
    onInvited();
  };
  if (!open) {
    return (
      <Group>
        <Button variant="light" onClick={() => setOpen(true)}>
          {t("wallet.family.invite")}
        </Button>
      </Group>
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          label={t("wallet.family.address")}
          description={t("wallet.family.addressText")}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          error={refused || undefined}
          autoComplete="off"
          inputMode="email"
          autoFocus
        />
        <Group gap="sm">
          <Button type="submit" loading={fetching}>
            {t("wallet.family.inviteAction")}
          </Button>
          <Button variant="default" onClick={() => setOpen(false)}>
            {t("action.cancel", { ns: "app" })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function WithCode({ onAccepted }: { onAccepted: () => void }) {
  const { t } = useTranslation("personal");
  const [code, setCode] = useState("");
  const [refused, setRefused] = useState("");
  const [{ fetching }, accept] = useMutation(FamilyAccept);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const words = trouble(await accept({ input: { code: code.trim() } }), t);
    setRefused(words);
    if (words) return;
    notify({ text: t("wallet.family.accepted") });
    onAccepted();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Text size="sm" fw={600} mb={4}>
        {t("wallet.family.haveCode")}
      </Text>
      <Group align="flex-start" gap="sm">
        <TextInput
          flex="1 1 160px"
          aria-label={t("wallet.family.code")}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={refused || undefined}
          autoComplete="off"
        />
        <Button type="submit" variant="default" loading={fetching} disabled={!code.trim()}>
          {t("wallet.family.codeAction")}
        </Button>
      </Group>
    </form>
  );
}

function Leave({ family, onLeft }: { family: Kin; onLeft: () => void }) {
  const { t } = useTranslation("personal");
  const [, leave] = useMutation(FamilyLeave);
  const confirm = async () => {
    const words = trouble(await leave({ input: { familyId: family.id } }), t);
    notify(words ? { text: words, tone: "bad" } : { text: t("wallet.family.left") });
    if (!words) onLeft();
    return !words;
  };
  return (
    <Confirm
      title={t("wallet.family.leaveTitle")}
      text={t("wallet.family.leaveText")}
      action={t("wallet.family.leave")}
      onConfirm={confirm}
    >
      {(open) => (
        <Group>
          <Button variant="default" onClick={open}>
            {t("wallet.family.leave")}
          </Button>
        </Group>
      )}
    </Confirm>
  );
}
