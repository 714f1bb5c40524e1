import { Container, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "./links";

/** There is nothing at this address. */
export function NotFound() {
  const { t } = useTranslation("app");
  return (
    <Container py="xl" size="xs">
      <Stack align="center" ta="center">
        <Title order={1} size="h3">
          {t("notFound.title")}
        </Title>
        <Text c="dimmed">{t("notFound.text")}</Text>
        <ButtonLink to="/">{t("notFound.home")}</ButtonLink>
      </Stack>
    </Container>
  );
}
