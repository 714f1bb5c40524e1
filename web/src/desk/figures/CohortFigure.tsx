import { Skeleton } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { Loaded } from "~/ui/Loaded";
import { Cohorts } from "./documents";
import { type Column, Figure } from "./Figure";
import { lastDays } from "./period";

type Cohort = { month: string; customers: number; returning: readonly number[] };

/** Customers by the month of their first order, and how many of them ordered again in which month. */
export function CohortFigure({ zone }: { zone: string }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const period = useMemo(() => lastDays(365, zone, new Date()), [zone]);
  const [{ data, error }, read] = useQuery({ query: Cohorts, variables: period, requestPolicy: "cache-and-network" });
  const monthOf = (text: string) =>
    new Intl.DateTimeFormat(format.language, { month: "short", year: "numeric", timeZone: "UTC" }).format(
      new Date(`${text}-01T00:00:00Z`),
    );
  return (
    <Loaded data={data?.desk.dashboard.cohorts} error={error} retry={read} skeleton={<Skeleton h={320} />}>
      {(cohorts) => {
        const months = Math.max(0, ...cohorts.map((cohort) => cohort.returning.length));
        const later = Array.from(
          { length: months },
          (_, i): Column<Cohort> => ({
            label: t("figures.monthLater", { count: i }),
            cell: (cohort) => cohort.returning[i] ?? null,
            show: (cohort) => <Share people={cohort.returning[i]} of={cohort.customers} />,
          }),
        );
        return (
          <Figure
            title={t("figures.cohorts")}
            hint={t("figures.cohortsHint")}
            file="cohorts"
            rows={cohorts}
            columns={[
              { label: t("figures.firstOrder"), cell: (cohort) => cohort.month, show: (c) => monthOf(c.month) },
              {
                label: t("figures.customers"),
                cell: (cohort) => cohort.customers,
                show: (cohort) => format.count(cohort.customers),
              },
              ...later,
            ]}
          />
        );
      }}
    </Loaded>
  );
}

/** How many came back, the darker the larger their share. */
function Share({ people, of }: { people: number | undefined; of: number }) {
  const format = useFormat();
  if (people === undefined) return null;
  const share = of === 0 ? 0 : people / of;
  const depth = Math.round(share * 45);
  return (
    <span
      style={{
        display: "inline-block",
        minWidth: "3.5rem",
        padding: "0.15rem 0.4rem",
        borderRadius: 6,
        background: `color-mix(in srgb, var(--mantine-color-pine-5) ${depth}%, transparent)`,
      }}
    >
      {format.count(people)} · {format.percent(String(Math.round(share * 100)))}
    </span>
  );
}
