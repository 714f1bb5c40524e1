import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "~/ui/Page";
import { Earning } from "./rules/Earning";
import { Programme } from "./rules/Programme";
import { Tariff } from "./rules/Tariff";

/** How points are earned and spent: the ways to earn, what invitations bring, and the points programme. */
export function Rules() {
  const { t } = useTranslation("desk");
  return (
    <Page title={t("rules.title")}>
      <Stack gap="lg">
        <Earning />
        <Tariff />
        <Programme />
      </Stack>
    </Page>
  );
}
