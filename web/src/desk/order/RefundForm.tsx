import { Button, Checkbox, Group, NumberInput, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useBusiness } from "~/app/business";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { FormBody } from "../form/FormBody";
import { useForm } from "../form/useForm";
import type { OrderWholeFragment } from "../gql/graphql";
import { OrderRefund } from "./documents";
import { Reason } from "./Reason";
import { refundable, refundOf } from "./refund";

const empty = { pieces: {} as Record<string, number>, reason: "", restock: true };

/** Gives back money and points for lines of a completed order: how many of each, the sum before it is done, and why. */
export function RefundForm({ order, onClose }: { order: OrderWholeFragment; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const form = useForm(OrderRefund, empty, { keyed: true });
  const pointValue = useBusiness()?.pointsProgram.pointValue.amount ?? "0";
  const { pieces, restock } = form.draft;
  const reason = form.draft.reason.trim();
  const left = order.lines.filter((line) => refundable(line) > 0);
  const sum = refundOf(order.lines, pieces, pointValue);
  const some = left.some((line) => (pieces[line.id] ?? 0) > 0);
  const all = () => form.set({ pieces: Object.fromEntries(left.map((line) => [line.id, refundable(line)])) });

  const submit = async () => {
    const lacking = form.lacks({ "": !some && t("order.refundNothing"), reason: !reason && t("order.reasonNeeded") });
    if (lacking) return;
    const lines = left.flatMap((line) => {
      const quantity = pieces[line.id] ?? 0;
      return quantity > 0 ? [{ lineId: line.id, quantity }] : [];
    });
    if (!(await form.save({ orderId: order.id, lines, reason, restock }))) return;
    notify({ text: t("order.done.REFUND", { number: order.number, money: format.money(sum.money) }) });
    onClose();
  };

  return (
    <FormBody
      form={form}
      action={t("order.refundSubmit", { money: format.money(sum.money) })}
      color="red"
      disabled={!some}
      leave="back"
      onSubmit={submit}
      onClose={onClose}
    >
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
                  onChange={(value) => form.set({ pieces: { ...pieces, [line.id]: Number(value) || 0 } })}
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
        <Checkbox label={t("order.restock")} {...form.check("restock")} />
      </Group>
      <Stack gap={2} aria-live="polite">
        <Text fw={600}>{t("order.refundMoney", { money: format.money(sum.money) })}</Text>
        <Text size="sm" c="dimmed">
          {t("order.refundPoints", { back: format.points(sum.pointsBack), taken: format.points(sum.pointsTaken) })}
        </Text>
      </Stack>
      <Reason
        {...form.field("reason")}
        usual={[t("order.usual.quality"), t("order.usual.wish"), t("order.usual.mistake")]}
      />
    </FormBody>
  );
}
