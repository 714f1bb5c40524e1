import { Button, Center } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Reads the next page of a list. */
export function More({ shown, loading, onMore }: { shown: boolean; loading: boolean; onMore: () => void }) {
  const { t } = useTranslation("app");
  if (!shown) return null;
  return (
    <Center>
      <Button variant="default" onClick={onMore} loading={loading}>
        {t("action.more")}
      </Button>
    </Center>
  );
}
