import { Switch, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient, useQuery } from "urql";
import { type PushState, pushState, switchOff, switchOn, WebPush } from "./push";

/** Switches pushes to this browser on and off, where the business and the browser can do it; `onChanged` hears of each change. */
export function PushSwitch({ onChanged }: { onChanged?: () => void }) {
  const { t } = useTranslation("app");
  const client = useClient();
  const [{ data }] = useQuery({ query: WebPush });
  const config = data?.business.webPush;
  const [changed, setChanged] = useState<PushState>();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const state = changed ?? pushState(config);
  if (!config || state === "unsupported") {
    return (
      <Text size="sm" c="dimmed">
        {t("push.unsupported")}
      </Text>
    );
  }
  const change = async (on: boolean) => {
    setBusy(true);
    setFailed(false);
    try {
      setChanged(on ? await switchOn(client, config, navigator.userAgent.slice(0, 100)) : await switchOff(client));
      onChanged?.();
    } catch {
      setFailed(true);
    }
    setBusy(false);
  };
  return (
    <Switch
      label={t("push.label")}
      description={state === "blocked" ? t("push.blocked") : t("push.text")}
      checked={state === "on"}
      disabled={busy || state === "blocked"}
      onChange={(event) => void change(event.currentTarget.checked)}
      error={failed ? t("push.failed") : undefined}
    />
  );
}
