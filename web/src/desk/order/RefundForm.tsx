import { Alert, Button, Checkbox, Group, NumberInput, Stack, Table, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { useBusiness } from "~/app/business";
import { allWords } from "~/app/errors";
import { notify } from "~/app/notices";
import { repeatSafely } from "~/app/repeat";
import { useFormat } from "~/app/useFormat";
import type { OrderWholeFragment } from "../gql/graphql";
import { useFailure } from "../useFailure";
import { useKeys } from "../useKeys";
import { OrderRefund } from "./documents";
import { Reason } from "./Reason";
import { refundable, refundOf } from "./refund";

/** Gives back money and points for lines of a completed order: how many of each, the sum before it is done, and why. */
export function RefundForm({ order, onClose }: { order: OrderWholeFragment; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [{ fetching }, refund] = useMutation(OrderRefund);
  const failed = useFailure();
  const { keyFor } = useKeys();
  const pointValue = useBusiness()?.pointsProgram.pointValue.amount ?? "0";
  const [pieces, setPieces] = useState<Record<string, number>>({});
  const [reason, setReason] = useState("");
  const [restock, setRestock] = useState(true);
  const [reasonError, setReasonError] = useState("");
  const [refused, setRefused] = useState("");
  const left = order.lines.filter((line) => refundable(line) > 0);
  const sum = refundOf(order.lines, pieces, pointValue);
  const some = left.some((line) => (pieces[line.id] ?? 0) > 0);
  const all = () => setPieces(Object.fromEntries(left.map((line) => [line.id, refundable(line)])));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setReasonError(reason.trim() ? "" : t("order.reasonNeeded"));
    setRefused(some ? "" : t("order.refundNothing"));
    if (!some || !reason.trim()) return;
    const lines = left.flatMap((line) => {
      const quantity = pieces[line.id] ?? 0;
      return quantity > 0 ? [{ lineId: line.id, quantity }] : [];
    });
    const wanted = { orderId: order.id, lines, reason: reason.trim(), restock };
    const { data, error } = await repeatSafely(() => refund({ input: { ...wanted, idempotencyKey: keyFor(wanted) } }));
    const words = error ? failed(error) : allWords(data?.orderRefund.userErrors ?? []);
    setRefused(words);
    if (words) return;
    notify({ text: t("order.done.REFUND", { number: order.number, money: format.money(sum.money) }) });
    onClose();
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("order.line")}</Table.Th>
              <Table.Th w={120}>{t("order.refundPieces")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {left.map((line) => (
              <Table.Tr key={line.id}>
                <Table.Td>
                  <Text size="sm">{line.name}</Text>
                  <Text size="xs" c="dimmed">
                    {t("order.refundLeft", { count: refundable(line), total: format.money(line.total) })}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <NumberInput
                    aria-label={t("order.refundPiecesOf", { name: line.name })}
                    value={pieces[line.id] ?? 0}
                    onChange={(value) => setPieces({ ...pieces, [line.id]: Number(value) || 0 })}
                    min={0}
                    max={refundable(line)}
                    clampBehavior="strict"
                    allowDecimal={false}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="space-between">
          <Button size="compact-sm" variant="default" fw={400} onClick={all}>
            {t("order.refundAll")}
          </Button>
          <Checkbox
            label={t("order.restock")}
            checked={restock}
            onChange={(event) => setRestock(event.currentTarget.checked)}
          />
        </Group>
        <Stack gap={2} aria-live="polite">
          <Text fw={600}>{t("order.refundMoney", { money: format.money(sum.money) })}</Text>
          <Text size="sm" c="dimmed">
            {t("order.refundPoints", { back: format.points(sum.pointsBack), taken: format.points(sum.pointsTaken) })}
          </Text>
        </Stack>
        <Reason
          value={reason}
          onChange={setReason}
          error={reasonError || undefined}
          usual={[t("order.usual.quality"), t("order.usual.wish"), t("order.usual.mistake")]}
        />
        {refused && (
          <Alert color="red" role="alert">
            {refused}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("action.back", { ns: "app" })}
          </Button>
          <Button type="submit" color="red" loading={fetching} disabled={!some}>
            {t("order.refundSubmit", { money: format.money(sum.money) })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
