import { Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import type { OrderWholeFragment } from "../gql/graphql";
import { useNow } from "../useNow";
import { urgency, urgencyColors } from "./promise";

/** The dates that were promised: the one that holds, and those before it with why they changed. */
export function Promises({ order }: { order: OrderWholeFragment }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const how = urgency(order, useNow());
  const broken = order.promiseState === "BROKEN" || how === "late";
  const newestFirst = [...order.promises].reverse();
  return (
    <Card>
      <Title order={2} size="h5" mb="xs">
        {t("order.promises")}
      </Title>
      {!order.promisedAt && (
        <Text size="sm" c="dimmed">
          {t("order.promiseNone")}
        </Text>
      )}
      {order.promisedAt && (
        <Group gap="xs" mb="xs" align="baseline">
          <Text fw={650} size="lg" c={broken ? "red" : how === "soon" ? urgencyColors.soon : undefined}>
            {format.when(order.promisedAt)}
          </Text>
          {order.promiseState && (
            <Text size="sm" c={broken ? "red" : "dimmed"}>
              {t(`order.promiseState.${broken ? "BROKEN" : order.promiseState}`)}
            </Text>
          )}
        </Group>
      )}
      <Stack gap="xs">
        {newestFirst.length > 1 &&
          newestFirst.map((promise) => (
            <div key={promise.madeAt}>
              <Text size="sm">{t("order.promiseMade", { when: format.when(promise.promisedAt) })}</Text>
              <Text size="xs" c="dimmed">
                {[format.when(promise.madeAt), promise.reason].filter(Boolean).join(" · ")}
              </Text>
            </div>
          ))}
      </Stack>
    </Card>
  );
}
