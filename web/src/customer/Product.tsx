import { Badge, Button, Group, Radio, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconShoppingBagPlus } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { mostPieces, put } from "~/app/basket";
import { notify } from "~/app/notices";
import { useSession } from "~/app/session";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Loaded } from "~/ui/Loaded";
import { NotFound } from "~/ui/NotFound";
import { Page } from "~/ui/Page";
import { Quantity } from "~/ui/Quantity";
import { Gallery } from "./Gallery";
import { graphql } from "./gql";
import type { ProductQuery as Answer } from "./gql/graphql";
import classes from "./Product.module.css";
import { Reviews } from "./reviews/Reviews";

const ProductQuery = graphql(`
  query Product($slug: String!) {
    product(slug: $slug) {
      id
      slug
      kind
      name
      description
      pictures { alt sizes { width height url } }
      attributes { name value }
      variants { id sku name price { amount currencyCode } availability stock }
      availability
      whatToExpect { leadTimeMinutes durationMinutes howToPrepare documents }
    }
  }
`);

const OwnPrice = graphql(`
  query OwnPrice($input: OrderPreviewInput!) {
    orderPreview(input: $input) {
      lines { unitPrice { amount currencyCode } priceName }
      pointsToEarn
      promisedAt
    }
  }
`);

type Product = NonNullable<Answer["product"]>;

/** One product: how it looks, what it costs you, what to expect, and the way into the basket. */
export function Product() {
  const { slug } = useParams({ from: "/customer/products/$slug" });
  const [{ data, error }, read] = useQuery({
    query: ProductQuery,
    variables: { slug },
    requestPolicy: "cache-and-network",
  });
  if (data && !data.product) return <NotFound />;
  return (
    <Loaded data={data?.product} error={error} retry={read} skeleton={<Outline />}>
      {(product) => <Shown key={product.id} product={product} />}
    </Loaded>
  );
}

function Outline() {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <Skeleton style={{ aspectRatio: 4 / 3 }} h="auto" />
      <Stack>
        <Skeleton h={36} w="70%" />
        <Skeleton h={80} />
        <Skeleton h={160} />
      </Stack>
    </SimpleGrid>
  );
}

function Shown({ product }: { product: Product }) {
  return (
    <Stack gap="xl">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Gallery pictures={product.pictures} />
        <Page title={product.name}>
          {product.description && <Text>{product.description}</Text>}
          <Choice product={product} />
          <Expect product={product} />
          <Facts product={product} />
        </Page>
      </SimpleGrid>
      <Reviews slug={product.slug} />
    </Stack>
  );
}

function Choice({ product }: { product: Product }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const navigate = useNavigate();
  const usual = product.variants.find((v) => v.availability !== "OUT_OF_STOCK") ?? product.variants[0];
  const [variantId, setVariantId] = useState(usual?.id);
  const [quantity, setQuantity] = useState(1);
  const variant = product.variants.find((v) => v.id === variantId);
  if (!variant) return <Text c="dimmed">{t("product.notOffered")}</Text>;
  const gone = variant.availability === "OUT_OF_STOCK";
  const add = () => {
    const name = variant.name ? `${product.name}, ${variant.name}` : product.name;
    put({ variantId: variant.id, quantity, slug: product.slug, name, price: variant.price });
    notify({
      text: t("product.added"),
      action: { label: t("product.toBasket"), run: () => void navigate({ to: "/basket" }) },
    });
  };
  return (
    <Card>
      <Stack>
        {product.variants.length > 1 && (
          <Radio.Group value={variantId ?? null} onChange={setVariantId} label={t("product.variant")}>
            <Stack gap="xs" mt="xs">
              {product.variants.map((v) => (
                <Radio
                  key={v.id}
                  value={v.id}
                  disabled={v.availability === "OUT_OF_STOCK"}
                  label={`${v.name || v.sku}: ${format.money(v.price)}`}
                  description={v.availability === "OUT_OF_STOCK" ? t("product.soldOut") : undefined}
                />
              ))}
            </Stack>
          </Radio.Group>
        )}
        <Price variant={variant} quantity={quantity} />
        <Group align="end" wrap="nowrap">
          <Quantity
            label={t("product.quantity")}
            value={quantity}
            onChange={setQuantity}
            max={Math.min(variant.stock ?? mostPieces, mostPieces)}
            disabled={gone}
          />
          <Button leftSection={<IconShoppingBagPlus size={18} aria-hidden />} onClick={add} disabled={gone} flex={1}>
            {gone ? t("product.soldOut") : t("product.add")}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

/** The price of the choice; for a customer with the clubs' better price, the points it brings, and by when. */
function Price({ variant, quantity }: { variant: Product["variants"][number]; quantity: number }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const session = useSession();
  const customer = session.state === "signedIn" && session.viewer.customer;
  const [{ data }] = useQuery({
    query: OwnPrice,
    variables: { input: { lines: [{ variantId: variant.id, quantity }] } },
    pause: !customer || variant.availability === "OUT_OF_STOCK",
  });
  const line = data?.orderPreview.lines[0];
  const better = line?.priceName && line.unitPrice.amount !== variant.price.amount ? line : undefined;
  return (
    <Stack gap={4} mih={customer ? 72 : undefined}>
      <Group gap="sm" align="baseline">
        <Text fz={28} fw={700}>
          {format.money(better?.unitPrice ?? variant.price)}
        </Text>
        {better && (
          <Text c="dimmed" td="line-through">
            {format.money(variant.price)}
          </Text>
        )}
        {variant.availability === "LOW_STOCK" && variant.stock != null && (
          <Badge color="orange" variant="light" tt="none">
            {t("product.left", { count: variant.stock })}
          </Badge>
        )}
      </Group>
      {better && (
        <Text size="sm" c="pine">
          {better.priceName}
        </Text>
      )}
      {data && data.orderPreview.pointsToEarn > 0 && (
        <Text size="sm" c="dimmed">
          {t("product.earn", { points: format.points(data.orderPreview.pointsToEarn) })}
        </Text>
      )}
      {data?.orderPreview.promisedAt && (
        <Text size="sm" c="dimmed">
          {t("product.promise", { when: format.when(data.orderPreview.promisedAt) })}
        </Text>
      )}
    </Stack>
  );
}

function Expect({ product }: { product: Product }) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const { leadTimeMinutes, durationMinutes, howToPrepare, documents } = product.whatToExpect;
  const rows: [string, string][] = [
    ...(leadTimeMinutes ? [[t("product.leadTime"), format.duration(leadTimeMinutes)] as [string, string]] : []),
    ...(durationMinutes ? [[t("product.duration"), format.duration(durationMinutes)] as [string, string]] : []),
    ...(howToPrepare ? [[t("product.prepare"), howToPrepare] as [string, string]] : []),
    ...(documents.length > 0 ? [[t("product.documents"), documents.join(", ")] as [string, string]] : []),
  ];
  return <Rows title={t("product.expect")} rows={rows} />;
}

function Facts({ product }: { product: Product }) {
  const { t } = useTranslation("customer");
  return <Rows title={t("product.facts")} rows={product.attributes.map((a) => [a.name, a.value])} />;
}

function Rows({ title, rows }: { title: string; rows: readonly [string, string][] }) {
  if (rows.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      <Table verticalSpacing="xs" horizontalSpacing={0}>
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400} c="dimmed" w="40%" className={classes.name}>
                {name}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
