import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

const colors: Record<string, string> = {
  NEW: "blue",
  CONFIRMED: "cyan",
  IN_PROGRESS: "orange",
  READY: "pine",
  COMPLETED: "gray",
  CANCELLED: "red",
  REFUNDED: "grape",
};

/** Where an order stands, in a word and a colour. */
export function OrderStatus({ status }: { status: string }) {
  const { t } = useTranslation("app");
  return (
    <Badge variant="light" color={colors[status] ?? "gray"} tt="none" radius="sm">
      {t(`orderStatus.${status}`, { defaultValue: status })}
    </Badge>
  );
}
