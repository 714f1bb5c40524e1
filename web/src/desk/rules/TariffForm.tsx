import { ActionIcon, Button, Group, Modal, SimpleGrid, Stack, Switch } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { FailureNote } from "~/ui/Loaded";
import { InstantInput } from "../form/InstantInput";
import { CountInput, DecimalInput } from "../form/numbers";
import { useSave } from "../form/useSave";
import type { DeskTariffFragment } from "../gql/graphql";
import { ReferralTariffSet } from "./documents";

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
  const { save, busy, refused, failed } = useSave(ReferralTariffSet);
  const [open, setOpen] = useState(current?.open ?? true);
  const [levels, setLevels] = useState<string[]>([...(current?.levels ?? ["5"])]);
  const [inviterPoints, setInviterPoints] = useState<number | null>(current?.inviterPoints ?? 0);
  const [invitedPoints, setInvitedPoints] = useState<number | null>(current?.invitedPoints ?? 0);
  const [capPerInvited, setCapPerInvited] = useState<number | null>(current?.capPerInvited ?? null);
  const [capPerMonth, setCapPerMonth] = useState<number | null>(current?.capPerMonth ?? null);
  const [maxInvited, setMaxInvited] = useState<number | null>(current?.maxInvited ?? null);
  const [startsAt, setStartsAt] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await save({
      open,
      levels: levels.map((percent) => percent || "0"),
      inviterPoints: inviterPoints ?? 0,
      invitedPoints: invitedPoints ?? 0,
      capPerInvited,
      capPerMonth,
      maxInvited,
      startsAt,
    });
    if (!done) return;
    notify({ text: t("tariff.done") });
    onDone();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("tariff.change")}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <Switch
            label={t("tariff.isOpen")}
            checked={open}
            onChange={(event) => setOpen(event.currentTarget.checked)}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            {levels.map((percent, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place
              <Group key={i} gap="xs" align="flex-end" wrap="nowrap">
                <DecimalInput
                  label={t("tariff.levelLabel", { level: i + 1 })}
                  value={percent}
                  onChange={(next) => setLevels(levels.map((p, j) => (i === j ? next : p)))}
                  suffix="%"
                  error={refused[`levels.${i}`] ?? (i === 0 ? refused.levels : undefined)}
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
            <CountInput
              label={t("tariff.inviterPoints")}
              value={inviterPoints}
              onChange={setInviterPoints}
              error={refused.inviterPoints}
            />
            <CountInput
              label={t("tariff.invitedPoints")}
              value={invitedPoints}
              onChange={setInvitedPoints}
              error={refused.invitedPoints}
            />
            <CountInput
              label={t("tariff.capPerInvited")}
              placeholder={t("rules.noLimit")}
              value={capPerInvited}
              onChange={setCapPerInvited}
              error={refused.capPerInvited}
            />
            <CountInput
              label={t("tariff.capPerMonth")}
              placeholder={t("rules.noLimit")}
              value={capPerMonth}
              onChange={setCapPerMonth}
              error={refused.capPerMonth}
            />
            <CountInput
              label={t("tariff.maxInvited")}
              placeholder={t("rules.noLimit")}
              value={maxInvited}
              onChange={setMaxInvited}
              error={refused.maxInvited}
            />
            <InstantInput label={t("rules.starts")} value={startsAt} onChange={setStartsAt} error={refused.startsAt} />
          </SimpleGrid>
          {failed && <FailureNote error={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel", { ns: "app" })}
            </Button>
            <Button type="submit" loading={busy}>
              {t("rules.setAction")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
