import { Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconStar } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { FailureNote, Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { More } from "~/ui/More";
import { Stars } from "~/ui/Stars";
import { useSave } from "../form/useSave";
import type { DeskReviewsQuery } from "../gql/graphql";
import { HideReview } from "./HideReview";
import { DeskReviews, ReviewHide } from "./reviewDocuments";

export type Review = DeskReviewsQuery["desk"]["reviews"]["nodes"][number];

/** What customers say of products, the latest first; a review that breaks the rules is hidden with a reason. */
export function Reviews() {
  const { t } = useTranslation("desk");
  const { data, error, retry, more } = useList(DeskReviews, {}, (d) => d.desk.reviews);
  return (
    <Loaded data={data?.desk.reviews.nodes} error={error} retry={retry} skeleton={<Skeleton h={240} />}>
      {(reviews) =>
        reviews.length === 0 ? (
          <Empty icon={IconStar} title={t("reviews.empty")} text={t("reviews.emptyText")} />
        ) : (
          <Stack>
            {reviews.map((review) => (
              <Shown key={review.id} review={review} />
            ))}
            <More {...more} />
          </Stack>
        )
      }
    </Loaded>
  );
}

function Shown({ review }: { review: Review }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [hiding, setHiding] = useState(false);
  const { save, busy, failed } = useSave(ReviewHide);
  const hidden = review.hiddenReason !== null && review.hiddenReason !== undefined;
  const author = review.author ?? t("members.nameless");
  const show = async () => {
    if (await save({ reviewId: review.id, hidden: false })) notify({ text: t("reviews.shown") });
  };
  return (
    <Card>
      <Stack gap="xs">
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {author} · {format.when(review.createdAt)}
            {review.product && " · "}
            {review.product && (
              <TextLink to="/desk/catalogue/$slug" params={{ slug: review.product.slug }} size="sm">
                {review.product.name}
              </TextLink>
            )}
          </Text>
          {hidden && (
            <Badge color="gray" tt="none">
              {t("reviews.hidden")}
            </Badge>
          )}
        </Group>
        <Stars rating={review.rating} label={t("reviews.stars", { count: review.rating })} />
        {review.text && <Text style={{ whiteSpace: "pre-line" }}>{review.text}</Text>}
        {review.hiddenReason && (
          <Text size="sm" c="dimmed">
            {review.hiddenReason}
          </Text>
        )}
        {failed && <FailureNote error={failed} />}
        <Group>
          {hidden ? (
            <Button variant="default" loading={busy} onClick={show}>
              {t("reviews.show")}
            </Button>
          ) : (
            <Button
              variant="light"
              color="red"
              onClick={() => setHiding(true)}
              aria-label={t("moderation.hideOf", { author })}
            >
              {t("moderation.hide")}
            </Button>
          )}
        </Group>
      </Stack>
      {hiding && <HideReview reviewId={review.id} onClose={() => setHiding(false)} />}
    </Card>
  );
}
