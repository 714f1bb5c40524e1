import { Chip, CloseButton, Group, NativeSelect, ScrollArea, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconSearchOff } from "@tabler/icons-react";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { ButtonLink } from "~/ui/links";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { type CatalogueSearch, productVariables, sorts } from "./catalogue";
import { graphql } from "./gql";
import { ProductGrid, ProductGridSkeleton } from "./ProductGrid";

const CategoriesQuery = graphql(`
  query Categories {
    categories { id slug name }
  }
`);

const ProductsQuery = graphql(`
  query Products($first: Int!, $after: String, $where: ProductWhere, $search: String, $orderBy: ProductOrder) {
    products(first: $first, after: $after, where: $where, search: $search, orderBy: $orderBy) {
      nodes { ...ProductCard }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** Everything on offer: found as one types, narrowed by group and kind. What was chosen is in the address, so it can be sent and kept. */
export function Catalogue() {
  const { t } = useTranslation("customer");
  const chosen = useSearch({ from: "/customer/catalogue" });
  return (
    <Page title={t("catalogue.title")}>
      <Stack gap="sm">
        <SearchField />
        <Categories />
        <Narrow />
      </Stack>
      <Results key={JSON.stringify(chosen)} chosen={chosen} />
    </Page>
  );
}

/** Changes one part of the address and keeps the rest; undefined takes the part out. */
function useNarrow() {
  const router = useRouter();
  const navigate = useNavigate({ from: "/catalogue" });
  return (part: CatalogueSearch) => {
    // Who has just left for a product is not called back by the last word that they typed.
    if (router.latestLocation.pathname !== "/catalogue") return;
    void navigate({
      search: (before) => {
        const next = { ...before, ...part };
        return Object.fromEntries(Object.entries(next).filter(([, value]) => value)) as typeof before;
      },
      replace: true,
      resetScroll: false,
    });
  };
}

function SearchField() {
  const { t } = useTranslation("customer");
  const chosen = useSearch({ from: "/customer/catalogue" });
  const narrow = useNarrow();
  const [typed, setTyped] = useState(chosen.search ?? "");
  const search = useDebouncedCallback((words: string) => narrow({ search: words.trim() || undefined }), 200);
  const type = (words: string) => {
    setTyped(words);
    search(words);
  };
  return (
    <TextInput
      type="search"
      size="md"
      aria-label={t("catalogue.search")}
      placeholder={t("catalogue.search")}
      leftSection={<IconSearch size={18} aria-hidden />}
      rightSection={typed && <CloseButton aria-label={t("catalogue.clear")} onClick={() => type("")} />}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}

function Categories() {
  const { t } = useTranslation("customer");
  const chosen = useSearch({ from: "/customer/catalogue" });
  const narrow = useNarrow();
  const [{ data }] = useQuery({ query: CategoriesQuery });
  return (
    <ScrollArea type="never" mih={36}>
      <Chip.Group value={chosen.category ?? ""} onChange={(slug) => narrow({ category: String(slug) || undefined })}>
        <Group gap="xs" wrap="nowrap" role="group" aria-label={t("catalogue.categories")}>
          <Chip value="" size="sm">
            {t("catalogue.everything")}
          </Chip>
          {data?.categories.map((category) => (
            <Chip key={category.id} value={category.slug} size="sm">
              {category.name}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </ScrollArea>
  );
}

function Narrow() {
  const { t } = useTranslation("customer");
  const chosen = useSearch({ from: "/customer/catalogue" });
  const narrow = useNarrow();
  return (
    <SimpleGrid cols={2} spacing="sm" maw={460}>
      <NativeSelect
        aria-label={t("catalogue.kind")}
        value={chosen.kind ?? ""}
        onChange={(event) => narrow({ kind: event.currentTarget.value || undefined })}
        data={["", "SERVICE", "GOODS"].map((value) => ({ value, label: t(`catalogue.kinds.${value || "all"}`) }))}
      />
      <NativeSelect
        aria-label={t("catalogue.sort")}
        value={chosen.sort ?? ""}
        onChange={(event) => narrow({ sort: event.currentTarget.value || undefined })}
        data={Object.keys(sorts).map((value) => ({ value, label: t(`catalogue.sorts.${value || "own"}`) }))}
      />
    </SimpleGrid>
  );
}

function Results({ chosen }: { chosen: CatalogueSearch }) {
  const { t } = useTranslation("customer");
  const { data, error, retry, more } = useList(ProductsQuery, productVariables(chosen), (d) => d.products);
  return (
    <Loaded data={data?.products.nodes} error={error} retry={retry} skeleton={<ProductGridSkeleton count={8} />}>
      {(products) => (
        <Stack aria-live="polite">
          {products.length > 0 ? (
            <ProductGrid products={products} />
          ) : (
            <Empty
              icon={IconSearchOff}
              title={t("catalogue.nothing")}
              text={t("catalogue.nothingText")}
              action={
                <ButtonLink to="/catalogue" variant="light">
                  {t("catalogue.showAll")}
                </ButtonLink>
              }
            />
          )}
          <More {...more} />
        </Stack>
      )}
    </Loaded>
  );
}
