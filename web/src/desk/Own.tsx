import { Button, Divider, SegmentedControl, Stack, Switch, Text, useMantineColorScheme } from "@mantine/core";
import { IconArrowBackUp, IconLogout } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { allWords } from "~/app/errors";
import { type Language, languages, setLanguage, useLanguage } from "~/app/i18n";
import { notify } from "~/app/notices";
import { PushSwitch } from "~/app/PushSwitch";
import { signOut, updateViewer, useViewer } from "~/app/session";
import { SessionEnd } from "~/app/signing";
import { ButtonLink } from "~/ui/links";
import { setSound, useSound } from "./alert";
import { StaffUpdate } from "./documents";
import { useFailure } from "./useFailure";

/** Changes one's own settings at the desk; false when it did not work, which has been told then. */
function useOwnUpdate() {
  const failed = useFailure();
  const viewer = useViewer();
  const [{ fetching }, update] = useMutation(StaffUpdate);
  const change = async (input: { onDuty?: boolean; locale?: Language }) => {
    const { data, error } = await update({ input });
    const refused = error ? failed(error) : allWords(data?.staffUpdate.userErrors ?? []);
    if (refused) notify({ text: refused, tone: "bad" });
    const staff = data?.staffUpdate.staff;
    if (staff) updateViewer({ ...viewer, staff });
    return !refused;
  };
  return { change, fetching };
}

/** Whether one is on duty: alerts for new orders go to one's devices then. */
export function Duty() {
  const { t } = useTranslation("desk");
  const staff = useViewer().staff;
  const { change, fetching } = useOwnUpdate();
  return (
    <Switch
      checked={staff?.onDuty ?? false}
      disabled={fetching}
      onChange={(event) => void change({ onDuty: event.currentTarget.checked })}
      label={t("shell.onDuty")}
      description={t(staff?.onDuty ? "shell.onDutyYes" : "shell.onDutyNo")}
    />
  );
}

/** How the desk looks, sounds and speaks for this person, and the ways out of it. */
export function Own() {
  const { t } = useTranslation("desk");
  const staff = useViewer().staff;
  const sound = useSound();
  return (
    <Stack gap="sm">
      <div>
        <Text fw={600} size="sm">
          {staff?.name}
        </Text>
        <Text size="xs" c="dimmed">
          {staff && `${t(`role.${staff.role}`)} · ${staff.email}`}
        </Text>
      </div>
      <Switch
        checked={sound}
        onChange={(event) => setSound(event.currentTarget.checked)}
        label={t("shell.sound")}
        description={t("shell.soundHint")}
      />
      <PushSwitch />
      <LanguageChoice />
      <Appearance />
      <Divider />
      <Stack gap="xs">
        <ButtonLink to="/" variant="default" size="sm" leftSection={<IconArrowBackUp size={16} aria-hidden />}>
          {t("shell.customerSide")}
        </ButtonLink>
        <SignOut />
      </Stack>
    </Stack>
  );
}

function LanguageChoice() {
  const { t } = useTranslation("app");
  const language = useLanguage();
  const { change } = useOwnUpdate();
  const choose = async (value: Language) => {
    await change({ locale: value });
    await setLanguage(value);
  };
  return (
    <SegmentedControl
      fullWidth
      aria-label={t("language.label")}
      value={language}
      onChange={(value) => void choose(value as Language)}
      data={languages.map((value) => ({ value, label: t(`language.${value}`) }))}
    />
  );
}

function Appearance() {
  const { t } = useTranslation("app");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      aria-label={t("theme.label")}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as typeof colorScheme)}
      data={(["light", "dark", "auto"] as const).map((value) => ({ value, label: t(`theme.${value}`) }))}
    />
  );
}

/** Ends the session of this browser. */
export function SignOut() {
  const { t } = useTranslation("app");
  const failed = useFailure();
  const navigate = useNavigate();
  const [{ fetching }, end] = useMutation(SessionEnd);
  const leave = async () => {
    const { error } = await end({ input: {} });
    if (error?.networkError) return notify({ text: failed(error), tone: "bad" });
    signOut();
    await navigate({ to: "/sign-in" });
  };
  return (
    <Button
      variant="default"
      size="sm"
      loading={fetching}
      onClick={() => void leave()}
      leftSection={<IconLogout size={16} aria-hidden />}
    >
      {t("action.signOut")}
    </Button>
  );
}
