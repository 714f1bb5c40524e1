import { Grid, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { FailureNote } from "~/ui/Loaded";
import { CountInput } from "../form/numbers";
import { Overtaken, SaveBar } from "../form/SaveBar";
import { Section } from "../form/Section";
import { TextPair } from "../form/TextPair";
import { useDraft } from "../form/useDraft";
import { isConflict, useSave } from "../form/useSave";
import type { ClubPosting, DeskClubFragment } from "../gql/graphql";
import { draftOf, inputOf } from "./club";
import { ClubUpdate } from "./documents";
import { Entry } from "./Entry";
import { Privileges } from "./Privileges";
import { RulesInWords } from "./RulesInWords";

const postings: readonly ClubPosting[] = ["STAFF", "MEMBERS"];

/** The words, rules and privileges of a club, with the rules as members will read them. */
export function ClubForm({ club, refresh }: { club: DeskClubFragment; refresh: () => void }) {
  const { t } = useTranslation("desk");
  const navigate = useNavigate();
  const form = useDraft({ version: club.version, draft: draftOf(club) });
  const { save, busy, refused, failed } = useSave(ClubUpdate);
  const { draft, set } = form;

  const submit = async () => {
    const done = await save({ clubId: club.id, expectedVersion: form.version, ...inputOf(form.edits, draft) });
    if (!done?.club) return refresh();
    form.saved({ version: done.club.version, draft: draftOf(done.club) });
    notify({ text: t("form.saved") });
    const { slug } = done.club;
    if (slug !== club.slug) {
      await navigate({ to: "/desk/clubs/$slug", params: { slug }, replace: true, ignoreBlocker: true });
    }
  };

  return (
    <Stack gap="lg">
      {form.overtaken && (
        <Overtaken
          fields={form.collided.map((field) => t(`clubs.field.${field}`))}
          onJoin={form.join}
          onDrop={form.drop}
        />
      )}
      {failed && !(isConflict(failed) && form.overtaken) && <FailureNote error={failed} />}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            <Section title={t("clubs.words")}>
              <TextPair
                label={t("product.name")}
                value={draft.name}
                onChange={(name) => set({ name })}
                error={refused.name}
                required
              />
              <TextPair
                label={t("clubs.description")}
                value={draft.description}
                onChange={(description) => set({ description })}
                error={refused.description}
                rows={3}
              />
            </Section>
            <Section title={t("clubs.entryTitle")}>
              <Entry
                entry={draft.entry}
                spend={draft.spend}
                onEntry={(entry) => set({ entry })}
                onSpend={(spend) => set({ spend })}
                refused={refused}
              />
            </Section>
            <Privileges value={draft.privileges} onChange={(privileges) => set({ privileges })} refused={refused} />
            <Section title={t("clubs.more")}>
              <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
                <Select
                  label={t("clubs.postingLabel")}
                  value={draft.posting}
                  allowDeselect={false}
                  onChange={(value) => value && set({ posting: value as ClubPosting })}
                  data={postings.map((value) => ({ value, label: t(`clubs.posting.${value}`) }))}
                />
                <TextInput
                  label={t("form.slug")}
                  value={draft.slug}
                  onChange={(event) => set({ slug: event.currentTarget.value })}
                  error={refused.slug}
                />
                <CountInput
                  label={t("clubs.position")}
                  value={draft.position}
                  onChange={(position) => set({ position: position ?? 0 })}
                />
              </SimpleGrid>
            </Section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <RulesInWords draft={draft} />
        </Grid.Col>
      </Grid>
      <SaveBar dirty={form.dirty} busy={busy} onSave={submit} onDrop={form.drop} />
    </Stack>
  );
}
