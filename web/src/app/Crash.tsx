import { Alert, Button, Container, Stack, Text } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** A page that broke, for example because a new version of the app replaced its files: loading anew helps. */
export function Crash({ error }: ErrorComponentProps) {
  const { t } = useTranslation("app");
  console.error(error);
  return (
    <Container size="xs" py="xl">
      <Alert color="red" title={t("crash.title")} role="alert">
        <Stack align="flex-start">
          <Text size="sm">{t("crash.text")}</Text>
          <Button onClick={() => location.reload()}>{t("crash.reload")}</Button>
        </Stack>
      </Alert>
    </Container>
  );
}
