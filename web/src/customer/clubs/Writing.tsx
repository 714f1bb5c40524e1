import { Button, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { newKey } from "~/app/repeat";

/** What a person wrote, and the key under which it is sent once. */
export type Draft = { title: string; text: string; key: string };

/** A place to write: `send` answers with what stands in the way, or with nothing when it is done. */
export function Writing({
  label,
  action,
  titled = false,
  first = { title: "", text: "" },
  focus = false,
  send,
  onCancel,
  children,
}: {
  label: string;
  action: string;
  titled?: boolean;
  first?: { title: string; text: string };
  focus?: boolean;
  send: (draft: Draft) => Promise<string>;
  onCancel?: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation("personal");
  const [draft, setDraft] = useState<Draft>(() => ({ ...first, key: newKey() }));
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part, key: newKey() });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!draft.text.trim()) return setRefused(t("post.textNeeded"));
    setBusy(true);
    const words = await send(draft);
    setBusy(false);
    setRefused(words);
    if (!words) setDraft({ title: "", text: "", key: newKey() });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {titled && (
          <TextInput
            label={t("post.title")}
            value={draft.title}
            maxLength={200}
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
        )}
        <Textarea
          label={titled ? label : undefined}
          aria-label={titled ? undefined : label}
          placeholder={titled ? undefined : label}
          value={draft.text}
          onChange={(event) => change({ text: event.currentTarget.value })}
          error={refused || undefined}
          autosize
          minRows={titled ? 4 : 1}
          maxRows={16}
          data-autofocus={focus || undefined}
          autoFocus={focus}
        />
        {children}
        {(titled || draft.text !== "" || onCancel) && (
          <Group justify="space-between" gap="sm">
            <Text size="xs" c="dimmed">
              {t("post.markdown")}
            </Text>
            <Group gap="sm">
              {onCancel && (
                <Button variant="default" onClick={onCancel}>
                  {t("action.cancel", { ns: "app" })}
                </Button>
              )}
              <Button type="submit" loading={busy}>
                {action}
              </Button>
            </Group>
          </Group>
        )}
      </Stack>
    </form>
  );
}
