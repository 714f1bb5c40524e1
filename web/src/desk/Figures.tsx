import { SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useBusiness } from "~/app/business";
import { useFormat } from "~/app/useFormat";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { CohortFigure } from "./figures/CohortFigure";
import { Days } from "./figures/Days";
import { Dashboard } from "./figures/documents";
import { LiabilityFigure } from "./figures/LiabilityFigure";
import { lastDays, lengths } from "./figures/period";
import { SpendFigure } from "./figures/SpendFigure";
import { Tables } from "./figures/Tables";

/** How the business does: orders and money by day, promises, points, clubs, products, and who comes back. */
export function Figures() {
  const { t } = useTranslation("desk");
  const { zone: own } = useFormat();
  const zone = useBusiness()?.timeZone ?? own;
  const [days, setDays] = useState<number>(30);
  const period = useMemo(() => lastDays(days, zone, new Date()), [days, zone]);
  const [{ data, error }, read] = useQuery({
    query: Dashboard,
    variables: period,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page
      title={t("figures.title")}
      actions={
        <SegmentedControl
          aria-label={t("figures.period")}
          value={String(days)}
          onChange={(value) => setDays(Number(value))}
          data={lengths.map((n) => ({ value: String(n), label: t("rules.lastDays", { count: n }) }))}
        />
      }
    >
      <Loaded
        data={data?.desk.dashboard}
        error={error}
        retry={() => read({ requestPolicy: "network-only" })}
        skeleton={
          <Stack gap="lg">
            <Skeleton h={96} />
            <Skeleton h={360} />
            <Skeleton h={360} />
          </Stack>
        }
      >
        {(dashboard) => (
          <Stack gap="lg">
            <Days days={dashboard.days} />
            <Tables products={dashboard.topProducts} clubs={dashboard.clubs} />
          </Stack>
        )}
      </Loaded>
      <LiabilityFigure />
      <CohortFigure zone={zone} />
      <SpendFigure />
    </Page>
  );
}
