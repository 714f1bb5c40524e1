import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote } from "~/ui/Loaded";
import { slugOfPair } from "../form/slug";
import { noText, TextPair } from "../form/TextPair";
import { useSave } from "../form/useSave";
import type { ClubEntry } from "../gql/graphql";
import { ClubCreate } from "./documents";
import { Entry, type Spend } from "./Entry";

/** Begins a club: its name and how one enters. What it gives is set on its own page. */
export function NewClub({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("desk");
  const navigate = useNavigate();
  const { save, busy, refused, failed } = useSave(ClubCreate, { keyed: true });
  const [name, setName] = useState(noText);
  const [ownSlug, setOwnSlug] = useState<string>();
  const [entry, setEntry] = useState<ClubEntry>("BY_REQUEST");
  const [spend, setSpend] = useState<Spend>({ amount: "", periodDays: 365, graceDays: 30 });
  const slug = ownSlug ?? slugOfPair(name);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const bySpend = entry === "BY_SPEND" && { spend: { ...spend, amount: spend.amount || "0" } };
    const done = await save({ name, slug, entry, posting: "STAFF", position: 0, ...bySpend });
    const made = done?.club?.slug;
    if (made) await navigate({ to: "/desk/clubs/$slug", params: { slug: made } });
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("clubs.new")}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextPair label={t("product.name")} value={name} onChange={setName} error={refused.name} required />
          <TextInput
            label={t("form.slug")}
            description={t("form.slugHint")}
            value={slug}
            onChange={(event) => setOwnSlug(event.currentTarget.value)}
            error={refused.slug}
            required
          />
          <Entry entry={entry} spend={spend} onEntry={setEntry} onSpend={setSpend} refused={refused} />
          <Text size="sm" c="dimmed">
            {t("clubs.newHint")}
          </Text>
          {failed && <FailureNote error={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel", { ns: "app" })}
            </Button>
            <Button type="submit" loading={busy}>
              {t("clubs.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
