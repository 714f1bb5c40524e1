import { ActionIcon, Button, Group, Menu, Paper, Stack, Text } from "@mantine/core";
import { IconAlarm, IconDots, IconMessage } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import type { OrderAction, OrderBriefFragment } from "../gql/graphql";
import { urgency, urgencyColors } from "../order/promise";
import { nextStep, otherSteps } from "../order/steps";
import classes from "./Board.module.css";

/** One order on the board: who, what, by when, and what can be done. */
export function Card({
  order,
  now,
  fresh,
  moving,
  onAct,
}: {
  order: OrderBriefFragment;
  now: number;
  fresh: boolean;
  moving: boolean;
  onAct: (action: OrderAction) => void;
}) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const next = nextStep(order.availableActions);
  return (
    <Paper className={classes.card} p="sm" data-fresh={fresh || undefined} data-moving={moving || undefined}>
      <Stack gap={6}>
        <Link
          to="/desk/orders/$number"
          params={{ number: order.number }}
          className={classes.open}
          data-order={order.id}
          aria-keyshortcuts="A P X"
        >
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Text component="span" fw={650} size="sm">
              {order.number}
            </Text>
            <Text component="span" fw={600} size="sm" className={classes.sum}>
              {format.money(order.total)}
            </Text>
          </Group>
          <Text component="span" size="sm" display="block" truncate>
            {order.customer?.name ?? order.customer?.phone ?? order.customer?.email ?? t("order.anonymous")}
          </Text>
          <Text component="span" size="xs" c="dimmed" lineClamp={2}>
            {order.lines.map((line) => (line.quantity > 1 ? `${line.name} × ${line.quantity}` : line.name)).join(", ")}
          </Text>
        </Link>
        <Due order={order} now={now} />
        {order.note && (
          <Group gap={6} wrap="nowrap" align="flex-start">
            <IconMessage size={14} aria-label={t("order.note")} className={classes.mark} />
            <Text size="xs" lineClamp={2}>
              {order.note}
            </Text>
          </Group>
        )}
        <Group gap={6} wrap="nowrap">
          {next && (
            <Button
              size="xs"
              variant="light"
              flex={1}
              loading={moving}
              onClick={() => onAct(next)}
              aria-label={t("order.actionOf", { action: t(`order.action.${next}`), number: order.number })}
              className={classes.step}
            >
              {t(`order.action.${next}`)}
            </Button>
          )}
          <Others order={order} onAct={onAct} />
        </Group>
      </Stack>
    </Paper>
  );
}

function Due({ order, now }: { order: OrderBriefFragment; now: number }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const how = urgency(order, now);
  if (how === "past") return null;
  if (!order.promisedAt) {
    return (
      <Text size="xs" c="dimmed">
        {t("board.noPromise")}
      </Text>
    );
  }
  const text = how === "late" ? "board.late" : "board.by";
  return (
    <Group gap={4} wrap="nowrap" c={urgencyColors[how] ?? "inherit"} data-urgency={how}>
      <IconAlarm size={14} aria-hidden className={classes.mark} />
      <Text size="xs" fw={how === "calm" ? 400 : 600}>
        {t(text, { when: format.when(order.promisedAt) })}
      </Text>
    </Group>
  );
}

function Others({ order, onAct }: { order: OrderBriefFragment; onAct: (action: OrderAction) => void }) {
  const { t } = useTranslation("desk");
  const others = otherSteps(order.availableActions).filter((action) => action !== "REFUND");
  if (others.length === 0) return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={30}
          className={classes.step}
          aria-label={t("order.others", { number: order.number })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {others.map((action) => (
          <Menu.Item key={action} onClick={() => onAct(action)} {...(action === "CANCEL" && { color: "red" })}>
            {t(`order.action.${action}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
