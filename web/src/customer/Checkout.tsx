import { Alert, Button, Divider, Group, Skeleton, Slider, Stack, Text, Textarea, Title } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { empty, useBasket } from "~/app/basket";
import type { UserError } from "~/app/errors";
import { notify } from "~/app/notices";
import { repeatSafely } from "~/app/repeat";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { FailureNote, Loaded } from "~/ui/Loaded";
import { graphql } from "./gql";
import { orderLines, type Preview, type usePreview } from "./preview";
import { Row } from "./Row";

const OrderPlace = graphql(`
  mutation OrderPlace($input: OrderPlaceInput!) {
    orderPlace(input: $input) {
      order { id number status }
      userErrors { __typename code message field }
    }
  }
`);

type Previewing = ReturnType<typeof usePreview>;

/** The right half of the basket: points, the total that follows them live, a word to the business, and the button. */
export function Checkout({ preview }: { preview: Previewing }) {
  const { t } = useTranslation("customer");
  const [note, setNote] = useState("");
  const placing = usePlacing(preview, note);
  return (
    <Card p="lg">
      <Loaded
        data={preview.data}
        error={preview.error}
        retry={preview.again}
        skeleton={
          <Stack>
            <Skeleton h={24} />
            <Skeleton h={90} />
            <Skeleton h={42} />
          </Stack>
        }
      >
        {(shown) => (
          <Stack>
            <Title order={2} size="h4">
              {t("checkout.title")}
            </Title>
            <Points preview={preview} shown={shown} />
            <Totals shown={shown} busy={preview.fetching} />
            <Textarea
              label={t("checkout.note")}
              placeholder={t("checkout.notePlaceholder")}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
              autosize
              minRows={2}
              maxLength={2000}
            />
            <Refusals errors={[...shown.userErrors.filter((e) => e.field?.[0] !== "lines"), ...placing.refused]} />
            {preview.error && <FailureNote error={preview.error} retry={preview.again} />}
            {placing.error && <FailureNote error={placing.error} retry={placing.place} />}
            <Button size="md" onClick={placing.place} loading={placing.busy} disabled={shown.userErrors.length > 0}>
              {t("checkout.place")}
            </Button>
            <Text size="xs" c="dimmed" role="status">
              {placing.waiting ? t("checkout.waiting") : t("checkout.fine")}
            </Text>
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

function usePlacing(preview: Previewing, note: string) {
  const { t } = useTranslation("customer");
  const basket = useBasket();
  const navigate = useNavigate();
  const [{ error }, send] = useMutation(OrderPlace);
  const [busy, setBusy] = useState(false);
  const [waiting, setWaiting] = useState(false);
  const [refused, setRefused] = useState<readonly UserError[]>([]);
  const place = async () => {
    if (!preview.data) return;
    setBusy(true);
    setRefused([]);
    const input = {
      idempotencyKey: basket.key,
      lines: orderLines(basket.lines),
      spendPoints: preview.data.pointsSpent,
      expectedTotal: preview.data.total.amount,
      note: note.trim() || null,
    };
    const { data, error } = await repeatSafely(
      () => send({ input }),
      () => setWaiting(true),
    );
    setBusy(false);
    setWaiting(false);
    const answer = data?.orderPlace;
    setRefused(answer?.userErrors ?? []);
    if (answer?.order) {
      empty();
      notify({ text: t("checkout.placed", { number: answer.order.number }) });
      await navigate({ to: "/orders/$number", params: { number: answer.order.number } });
    } else if (error?.graphQLErrors.some((e) => e.extensions?.code === "CONFLICT")) {
      // The key was used: an earlier press got through although its answer was lost.
      empty();
      notify({ text: t("checkout.already") });
      await navigate({ to: "/orders" });
    } else if (answer) preview.again();
  };
  return { place, busy, waiting, refused, error };
}

function Points({ preview, shown }: { preview: Previewing; shown: Preview }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const [dragged, setDragged] = useState(preview.points);
  const apply = useDebouncedCallback(preview.setPoints, 150);
  if (shown.maxPoints === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("checkout.noPoints")}
      </Text>
    );
  }
  const spend = (points: number) => {
    setDragged(points);
    apply(points);
  };
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm" id="points-label">
          {t("checkout.spend")}
        </Text>
        <Text size="sm" fw={600}>
          {format.points(dragged)}
        </Text>
      </Group>
      <Slider
        value={Math.min(dragged, shown.maxPoints)}
        onChange={spend}
        min={0}
        max={shown.maxPoints}
        label={null}
        thumbLabel={t("checkout.spend")}
        py="sm"
      />
      <Group justify="space-between">
        <Button size="compact-sm" variant="subtle" onClick={() => spend(0)}>
          {t("checkout.none")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => spend(shown.maxPoints)}>
          {t("checkout.all", { points: format.points(shown.maxPoints) })}
        </Button>
      </Group>
    </div>
  );
}

function Totals({ shown, busy }: { shown: Preview; busy: boolean }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  return (
    <Stack gap={4} aria-live="polite" aria-busy={busy}>
      <Divider mb="xs" />
      <Row name={t("checkout.subtotal")} value={format.money(shown.subtotal)} />
      <Row name={t("checkout.points")} value={shown.pointsSpent > 0 ? `− ${format.points(shown.pointsSpent)}` : "—"} />
      <Group justify="space-between" align="baseline">
        <Text fw={600}>{t("checkout.total")}</Text>
        <Text fw={700} fz={24} data-testid="total">
          {format.money(shown.total)}
        </Text>
      </Group>
      <Row name={t("checkout.earn")} value={format.points(shown.pointsToEarn)} />
      {shown.promisedAt && <Row name={t("checkout.promise")} value={format.when(shown.promisedAt)} />}
    </Stack>
  );
}

function Refusals({ errors }: { errors: readonly UserError[] }) {
  if (errors.length === 0) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {errors.map((error) => (
        <Text size="sm" key={error.message}>
          {error.message}
        </Text>
      ))}
    </Alert>
  );
}
