import { Grid, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Section } from "~/ui/Section";
import { EditNotes } from "../form/EditNotes";
import { CountInput } from "../form/numbers";
import { SaveBar } from "../form/SaveBar";
import { TextPair } from "../form/TextPair";
import { useEdit } from "../form/useEdit";
import type { ClubPosting, DeskClubFragment } from "../gql/graphql";
import { ClubPicture } from "./ClubPicture";
import { draftOf, inputOf } from "./club";
import { ClubUpdate } from "./documents";
import { Entry } from "./Entry";
import { Privileges } from "./Privileges";
import { RulesInWords } from "./RulesInWords";

const postings: readonly ClubPosting[] = ["STAFF", "MEMBERS"];

const versioned = (club: DeskClubFragment) => ({ version: club.version, draft: draftOf(club) });

/** The words, rules and privileges of a club, with the rules as members will read them. */
export function ClubForm({ club, refresh }: { club: DeskClubFragment; refresh: () => void }) {
  const { t } = useTranslation("desk");
  const navigate = useNavigate();
  const form = useEdit(ClubUpdate, versioned(club), (done) => done.club && versioned(done.club));
  const { draft, set, field, error, errors } = form;

  const submit = async () => {
    const done = await form.save({ clubId: club.id, expectedVersion: form.version, ...inputOf(form.edits, draft) });
    if (!done?.club) return refresh();
    const { slug } = done.club;
    if (slug !== club.slug) {
      await navigate({ to: "/desk/clubs/$slug", params: { slug }, replace: true, ignoreBlocker: true });
    }
  };

  return (
    <Stack gap="lg">
      <EditNotes form={form} label={(name) => t(`clubs.field.${name}`)} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            <Section title={t("clubs.words")}>
              <TextPair label={t("product.name")} {...field("name")} required />
              <TextPair label={t("clubs.description")} {...field("description")} rows={3} />
            </Section>
            <ClubPicture
              club={club}
              value={draft.pictureId}
              onChange={(pictureId) => set({ pictureId })}
              error={error("pictureId")}
            />
            <Section title={t("clubs.entryTitle")}>
              <Entry entry={draft.entry} spend={draft.spend} onChange={set} refused={errors("spend")} />
            </Section>
            <Privileges
              value={draft.privileges}
              onChange={(privileges) => set({ privileges })}
              refused={errors("privileges")}
            />
            <Section title={t("clubs.more")}>
              <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
                <Select
                  label={t("clubs.postingLabel")}
                  value={draft.posting}
                  allowDeselect={false}
                  onChange={(value) => value && set({ posting: value as ClubPosting })}
                  data={postings.map((value) => ({ value, label: t(`clubs.posting.${value}`) }))}
                />
                <TextInput label={t("form.slug")} {...form.text("slug")} />
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
      <SaveBar form={form} onSave={submit} />
    </Stack>
  );
}
