import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useBusiness } from "~/app/business";
import { useFormat } from "~/app/useFormat";
import { Loaded } from "~/ui/Loaded";
import { SpendBands } from "./documents";
import { Figure } from "./Figure";
import { Bars } from "./lazy";

const bounds = ["1000", "5000", "10000", "30000", "100000"];

/** Customers by what they paid in all, less what they were given back. */
export function SpendFigure() {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const currencyCode = useBusiness()?.currencyCode ?? "RUB";
  const [{ data, error }, read] = useQuery({
    query: SpendBands,
    variables: { bounds },
    requestPolicy: "cache-and-network",
  });
  const money = (amount: string) => format.money({ amount, currencyCode });
  const name = (band: { from?: string | null | undefined; to?: string | null | undefined }) => {
    if (!band.from) return t("figures.bandZero");
    if (!band.to) return t("figures.bandFrom", { from: money(band.from) });
    return t("figures.band", { from: money(band.from), to: money(band.to) });
  };
  return (
    <Loaded data={data?.desk.spendBands} error={error} retry={read} skeleton={<Skeleton h={320} />}>
      {(bands) => (
        <Figure
          title={t("figures.spend")}
          hint={t("figures.spendHint")}
          file="spend-bands"
          rows={bands}
          columns={[
            { label: t("figures.spent"), cell: name },
            { label: t("figures.customers"), cell: (band) => band.customers, show: (b) => format.count(b.customers) },
            { label: t("figures.of.net"), cell: (band) => Number(band.net), show: (band) => money(band.net) },
          ]}
          chart={
            <Bars
              data={bands.map((band) => ({ band: name(band), customers: band.customers }))}
              x="band"
              series={[{ name: "customers", label: t("figures.customers"), color: "pine.6" }]}
              show={format.count}
            />
          }
        />
      )}
    </Loaded>
  );
}
