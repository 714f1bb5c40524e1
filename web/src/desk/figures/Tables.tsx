import { SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { TextLink } from "~/ui/links";
import type { DashboardQuery } from "../gql/graphql";
import { Figure } from "./Figure";

type Period = DashboardQuery["desk"]["dashboard"];

/** What sells best, and how clubs grow. */
export function Tables({ products, clubs }: { products: Period["topProducts"]; clubs: Period["clubs"] }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  return (
    <SimpleGrid cols={{ base: 1, xl: 2 }} spacing="lg">
      <Figure
        title={t("figures.top")}
        file="products"
        rows={products}
        columns={[
          {
            label: t("catalogue.product"),
            cell: (row) => row.product?.name ?? t("figures.goneProduct"),
            show: (row) =>
              row.product && (
                <TextLink to="/desk/catalogue/$slug" params={{ slug: row.product.slug }} size="sm">
                  {row.product.name}
                </TextLink>
              ),
          },
          { label: t("figures.sold"), cell: (row) => row.quantity, show: (row) => format.count(row.quantity) },
          {
            label: t("figures.of.net"),
            cell: (row) => Number(row.revenue.amount),
            show: (row) => format.money(row.revenue),
          },
        ]}
      />
      <Figure
        title={t("figures.clubs")}
        file="clubs"
        rows={clubs}
        columns={[
          {
            label: t("clubs.one"),
            cell: (row) => row.club.name,
            show: (row) => (
              <TextLink to="/desk/clubs/$slug" params={{ slug: row.club.slug }} size="sm">
                {row.club.name}
              </TextLink>
            ),
          },
          { label: t("clubs.tab.members"), cell: (row) => row.members, show: (row) => format.count(row.members) },
          { label: t("figures.joined"), cell: (row) => row.joined, show: (row) => format.count(row.joined) },
          { label: t("figures.left"), cell: (row) => row.left, show: (row) => format.count(row.left) },
        ]}
      />
    </SimpleGrid>
  );
}
