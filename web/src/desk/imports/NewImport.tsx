import {
  Alert,
  Button,
  FileButton,
  FileInput,
  Group,
  Progress,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { useMediaQuery } from "@mantine/hooks";
import { IconFileUpload } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { notify } from "~/app/notices";
import { FailureNote } from "~/ui/Loaded";
import { Section } from "~/ui/Section";
import { ImportFormats } from "./documents";
import { Expected } from "./Expected";
import { type Draft, type Kind, kinds, mapped } from "./kinds";
import { useStart } from "./useStart";

const empty: Draft = { kind: "SALES", mapping: "", source: "", clubId: null, since: "" };

/** The form that starts an import: what it is, the files, what their columns mean. */
export function NewImport({ onStarted }: { onStarted: () => void }) {
  const { t } = useTranslation("desk");
  const [{ data, error }, read] = useQuery({ query: ImportFormats });
  const [draft, setDraft] = useState(empty);
  const [edited, setEdited] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [members, setMembers] = useState<File | null>(null);
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const { start, errors, setErrors, part, busy } = useStart();
  const format = data?.desk.importFormats.find(({ kind }) => kind === draft.kind);
  const filled = { ...draft, mapping: edited ? draft.mapping : (format?.mapping ?? "") };
  const change = (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const needed = t("imports.fileNeeded");
    const missing = {
      ...(!file && { fileId: needed }),
      ...(draft.kind === "REFERRALS" && !members && { membersFileId: needed }),
    };
    setErrors(missing);
    if (!file || Object.keys(missing).length > 0) return;
    if (!(await start(filled, file, members))) return;
    notify({ text: t("imports.started", { name: file.name }) });
    setFile(null);
    setMembers(null);
    onStarted();
  };
  const load = async (from: File | null) => {
    if (!from) return;
    change({ mapping: await from.text() });
    setEdited(true);
  };

  if (error && !data) return <FailureNote error={error} retry={() => read({ requestPolicy: "network-only" })} />;
  return (
    <Section title={t("imports.new")}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <form onSubmit={submit} noValidate>
          <Stack>
            <Select
              label={t("imports.what")}
              value={draft.kind}
              onChange={(kind) => {
                change({ kind: kind as Kind });
                setEdited(false);
                setErrors({});
              }}
              data={kinds.map((value) => ({ value, label: t(`imports.kind.${value}`) }))}
              allowDeselect={false}
            />
            <FileInput
              label={t(`imports.file.${draft.kind}`)}
              placeholder={t("imports.choose")}
              value={file}
              onChange={setFile}
              error={errors.fileId}
              accept=".csv,.gz,.txt,.xml"
              clearable
              clearButtonProps={{ "aria-label": t("imports.clear") }}
              required
            />
            {draft.kind === "REFERRALS" && (
              <FileInput
                label={t("imports.members")}
                placeholder={t("imports.choose")}
                value={members}
                onChange={setMembers}
                error={errors.membersFileId}
                accept=".csv,.gz,.txt"
                clearable
                clearButtonProps={{ "aria-label": t("imports.clear") }}
                required
              />
            )}
            {!mapped(draft.kind) && (
              <TextInput
                label={t("imports.source")}
                description={t("imports.sourceHint")}
                value={draft.source}
                onChange={(event) => change({ source: event.currentTarget.value })}
                error={errors.source}
                autoComplete="off"
                required
              />
            )}
            {draft.kind === "POSTS" && (
              <Select
                label={t("imports.club")}
                value={draft.clubId}
                onChange={(clubId) => change({ clubId })}
                data={(data?.clubs ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                error={errors.clubId}
                searchable
                required
              />
            )}
            {mapped(draft.kind) && (
              <>
                <Textarea
                  label={t("imports.mapping")}
                  description={t("imports.mappingHint")}
                  value={filled.mapping}
                  onChange={(event) => {
                    change({ mapping: event.currentTarget.value });
                    setEdited(true);
                  }}
                  error={errors.mapping}
                  autosize
                  minRows={8}
                  maxRows={16}
                  spellCheck={false}
                  styles={{ input: { fontFamily: "monospace", fontSize: 13 } }}
                />
                <Group gap="xs">
                  <FileButton onChange={load} accept=".yaml,.yml">
                    {(props) => (
                      <Button {...props} variant="default" size="sm">
                        {t("imports.mappingFile")}
                      </Button>
                    )}
                  </FileButton>
                  {edited && (
                    <Button variant="subtle" size="sm" onClick={() => setEdited(false)}>
                      {t("imports.mappingReset")}
                    </Button>
                  )}
                </Group>
              </>
            )}
            {draft.kind === "SALES" && (
              <DatePickerInput
                label={t("imports.since")}
                description={t("imports.sinceHint")}
                placeholder={t("imports.sinceAll")}
                value={draft.since || null}
                onChange={(since) => change({ since: since ?? "" })}
                error={errors.since}
                clearable
                clearButtonProps={{ "aria-label": t("imports.sinceClear") }}
                dropdownType={phone ? "modal" : "popover"}
              />
            )}
            {errors[""] && (
              <Alert color="red" role="alert">
                {errors[""]}
              </Alert>
            )}
            {part !== undefined && (
              <Stack gap={4}>
                <Text size="sm">{t("imports.sending", { percent: Math.round(part * 100) })}</Text>
                <Progress value={part * 100} aria-label={t("imports.sendingLabel")} />
              </Stack>
            )}
            <Group>
              <Button type="submit" loading={busy} leftSection={<IconFileUpload size={18} aria-hidden />}>
                {t("imports.start")}
              </Button>
            </Group>
          </Stack>
        </form>
        <Expected kind={draft.kind} format={format} />
      </SimpleGrid>
    </Section>
  );
}
