import { Group, Text } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** Says that others do not see this, and why. */
export function HiddenNote({ reason }: { reason: string | null | undefined }) {
  const { t } = useTranslation("personal");
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <IconEyeOff size={18} aria-hidden />
      <Text size="sm" c="orange">
        {reason ? t("post.hiddenBecause", { reason }) : t("post.hiddenNote")}
      </Text>
    </Group>
  );
}
