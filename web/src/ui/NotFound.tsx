import { Container } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Empty } from "./Empty";
import { ButtonLink } from "./links";

/** There is nothing at this address. */
export function NotFound() {
  const { t } = useTranslation("app");
  return (
    <Container component="main">
      <Empty
        icon={IconMapOff}
        title={t("notFound.title")}
        text={t("notFound.text")}
        action={<ButtonLink to="/">{t("notFound.home")}</ButtonLink>}
      />
    </Container>
  );
}
