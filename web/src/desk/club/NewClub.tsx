import { Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../form/FormBody";
import { SlugInput } from "../form/SlugInput";
import { slugOfPair } from "../form/slug";
import { noText, TextPair } from "../form/TextPair";
import { useForm } from "../form/useForm";
import type { ClubEntry } from "../gql/graphql";
import { ClubCreate } from "./documents";
import { Entry, type Spend } from "./Entry";

const empty = {
  name: noText,
  entry: "BY_REQUEST" as ClubEntry,
  spend: { amount: "", periodDays: 365, graceDays: 30 } as Spend,
};

/** Begins a club: its name and how one enters. What it gives is set on its own page. */
export function NewClub({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("desk");
  const navigate = useNavigate();
  const form = useForm(ClubCreate, empty, { keyed: true });
  const [ownSlug, setOwnSlug] = useState<string>();
  const { name, entry, spend } = form.draft;
  const slug = ownSlug ?? slugOfPair(name);

  const submit = async () => {
    const bySpend = entry === "BY_SPEND" && { spend: { ...spend, amount: spend.amount || "0" } };
    const done = await form.save({ name, slug, entry, posting: "STAFF", position: 0, ...bySpend });
    const made = done?.club?.slug;
    if (made) await navigate({ to: "/desk/clubs/$slug", params: { slug: made } });
  };

  return (
    <FormDialog
      title={t("clubs.new")}
      size="lg"
      form={form}
      action={t("clubs.create")}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextPair label={t("product.name")} {...form.field("name")} required />
      <SlugInput value={slug} onChange={setOwnSlug} error={form.error("slug")} />
      <Entry entry={entry} spend={spend} onChange={form.set} refused={form.errors("spend")} />
      <Text size="sm" c="dimmed">
        {t("clubs.newHint")}
      </Text>
    </FormDialog>
  );
}
