import { Group, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { BlockLink } from "~/ui/links";
import { Picture } from "~/ui/Picture";
import { graphql } from "./gql";
import type { ProductCardFragment } from "./gql/graphql";
import classes from "./ProductGrid.module.css";

graphql(`
  fragment ProductCard on Product {
    id
    slug
    name
    price { amount currencyCode }
    variants { id }
    pictures { alt sizes { width height url } }
    whatToExpect { durationMinutes }
  }
`);

const columns = { base: 2, sm: 3, md: 4 };

/** Products side by side: a picture, a name, from which price. */
export function ProductGrid({ products }: { products: readonly ProductCardFragment[] }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  return (
    <SimpleGrid cols={columns} spacing="md" component="ul" className={classes.grid}>
      {products.map((product, i) => (
        <li key={product.id}>
          <BlockLink to="/products/$slug" params={{ slug: product.slug }} className={classes.product}>
            <Picture picture={product.pictures[0]} sizes="(min-width: 62em) 25vw, 50vw" eager={i < 2} />
            <Text fw={600} size="sm" mt="xs" lineClamp={2}>
              {product.name}
            </Text>
            <Group gap="xs" justify="space-between">
              {product.price && (
                <Text size="sm">
                  {product.variants.length > 1
                    ? t("product.from", { price: format.money(product.price) })
                    : format.money(product.price)}
                </Text>
              )}
              {product.whatToExpect.durationMinutes && (
                <Text size="xs" c="dimmed">
                  {format.duration(product.whatToExpect.durationMinutes)}
                </Text>
              )}
            </Group>
          </BlockLink>
        </li>
      ))}
    </SimpleGrid>
  );
}

/** The outline of products that are on their way. */
export function ProductGridSkeleton({ count }: { count: number }) {
  return (
    <SimpleGrid cols={columns} spacing="md">
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: outlines are all alike
        <div key={i}>
          <div className={classes.outline} />
          <Skeleton h={16} mt="xs" />
          <Skeleton h={14} mt={6} w="50%" />
        </div>
      ))}
    </SimpleGrid>
  );
}
