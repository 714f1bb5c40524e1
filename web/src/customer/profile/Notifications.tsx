import { Button, Group, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { Card } from "~/ui/Card";
import { Refused } from "~/ui/Refused";
import { NotificationsSet } from "./documents";
import type { NotificationTopic, ToldFragment } from "./gql/graphql";

type Saved = { settings: ToldFragment; onChanged: () => void };

/** What comes to the customer's devices, and when it waits. */
export function Notifications({ settings, onChanged }: Saved) {
  const { t } = useTranslation("personal");
  const [{ fetching }, set] = useMutation(NotificationsSet);
  const choose = async (topic: NotificationTopic, enabled: boolean) => {
    const words = trouble(await set({ input: { preferences: [{ topic, channel: "PUSH", enabled }] } }), t);
    if (words) notify({ text: words, tone: "bad" });
    else onChanged();
  };
  return (
    <Card>
      <Stack>
        <div>
          <Title order={2} size="h4">
            {t("profile.told.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("profile.told.text")}
          </Text>
        </div>
        {settings.preferences
          .filter((preference) => preference.channel === "PUSH")
          .map(({ topic, enabled, critical }) => (
            <Switch
              key={topic}
              label={t(`profile.told.topic.${topic}`, { defaultValue: topic })}
              description={critical ? t("profile.told.always") : undefined}
              checked={enabled}
              disabled={critical || fetching}
              onChange={(event) => void choose(topic, event.currentTarget.checked)}
              size="md"
            />
          ))}
        <Quiet settings={settings} onChanged={onChanged} />
      </Stack>
    </Card>
  );
}

function Quiet({ settings, onChanged }: Saved) {
  const { t } = useTranslation("personal");
  const { quietHours } = settings;
  const [on, setOn] = useState(!!quietHours);
  const [from, setFrom] = useState(quietHours?.from ?? "22:00");
  const [until, setUntil] = useState(quietHours?.until ?? "08:00");
  const [refused, setRefused] = useState("");
  const [{ fetching }, set] = useMutation(NotificationsSet);
  const save = async (hours: { from: string; until: string } | null) => {
    const words = trouble(await set({ input: { quietHours: hours } }), t);
    setRefused(words);
    if (words) return;
    notify({ text: t("profile.saved") });
    onChanged();
  };
  const toggle = (next: boolean) => {
    setOn(next);
    void save(next ? { from, until } : null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save({ from, until });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Switch
          label={t("profile.told.quiet")}
          description={t("profile.told.quietText")}
          checked={on}
          disabled={fetching}
          onChange={(event) => toggle(event.currentTarget.checked)}
          size="md"
        />
        {on && (
          <Group align="flex-end" gap="sm">
            <TextInput
              type="time"
              label={t("profile.told.from")}
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
            />
            <TextInput
              type="time"
              label={t("profile.told.until")}
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={fetching}>
              {t("profile.told.saveQuiet")}
            </Button>
          </Group>
        )}
        <Refused words={refused} />
      </Stack>
    </form>
  );
}
