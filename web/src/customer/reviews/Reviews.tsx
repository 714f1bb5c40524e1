import { Group, Rating, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Stars } from "~/ui/Stars";
import { Reviews as Document } from "./documents";
import type { ReviewsQuery } from "./gql/graphql";
import { OwnReview } from "./OwnReview";

type Product = NonNullable<ReviewsQuery["product"]>;

/** What customers say of a product; who bought it says it here. */
export function Reviews({ slug }: { slug: string }) {
  const { data, error, retry, renew, more } = useList(Document, { slug }, (d) => d.product?.reviews);
  return (
    <Loaded data={data?.product} error={error} retry={retry} skeleton={<Skeleton h={120} />}>
      {(product) => (
        <Stack component="section" aria-labelledby="reviews">
          <Summary product={product} />
          <OwnReview
            productId={product.id}
            own={product.ownReview}
            may={!!data?.viewer.customer?.productsToReview.some((p) => p.id === product.id)}
            onDone={renew}
          />
          {product.reviews.nodes
            .filter((review) => !review.mine)
            .map((review) => (
              <Review key={review.id} review={review} />
            ))}
          <More {...more} />
        </Stack>
      )}
    </Loaded>
  );
}

function Summary({ product }: { product: Product }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const { count, average } = product.rating;
  return (
    <Group gap="sm">
      <Title order={2} size="h4" id="reviews">
        {t("review.title")}
      </Title>
      {average ? (
        <>
          <Rating value={Number(average)} fractions={10} readOnly aria-hidden />
          <Text size="sm" c="dimmed">
            {t("review.summary", { average: format.count(Number(average)), count })}
          </Text>
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {t("review.none")}
        </Text>
      )}
    </Group>
  );
}

function Review({ review }: { review: Product["reviews"]["nodes"][number] }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  return (
    <Card>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {review.author ?? t("review.nameless")}
        </Text>
        <Text size="xs" c="dimmed">
          {format.day(review.createdAt)}
        </Text>
      </Group>
      <Stars rating={review.rating} label={t("review.stars", { count: review.rating })} size="sm" />
      {review.text && (
        <Text size="sm" mt="xs" style={{ whiteSpace: "pre-line" }}>
          {review.text}
        </Text>
      )}
    </Card>
  );
}
