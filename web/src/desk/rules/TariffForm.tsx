import { ActionIcon, Button, Group, SimpleGrid, Switch } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { FormDialog } from "../form/FormBody";
import { InstantInput } from "../form/InstantInput";
import { CountInput, DecimalInput } from "../form/numbers";
import { useForm } from "../form/useForm";
import type { DeskTariffFragment } from "../gql/graphql";
import { ReferralTariffSet } from "./documents";

const draftOf = (current: DeskTariffFragment | undefined) => ({
  open: current?.open ?? true,
  levels: [...(current?.levels ?? ["5"])],
  inviterPoints: (current?.inviterPoints ?? 0) as number | null,
  invitedPoints: (current?.invitedPoints ?? 0) as number | null,
  capPerInvited: current?.capPerInvited ?? null,
  capPerMonth: current?.capPerMonth ?? null,
  maxInvited: current?.maxInvited ?? null,
  startsAt: null as string | null,
});

const gifts = ["inviterPoints", "invitedPoints"] as const;
const limits = ["capPerInvited", "capPerMonth", "maxInvited"] as const;

/** A new tariff of invitations, beginning with the one that holds. */
export function TariffForm({
  current,
  onClose,
  onDone,
}: {
  current: DeskTariffFragment | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation("desk");
  const form = useForm(ReferralTariffSet, () => draftOf(current));
  const { draft, field, error } = form;
  const { levels } = draft;
  const setLevels = (next: string[]) => form.set({ levels: next });

  const submit = async () => {
    const done = await form.save({
      ...draft,
      levels: levels.map((percent) => percent || "0"),
      inviterPoints: draft.inviterPoints ?? 0,
      invitedPoints: draft.invitedPoints ?? 0,
    });
    if (!done) return;
    notify({ text: t("tariff.done") });
    onDone();
  };

  return (
    <FormDialog
      title={t("tariff.change")}
      size="lg"
      form={form}
      action={t("rules.setAction")}
      onSubmit={submit}
      onClose={onClose}
    >
      <Switch label={t("tariff.isOpen")} {...form.check("open")} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {levels.map((percent, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place
          <Group key={i} gap="xs" align="flex-end" wrap="nowrap">
            <DecimalInput
              label={t("tariff.levelLabel", { level: i + 1 })}
              value={percent}
              onChange={(next) => setLevels(levels.map((p, j) => (i === j ? next : p)))}
              suffix="%"
              error={error(`levels.${i}`) ?? (i === 0 ? error("levels") : undefined)}
              flex={1}
            />
            {levels.length > 1 && i === levels.length - 1 && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t("tariff.removeLevel", { level: i + 1 })}
                onClick={() => setLevels(levels.slice(0, -1))}
              >
                <IconTrash size={18} />
              </ActionIcon>
            )}
          </Group>
        ))}
      </SimpleGrid>
      {levels.length < 10 && (
        <Group>
          <Button variant="light" leftSection={<IconPlus size={18} />} onClick={() => setLevels([...levels, "1"])}>
            {t("tariff.addLevel")}
          </Button>
        </Group>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {gifts.map((name) => (
          <CountInput key={name} label={t(`tariff.${name}`)} {...field(name)} />
        ))}
        {limits.map((name) => (
          <CountInput key={name} label={t(`tariff.${name}`)} placeholder={t("rules.noLimit")} {...field(name)} />
        ))}
        <InstantInput label={t("rules.starts")} {...field("startsAt")} />
      </SimpleGrid>
    </FormDialog>
  );
}
