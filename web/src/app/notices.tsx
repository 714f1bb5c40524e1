import { Button, CloseButton, Group, Paper, Stack, Text } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import classes from "./notices.module.css";

// Short notices at the edge of the screen: what was done, with a way to undo it, and what happened meanwhile.

/** A notice to show. It goes by itself after `seconds`, 6 unless said otherwise. */
export type Notice = {
  text: string;
  tone?: "done" | "news" | "bad";
  action?: { label: string; run: () => void };
  seconds?: number;
};

type Shown = Notice & { id: number };

let shown: readonly Shown[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Shown[]) {
  shown = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number) => set(shown.filter((notice) => notice.id !== id));

/** Shows a notice. */
export function notify(notice: Notice) {
  last += 1;
  const id = last;
  set([...shown.slice(-2), { ...notice, id }]);
  setTimeout(() => dismiss(id), (notice.seconds ?? 6) * 1000);
}

/** The place where notices appear; read out by screen readers. */
export function Notices() {
  const { t } = useTranslation("app");
  const notices = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <section className={classes.place} aria-live="polite" aria-label={t("notices")}>
      <Stack gap="xs">
        {notices.map((notice) => (
          <Paper key={notice.id} className={classes.notice} data-tone={notice.tone ?? "done"} shadow="md" p="sm">
            <Group wrap="nowrap" justify="space-between" gap="sm">
              <Text size="sm">{notice.text}</Text>
              <Group wrap="nowrap" gap={4}>
                {notice.action && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    onClick={() => {
                      notice.action?.run();
                      dismiss(notice.id);
                    }}
                  >
                    {notice.action.label}
                  </Button>
                )}
                <CloseButton size="sm" aria-label={t("action.close")} onClick={() => dismiss(notice.id)} />
              </Group>
            </Group>
          </Paper>
        ))}
      </Stack>
    </section>
  );
}
