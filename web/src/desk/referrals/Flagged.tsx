import { Badge, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { TextLink } from "~/ui/links";
import { FormDialog } from "../form/FormBody";
import { useForm } from "../form/useForm";
import type { FlaggedReferralsQuery, ReferralDecision } from "../gql/graphql";
import { ReferralDecide } from "./documents";

type Person = FlaggedReferralsQuery["desk"]["flaggedReferrals"]["nodes"][number];

/** An invitation that needs a look: who invited whom, why it was flagged, and what to decide. */
export function Flagged({ person, onDone }: { person: Person; onDone: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [deciding, setDeciding] = useState<ReferralDecision>();
  const nameOf = (who: Person["customer"]) => who?.name || who?.email || who?.phone || t("members.nameless");
  const name = nameOf(person.customer);
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <Stack gap={4}>
        <Text size="sm">
          {person.inviter && (
            <TextLink to="/desk/customers/$id" params={{ id: person.inviter.id }} fw={600} c="inherit">
              {nameOf(person.inviter)}
            </TextLink>
          )}
          {" → "}
          {person.customer && (
            <TextLink to="/desk/customers/$id" params={{ id: person.customer.id }} fw={600} c="inherit">
              {name}
            </TextLink>
          )}
        </Text>
        <Text size="sm" c="dimmed">
          {t("referrals.joined", { when: format.when(person.joinedAt), count: person.orders })}
        </Text>
        <Group gap="xs">
          {person.flags.map((flag) => (
            <Badge key={flag} color="orange" variant="light" tt="none" radius="sm">
              {t(`referrals.flag.${flag}`, { defaultValue: flag })}
            </Badge>
          ))}
        </Group>
        {person.reason && <Text size="sm">{t("members.reason", { reason: person.reason })}</Text>}
      </Stack>
      <Group gap="xs">
        {(["APPROVE", "VOID"] as const).map((decision) => (
          <Button
            key={decision}
            size="xs"
            h={36}
            variant={decision === "APPROVE" ? "filled" : "default"}
            onClick={() => setDeciding(decision)}
            aria-label={t("members.actOn", { action: t(`referrals.decision.${decision}`), name })}
          >
            {t(`referrals.decision.${decision}`)}
          </Button>
        ))}
      </Group>
      {deciding && (
        <Decide
          personId={person.id}
          name={name}
          decision={deciding}
          onClose={() => setDeciding(undefined)}
          onDone={() => {
            setDeciding(undefined);
            onDone();
          }}
        />
      )}
    </Group>
  );
}

function Decide({
  personId,
  name,
  decision,
  onClose,
  onDone,
}: {
  personId: string;
  name: string;
  decision: ReferralDecision;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation("desk");
  const form = useForm(ReferralDecide, { reason: "" });
  const reason = form.draft.reason.trim();
  const submit = async () => {
    if (!(await form.save({ customerId: personId, decision, reason }))) return;
    notify({ text: t(`referrals.done.${decision}`, { name }) });
    onDone();
  };
  return (
    <FormDialog
      title={t(`referrals.ask.${decision}`, { name })}
      centered
      form={form}
      action={t(`referrals.decision.${decision}`)}
      color={decision === "VOID" ? "red" : "pine"}
      disabled={!reason}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">{t(`referrals.means.${decision}`)}</Text>
      <TextInput
        label={t("stock.reason")}
        description={t("referrals.reasonHint")}
        {...form.text("reason")}
        maxLength={500}
        required
        data-autofocus
      />
    </FormDialog>
  );
}
