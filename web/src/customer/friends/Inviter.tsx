import { Button, Group, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { newKey, repeatSafely } from "~/app/repeat";
import { ReferralClaim } from "~/app/signing";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Section } from "~/ui/Section";
import type { Programme } from "../Friends";
import { StateBadge } from "./StateBadge";

/** Who invited the customer, or a place to tell it while that is possible. */
export function Inviter({ referral, onClaimed }: { referral: Programme; onClaimed: () => void }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const { invitedBy } = referral;
  if (invitedBy) {
    return (
      <Card>
        <Group justify="space-between">
          <div>
            <Title order={2} size="h4">
              {t("friends.invitedBy", { name: invitedBy.name ?? t("friends.somebody") })}
            </Title>
            <Text size="sm" c="dimmed">
              {t("friends.since", { day: format.day(invitedBy.since) })}
            </Text>
            {invitedBy.reason && <Text size="sm">{invitedBy.reason}</Text>}
          </div>
          <StateBadge state={invitedBy.state} />
        </Group>
      </Card>
    );
  }
  return referral.canClaim ? <ClaimForm onClaimed={onClaimed} /> : null;
}

function ClaimForm({ onClaimed }: { onClaimed: () => void }) {
  const { t } = useTranslation("personal");
  const [code, setCode] = useState("");
  const [refused, setRefused] = useState("");
  const [key] = useState(newKey);
  const [{ fetching }, claim] = useMutation(ReferralClaim);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!code.trim()) return setRefused(t("friends.codeNeeded"));
    const answer = await repeatSafely(() => claim({ input: { code, idempotencyKey: `${key} ${code.trim()}` } }));
    const words = trouble(answer, t);
    setRefused(words);
    if (words) return;
    notify({ text: t("signIn.inviteAccepted", { ns: "app" }) });
    onClaimed();
  };
  return (
    <Section title={t("friends.claim")} hint={t("friends.claimText")}>
      <form onSubmit={submit} noValidate>
        <Group align="flex-start" gap="sm">
          <TextInput
            flex="1 1 200px"
            aria-label={t("friends.claimCode")}
            placeholder="ABCD-2345"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            error={refused || undefined}
            autoComplete="off"
            autoCapitalize="characters"
            size="md"
          />
          <Button type="submit" size="md" variant="light" loading={fetching}>
            {t("friends.claimAction")}
          </Button>
        </Group>
      </form>
    </Section>
  );
}
