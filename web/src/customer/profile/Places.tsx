import { Badge, Button, Group, Text } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile, IconLogout } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { PushSwitch } from "~/app/PushSwitch";
import { signOut } from "~/app/session";
import { SessionEnd } from "~/app/signing";
import { useFormat } from "~/app/useFormat";
import { Confirm } from "~/ui/confirm";
import { Section } from "~/ui/Section";
import type { Person } from "../Profile";
import { agentName } from "./agent";
import { DeviceRemove } from "./documents";

/** Where the customer is signed in, with a way to end each. */
export function Sessions({ sessions, onEnded }: { sessions: Person["sessions"]; onEnded: () => void }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const [, end] = useMutation(SessionEnd);
  const endOne = async (sessionId: string) => {
    const words = trouble(await end({ input: { sessionId } }), t);
    notify(words ? { text: words, tone: "bad" } : { text: t("profile.sessionEnded") });
    if (!words) onEnded();
    return !words;
  };
  return (
    <Section title={t("profile.sessions")} gap="md">
      {sessions.map((session) => {
        const name = session.userAgent ? agentName(session.userAgent) : t("profile.unknownDevice");
        const Icon = /Mobile|Android|iPhone/.test(session.userAgent ?? "") ? IconDeviceMobile : IconDeviceDesktop;
        return (
          <Group key={session.id} justify="space-between" gap="sm">
            <Group gap="sm" wrap="nowrap" flex="1 1 150px">
              <Icon size={24} aria-hidden />
              <div>
                <Group gap="xs">
                  <Text size="sm" fw={600}>
                    {name}
                  </Text>
                  {session.current && (
                    <Badge variant="light" tt="none" radius="sm">
                      {t("profile.thisDevice")}
                    </Badge>
                  )}
                </Group>
                <Text size="sm" c="dimmed">
                  {t("profile.lastUsed", { when: format.when(session.lastUsedAt) })}
                </Text>
              </div>
            </Group>
            {!session.current && (
              <Confirm
                title={t("profile.endTitle", { name })}
                text={t("profile.endText")}
                action={t("profile.end")}
                onConfirm={() => endOne(session.id)}
              >
                {(open) => (
                  <Button variant="default" onClick={open} aria-label={t("profile.endOf", { name })}>
                    {t("profile.end")}
                  </Button>
                )}
              </Confirm>
            )}
          </Group>
        );
      })}
      <SignOut />
    </Section>
  );
}

function SignOut() {
  const { t } = useTranslation("app");
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [, end] = useMutation(SessionEnd);
  const leave = async () => {
    setBusy(true);
    const words = trouble(await end({ input: {} }), t);
    setBusy(false);
    if (words) return notify({ text: words, tone: "bad" });
    await navigate({ to: "/" });
    signOut();
  };
  return (
    <Group>
      <Button
        variant="light"
        color="red"
        leftSection={<IconLogout size={18} aria-hidden />}
        loading={busy}
        onClick={() => void leave()}
      >
        {t("action.signOut")}
      </Button>
    </Group>
  );
}

/** Phones and browsers that get pushes, with a way to stop each. */
export function Devices({ devices, onChanged }: { devices: Person["devices"]; onChanged: () => void }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const [, remove] = useMutation(DeviceRemove);
  const removeOne = async (deviceId: string) => {
    const words = trouble(await remove({ input: { deviceId } }), t);
    notify(words ? { text: words, tone: "bad" } : { text: t("profile.deviceRemoved") });
    if (!words) onChanged();
    return !words;
  };
  return (
    <Section title={t("profile.devices")} gap="md">
      <PushSwitch onChanged={onChanged} />
      {devices.map((device) => {
        const name =
          (device.name && agentName(device.name)) ??
          t(`profile.platform.${device.platform}`, { defaultValue: device.platform });
        return (
          <Group key={device.id} justify="space-between" gap="sm">
            <div>
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <Text size="sm" c="dimmed">
                {t("profile.lastUsed", { when: format.when(device.seenAt) })}
              </Text>
            </div>
            <Confirm
              title={t("profile.removeTitle", { name })}
              text={t("profile.removeText")}
              action={t("profile.remove")}
              onConfirm={() => removeOne(device.id)}
            >
              {(open) => (
                <Button variant="default" onClick={open} aria-label={t("profile.removeOf", { name })}>
                  {t("profile.remove")}
                </Button>
              )}
            </Confirm>
          </Group>
        );
      })}
    </Section>
  );
}
