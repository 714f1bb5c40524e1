import { Button, Group, Rating, Stack, Text, Textarea } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { allWords } from "~/app/errors";
import { notify } from "~/app/notices";
import { newKey, repeatSafely } from "~/app/repeat";
import { Card } from "~/ui/Card";
import { FailureNote } from "~/ui/Loaded";
import { Stars } from "~/ui/Stars";
import { ReviewCreate, ReviewEdit } from "./documents";
import type { ReviewsQuery } from "./gql/graphql";

type Own = NonNullable<ReviewsQuery["product"]>["ownReview"];

/** One's own review: written once by who received the product, and changed at any time. */
export function OwnReview({
  productId,
  own,
  may,
  onDone,
}: {
  productId: string;
  own: Own;
  may: boolean;
  onDone: () => void;
}) {
  const { t } = useTranslation("customer");
  const [writing, setWriting] = useState(false);
  if (!own && !may) return null;
  if (writing) {
    const done = () => {
      setWriting(false);
      onDone();
    };
    return <Form productId={productId} own={own} onDone={done} onLeave={() => setWriting(false)} />;
  }
  return (
    <Card>
      <Group justify="space-between" align="start">
        {own ? (
          <div>
            <Text fw={600} size="sm">
              {t("review.yours")}
            </Text>
            <Stars rating={own.rating} label={t("review.stars", { count: own.rating })} size="sm" />
            <Text size="sm">{own.text}</Text>
            {own.hiddenReason && (
              <Text size="sm" c="red">
                {t("review.hidden", { reason: own.hiddenReason })}
              </Text>
            )}
          </div>
        ) : (
          <Text size="sm">{t("review.ask")}</Text>
        )}
        <Button variant="light" onClick={() => setWriting(true)}>
          {t(own ? "review.change" : "review.write")}
        </Button>
      </Group>
    </Card>
  );
}

function Form({
  productId,
  own,
  onDone,
  onLeave,
}: {
  productId: string;
  own: Own;
  onDone: () => void;
  onLeave: () => void;
}) {
  const { t } = useTranslation("customer");
  const [rating, setRating] = useState(own?.rating ?? 0);
  const [text, setText] = useState(own?.text ?? "");
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const [{ error: notCreated }, create] = useMutation(ReviewCreate);
  const [{ error: notEdited }, edit] = useMutation(ReviewEdit);
  const key = useRef(newKey());
  const failed = notCreated ?? notEdited;

  const send = async () => {
    const said = { rating, text: text.trim() };
    if (own) return (await edit({ input: { reviewId: own.id, ...said } })).data?.reviewEdit;
    const input = { idempotencyKey: key.current, productId, ...said };
    return (await repeatSafely(() => create({ input }))).data?.reviewCreate;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (rating === 0) return setRefused(t("review.rate"));
    setBusy(true);
    const answer = await send();
    setBusy(false);
    setRefused(allWords(answer?.userErrors ?? []));
    if (!answer?.review) return;
    notify({ text: t("review.thanks") });
    onDone();
  };
  return (
    <Card>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" fw={600} id="rating-label">
            {t("review.rating")}
          </Text>
          <Rating
            size="lg"
            value={rating}
            onChange={setRating}
            aria-labelledby="rating-label"
            getSymbolLabel={(count) => t("review.stars", { count })}
          />
          <Textarea
            label={t("review.text")}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            maxLength={4000}
            autosize
            minRows={3}
            error={refused || undefined}
          />
          {failed && <FailureNote error={failed} />}
          <Group>
            <Button type="submit" loading={busy}>
              {t("review.send")}
            </Button>
            <Button variant="default" onClick={onLeave}>
              {t("action.cancel", { ns: "app" })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
