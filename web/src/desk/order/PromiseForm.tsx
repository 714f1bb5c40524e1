import { Button, Group, Text } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { FormBody } from "../form/FormBody";
import { useForm } from "../form/useForm";
import type { OrderBriefFragment } from "../gql/graphql";
import { instantAt, wallAt } from "../zone";
import { OrderPromise } from "./documents";
import { Reason } from "./Reason";

const later = [30, 60, 120, 1440] as const;

/** Promises another date for an order: when, and why. */
export function PromiseForm({ order, onClose }: { order: OrderBriefFragment; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [now] = useState(Date.now);
  const from = Math.max(now, order.promisedAt ? Date.parse(order.promisedAt) : 0);
  const form = useForm(
    OrderPromise,
    { wall: order.promisedAt ? wallAt(new Date(from), format.zone) : null, reason: "" },
    { keyed: true, places: { wall: "promisedAt" } },
  );

  const submit = async () => {
    const { wall } = form.draft;
    const reason = form.draft.reason.trim();
    const lacking = form.lacks({
      promisedAt: !wall && t("order.whenNeeded"),
      reason: !reason && t("order.reasonNeeded"),
    });
    if (lacking || !wall) return;
    const promisedAt = instantAt(wall, format.zone).toISOString();
    if (!(await form.save({ orderId: order.id, promisedAt, reason, expectedVersion: order.version }))) return;
    notify({ text: t("order.done.PROMISE", { number: order.number, when: format.when(promisedAt) }) });
    onClose();
  };

  return (
    <FormBody form={form} action={t("order.promiseSubmit")} leave="back" onSubmit={submit} onClose={onClose}>
      <Text size="sm">
        {order.promisedAt
          ? t("order.promisedNow", { when: format.when(order.promisedAt) })
          : t("order.promisedNothing")}
      </Text>
      <DateTimePicker
        label={t("order.promiseAt")}
        description={t("order.zone", { zone: format.zone })}
        {...form.field("wall")}
        minDate={wallAt(new Date(now), format.zone)}
        valueFormat="D MMMM YYYY, HH:mm"
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
            onClick={() => form.set({ wall: wallAt(new Date(from + minutes * 60_000), format.zone) })}
          >
            {t("order.laterBy", { time: format.duration(minutes) })}
          </Button>
        ))}
      </Group>
      <Reason
        {...form.field("reason")}
        usual={[t("order.usual.time"), t("order.usual.supply"), t("order.usual.wish")]}
      />
    </FormBody>
  );
}
