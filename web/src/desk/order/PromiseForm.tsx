import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { byField } from "~/app/errors";
import { notify } from "~/app/notices";
import { repeatSafely } from "~/app/repeat";
import { useFormat } from "~/app/useFormat";
import type { OrderBriefFragment } from "../gql/graphql";
import { useFailure } from "../useFailure";
import { useKeys } from "../useKeys";
import { instantAt, wallAt } from "../zone";
import { OrderPromise } from "./documents";
import { Reason } from "./Reason";

const later = [30, 60, 120, 1440] as const;

/** Promises another date for an order: when, and why. */
export function PromiseForm({ order, onClose }: { order: OrderBriefFragment; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [{ fetching }, promise] = useMutation(OrderPromise);
  const words = useFailure();
  const { keyFor } = useKeys();
  const [now] = useState(Date.now);
  const from = Math.max(now, order.promisedAt ? Date.parse(order.promisedAt) : 0);
  const [wall, setWall] = useState<string | null>(order.promisedAt ? wallAt(new Date(from), format.zone) : null);
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing = {
      ...(!wall && { promisedAt: t("order.whenNeeded") }),
      ...(!reason.trim() && { reason: t("order.reasonNeeded") }),
    };
    setErrors(missing);
    if (!wall || Object.keys(missing).length > 0) return;
    const promisedAt = instantAt(wall, format.zone).toISOString();
    const wanted = { orderId: order.id, promisedAt, reason: reason.trim(), expectedVersion: order.version };
    const { data, error } = await repeatSafely(() => promise({ input: { ...wanted, idempotencyKey: keyFor(wanted) } }));
    if (error) return setErrors({ "": words(error) });
    const refused = data?.orderPromise.userErrors ?? [];
    setErrors(byField(refused));
    if (refused.length > 0) return;
    notify({ text: t("order.done.PROMISE", { number: order.number, when: format.when(promisedAt) }) });
    onClose();
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          {order.promisedAt
            ? t("order.promisedNow", { when: format.when(order.promisedAt) })
            : t("order.promisedNothing")}
        </Text>
        <DateTimePicker
          label={t("order.promiseAt")}
          description={t("order.zone", { zone: format.zone })}
          value={wall}
          onChange={setWall}
          minDate={wallAt(new Date(now), format.zone)}
          valueFormat="D MMMM YYYY, HH:mm"
          error={errors.promisedAt}
          withAsterisk
          clearable={false}
        />
        <Group gap={6}>
          {later.map((minutes) => (
            <Button
              key={minutes}
              size="compact-sm"
              variant="default"
              fw={400}
              onClick={() => setWall(wallAt(new Date(from + minutes * 60_000), format.zone))}
            >
              {t("order.laterBy", { time: format.duration(minutes) })}
            </Button>
          ))}
        </Group>
        <Reason
          value={reason}
          onChange={setReason}
          error={errors.reason}
          usual={[t("order.usual.time"), t("order.usual.supply"), t("order.usual.wish")]}
        />
        {rest(errors) && (
          <Alert color="red" role="alert">
            {rest(errors)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("action.back", { ns: "app" })}
          </Button>
          <Button type="submit" loading={fetching}>
            {t("order.promiseSubmit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Refusals that belong to no field of the form. */
const rest = ({ promisedAt: _, reason: __, ...others }: Record<string, string>) => Object.values(others).join(" ");
