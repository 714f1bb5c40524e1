import { Box, Button, Group, SegmentedControl, Skeleton, Stack, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPackage, IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { Picture } from "~/ui/Picture";
import { Categories } from "./catalogue/Categories";
import { DeskCatalogue } from "./catalogue/documents";
import { NewProduct } from "./catalogue/NewProduct";
import { ProductState, Stock } from "./catalogue/Stock";
import { useFresh } from "./events";
import type { DeskCatalogueQuery, ProductStatus } from "./gql/graphql";
import { useAtLeast } from "./role";

type Row = DeskCatalogueQuery["desk"]["products"]["nodes"][number];

const statuses = ["ALL", "ACTIVE", "DRAFT", "ARCHIVED"] as const;

/** All products, also those in preparation and retired ones, with their stock at a glance. */
export function Catalogue() {
  const { t } = useTranslation("desk");
  const manager = useAtLeast("MANAGER");
  const [status, setStatus] = useState<(typeof statuses)[number]>("ALL");
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 250);
  const [creating, setCreating] = useState(false);
  const where = status === "ALL" ? null : { status: { oneOf: [status as ProductStatus] } };
  const { data, error, retry, renew, more } = useList(
    DeskCatalogue,
    { where, search: search || null },
    (d) => d.desk.products,
  );
  useFresh((event) => event.kind === "PRODUCT_CHANGED", renew);
  const newButton = manager && (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setCreating(true)}>
      {t("catalogue.new")}
    </Button>
  );
  return (
    <Page
      title={t("catalogue.title")}
      actions={
        <Group gap="xs">
          {manager && <Categories />}
          {newButton}
        </Group>
      }
    >
      <Group gap="sm">
        <SegmentedControl
          aria-label={t("catalogue.statusLabel")}
          value={status}
          onChange={(value) => setStatus(value as typeof status)}
          data={statuses.map((value) => ({ value, label: t(`catalogue.status.${value}`) }))}
        />
        <TextInput
          aria-label={t("catalogue.search")}
          placeholder={t("catalogue.search")}
          leftSection={<IconSearch size={18} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          type="search"
          flex={1}
          miw={200}
        />
      </Group>
      <Loaded data={data?.desk.products} error={error} retry={retry} skeleton={<Skeleton h={480} />}>
        {({ nodes, totalCount }) =>
          nodes.length === 0 ? (
            <Empty
              icon={IconPackage}
              title={t(search ? "catalogue.notFound" : "catalogue.empty")}
              text={t(search ? "catalogue.notFoundText" : "catalogue.emptyText")}
              action={newButton}
            />
          ) : (
            <Stack>
              <Products products={nodes} />
              <Text size="sm" c="dimmed" ta="center" aria-live="polite">
                {t("catalogue.shown", { shown: nodes.length, count: totalCount ?? nodes.length })}
              </Text>
              <More {...more} />
            </Stack>
          )
        }
      </Loaded>
      {creating && <NewProduct onClose={() => setCreating(false)} />}
    </Page>
  );
}

function Products({ products }: { products: readonly Row[] }) {
  const { t } = useTranslation("desk");
  return (
    <Card p={0}>
      <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
        <Table.Thead visibleFrom="sm">
          <Table.Tr>
            <Table.Th>{t("catalogue.product")}</Table.Th>
            <Table.Th>{t("catalogue.category")}</Table.Th>
            <Table.Th ta="right">{t("catalogue.price")}</Table.Th>
            <Table.Th>{t("catalogue.stock")}</Table.Th>
            <Table.Th>{t("catalogue.statusLabel")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {products.map((product) => (
            <ProductRow key={product.id} product={product} />
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function ProductRow({ product }: { product: Row }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const price =
    product.price &&
    (product.variants.length > 1
      ? t("catalogue.from", { price: format.money(product.price) })
      : format.money(product.price));
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <Box w={56} style={{ flexShrink: 0 }} aria-hidden>
            <Picture picture={product.pictures[0]} sizes="56px" />
          </Box>
          <div>
            <TextLink to="/desk/catalogue/$slug" params={{ slug: product.slug }} fw={600} c="inherit">
              {product.name}
            </TextLink>
            <Text size="xs" c="dimmed" visibleFrom="sm">
              {product.slug}
            </Text>
            <Group gap="xs" hiddenFrom="sm" mt={4}>
              <Text size="sm">{price}</Text>
              <Stock variants={product.variants} />
              {product.status !== "ACTIVE" && <ProductState status={product.status} />}
            </Group>
          </div>
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="sm">{product.category?.name ?? "–"}</Table.Td>
      <Table.Td visibleFrom="sm" ta="right" style={{ whiteSpace: "nowrap" }}>
        {price ?? "–"}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Stock variants={product.variants} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <ProductState status={product.status} />
      </Table.Td>
    </Table.Tr>
  );
}
