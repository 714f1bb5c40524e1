import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** What the business thinks of a referral, when there is something to say. */
export function StateBadge({ state }: { state: string }) {
  const { t } = useTranslation("personal");
  if (state === "ACTIVE") return null;
  return (
    <Badge variant="light" color={state === "VOIDED" ? "red" : "orange"} tt="none" radius="sm">
      {t(`friends.state.${state}`, { defaultValue: state })}
    </Badge>
  );
}
