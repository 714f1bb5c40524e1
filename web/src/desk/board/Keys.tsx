import { ActionIcon, Group, Kbd, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKeyboard } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Dialog } from "~/ui/Dialog";
import { useShortcut } from "../useShortcut";

const legend = [
  { keys: ["↑", "↓", "←", "→"], text: "move" },
  { keys: ["Enter", "O"], text: "open" },
  { keys: ["A"], text: "next" },
  { keys: ["P"], text: "promise" },
  { keys: ["X"], text: "cancel" },
  { keys: ["/"], text: "search" },
  { keys: ["?"], text: "legend" },
] as const;

/** What the keys do on the board; opened by its button or a question mark. */
export function Keys() {
  const { t } = useTranslation("desk");
  const [opened, { open, close }] = useDisclosure();
  useShortcut((event) => event.key === "?" || (event.code === "Slash" && event.shiftKey), open);
  return (
    <>
      <ActionIcon variant="default" size={36} onClick={open} aria-label={t("board.keys")} visibleFrom="md">
        <IconKeyboard size={20} />
      </ActionIcon>
      <Dialog opened={opened} onClose={close} title={t("board.keys")} centered size="sm">
        <Stack gap="sm">
          {legend.map(({ keys, text }) => (
            <Group key={text} justify="space-between" wrap="nowrap">
              <Text size="sm">{t(`board.key.${text}`)}</Text>
              <Group gap={4} wrap="nowrap">
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </Group>
            </Group>
          ))}
          <Text size="xs" c="dimmed">
            {t("board.keysHint")}
          </Text>
        </Stack>
      </Dialog>
    </>
  );
}
