import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconCloudOff } from "@tabler/icons-react";
import type { CombinedError } from "@urql/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { failure } from "~/app/errors";

/**
 * What a query gave: its data, else what went wrong with a way to try again, else the skeleton. Data that were shown stay on
 * screen when a later reading fails.
 */
export function Loaded<T>({
  data,
  error,
  retry,
  skeleton,
  children,
}: {
  data: T | null | undefined;
  error?: CombinedError | undefined;
  retry: () => void;
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}) {
  if (data !== null && data !== undefined) return <>{children(data)}</>;
  if (error) return <FailureNote error={error} retry={retry} />;
  return (
    <div aria-busy="true" data-skeleton>
      {skeleton}
    </div>
  );
}

/** A failed request in words, with a button to repeat it. */
export function FailureNote({ error, retry }: { error: CombinedError; retry?: () => void }) {
  const { t } = useTranslation("app");
  const { text, requestId } = failure(error, t);
  return (
    <Alert color="red" variant="light" icon={<IconCloudOff size={20} />} role="alert">
      <Stack gap="xs">
        <Text size="sm">{text}</Text>
        {requestId && (
          <Text size="xs" c="dimmed">
            {t("failure.requestId", { requestId })}
          </Text>
        )}
        {retry && (
          <Group>
            <Button size="xs" variant="default" onClick={retry}>
              {t("action.retry")}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
