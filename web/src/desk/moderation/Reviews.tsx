import { Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconStar } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { FailureNote, Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { More } from "~/ui/More";
import { useSave } from "../form/useSave";
import type { DeskReviewsQuery } from "../gql/graphql";
import { HideReview } from "./HideReview";
import { DeskReviews, ReviewHide } from "./reviewDocuments";

export type Review = DeskReviewsQuery["desk"]["reviews"]["nodes"][number];

/** What customers say of products, the latest first; a review that breaks the rules is hidden with a reason. */
export function Reviews() {
  const { t } = useTranslation("desk");
  const [after, setAfter] = useState<string>();
  const [{ data, error, fetching }, read] = useQuery({
    query: DeskReviews,
    variables: { after: after ?? null },
    requestPolicy: "cache-and-network",
  });
  return (
    <Loaded data={data?.desk.reviews} error={error} retry={read} skeleton={<Skeleton h={240} />}>
      {({ nodes, pageInfo }) =>
        nodes.length === 0 ? (
          <Empty icon={IconStar} title={t("reviews.empty")} text={t("reviews.emptyText")} />
        ) : (
          <Stack>
            {nodes.map((review) => (
              <Shown key={review.id} review={review} />
            ))}
            <More
              shown={pageInfo.hasNextPage}
              loading={fetching}
              onMore={() => setAfter(pageInfo.endCursor ?? undefined)}
            />
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
        <Text role="img" aria-label={t("reviews.stars", { count: review.rating })}>
          {"★".repeat(review.rating)}
          {"☆".repeat(5 - review.rating)}
        </Text>
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
