import { Grid, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { IconPackageOff } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { ButtonLink, TextLink } from "~/ui/links";
import { Page } from "~/ui/Page";
import { Section } from "~/ui/Section";
import { DeskCategories, DeskProductQuery, ProductUpdate } from "./catalogue/documents";
import { Expectation } from "./catalogue/Expectation";
import { Facts } from "./catalogue/Facts";
import { Pictures } from "./catalogue/Pictures";
import { draftOf, inputOf } from "./catalogue/product";
import { ProductState } from "./catalogue/Stock";
import { Variants } from "./catalogue/Variants";
import { useFresh } from "./events";
import { EditNotes } from "./form/EditNotes";
import { SaveBar } from "./form/SaveBar";
import { TextPair } from "./form/TextPair";
import { useEdit } from "./form/useEdit";
import type { DeskProductFragment, ProductStatus } from "./gql/graphql";
import { useAtLeast } from "./role";

/** One product as the staff sees it: its words in both languages, its variants with prices and stock, and whether it is on offer. */
export function Product() {
  const { t } = useTranslation("desk");
  const { slug } = useParams({ from: "/desk/catalogue/$slug" });
  const [{ data, error }, read] = useQuery({ query: DeskProductQuery, variables: { slug } });
  const refresh = () => read({ requestPolicy: "network-only" });
  useFresh((event) => event.__typename === "ProductEvent" && event.product?.slug === slug, refresh);
  return (
    <Loaded
      data={data}
      error={error}
      retry={refresh}
      skeleton={
        <Page title={t("catalogue.product")}>
          <Skeleton h={420} />
          <Skeleton h={240} />
        </Page>
      }
    >
      {({ desk: { product } }) =>
        product ? (
          <Editor key={product.id} product={product} refresh={refresh} />
        ) : (
          <Page title={t("catalogue.product")}>
            <Empty
              icon={IconPackageOff}
              title={t("product.gone")}
              text={t("product.goneText")}
              action={<ButtonLink to="/desk/catalogue">{t("catalogue.title")}</ButtonLink>}
            />
          </Page>
        )
      }
    </Loaded>
  );
}

const versioned = (product: DeskProductFragment) => ({ version: product.version, draft: draftOf(product) });

function Editor({ product, refresh }: { product: DeskProductFragment; refresh: () => void }) {
  const { t } = useTranslation("desk");
  const manager = useAtLeast("MANAGER");
  const form = useEdit(ProductUpdate, versioned(product), (done) => done.product && versioned(done.product));
  const { draft, set, field, error } = form;

  const submit = async () => {
    if (!(await form.save({ productId: product.id, expectedVersion: form.version, ...inputOf(form.edits) }))) refresh();
  };

  return (
    <Page title={product.name} actions={<ProductState status={product.status} />}>
      <Group gap="md">
        <TextLink to="/desk/catalogue" size="sm">
          {t("product.back")}
        </TextLink>
        {product.status === "ACTIVE" && (
          <TextLink to="/products/$slug" params={{ slug: product.slug }} size="sm" target="_blank">
            {t("product.asCustomer")}
          </TextLink>
        )}
      </Group>
      <EditNotes form={form} label={(name) => t(`product.field.${name}`)} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            <Variants product={product} />
            {manager && (
              <>
                <Section title={t("product.words")}>
                  <TextPair label={t("product.name")} {...field("name")} required />
                  <TextPair label={t("product.description")} {...field("description")} rows={4} />
                </Section>
                <Pictures
                  product={product}
                  pictures={draft.pictures}
                  onChange={(pictures) => set({ pictures })}
                  error={error("pictures")}
                />
                <Facts
                  facts={draft.attributes}
                  onChange={(attributes) => set({ attributes })}
                  error={error("attributes")}
                />
                <Expectation
                  value={draft.expect}
                  onChange={(expect) => set({ expect })}
                  error={error("whatToExpect")}
                  service={product.kind === "SERVICE"}
                />
              </>
            )}
          </Stack>
        </Grid.Col>
        {manager && (
          <Grid.Col span={{ base: 12, lg: 4 }}>
            <Place
              status={draft.status}
              categoryId={draft.categoryId}
              onChange={set}
              error={error("categoryId") ?? error("status")}
              product={product}
            />
          </Grid.Col>
        )}
      </Grid>
      <SaveBar form={form} onSave={submit} />
    </Page>
  );
}

const statuses: readonly ProductStatus[] = ["ACTIVE", "DRAFT", "ARCHIVED"];

/** Whether the product is on offer, and among what it is found. */
function Place({
  status,
  categoryId,
  onChange,
  error,
  product,
}: {
  status: ProductStatus;
  categoryId: string | null;
  onChange: (patch: { status?: ProductStatus; categoryId?: string | null }) => void;
  error: string | undefined;
  product: DeskProductFragment;
}) {
  const { t } = useTranslation("desk");
  const [{ data }] = useQuery({ query: DeskCategories });
  return (
    <Card>
      <Stack gap="sm">
        <Select
          label={t("catalogue.statusLabel")}
          description={t(`product.statusHint.${status}`)}
          value={status}
          allowDeselect={false}
          onChange={(value) => value && onChange({ status: value as ProductStatus })}
          data={statuses.map((value) => ({ value, label: t(`catalogue.status.${value}`) }))}
        />
        <Select
          label={t("catalogue.category")}
          placeholder={t("product.noCategory")}
          clearable
          value={categoryId}
          onChange={(value) => onChange({ categoryId: value })}
          data={data?.categories.map((c) => ({ value: c.id, label: c.name })) ?? []}
          error={error}
        />
        <Text size="xs" c="dimmed">
          {t("product.about", { kind: t(`product.kind.${product.kind}`), slug: product.slug })}
        </Text>
      </Stack>
    </Card>
  );
}
