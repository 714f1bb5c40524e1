import { SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import type { DashboardQuery } from "../gql/graphql";
import { type Column, Figure } from "./Figure";
import { Bars, Lines } from "./lazy";
import { totals } from "./period";

type Day = DashboardQuery["desk"]["dashboard"]["days"][number];
type Field = Exclude<keyof Day, "day">;

/** What happened day by day: orders, money, promises and points. */
export function Days({ days }: { days: readonly Day[] }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const currencyCode = days[0]?.net.currencyCode ?? "RUB";
  const money = (amount: number) => format.money({ amount: String(amount), currencyCode });
  const shown = (day: string) =>
    new Intl.DateTimeFormat(format.language, { day: "numeric", month: "short", timeZone: "UTC" }).format(
      new Date(`${day}T00:00:00Z`),
    );
  const data = days.map((day) => ({
    ...day,
    day: shown(day.day),
    net: Number(day.net.amount),
    revenue: Number(day.revenue.amount),
    refunded: Number(day.refunded.amount),
  }));
  const dayColumn: Column<Day> = { label: t("figures.day"), cell: (day) => day.day, show: (day) => shown(day.day) };
  const count = (field: Field): Column<Day> => ({
    label: t(`figures.of.${field}`),
    cell: (day) => Number(day[field]),
    show: (day) => format.count(Number(day[field])),
  });
  const amount = (field: "revenue" | "refunded" | "net"): Column<Day> => ({
    label: t(`figures.of.${field}`),
    cell: (day) => Number(day[field].amount),
    show: (day) => format.money(day[field]),
  });
  const series = (fields: [field: Field, color: string][]) =>
    fields.map(([name, color]) => ({ name, label: t(`figures.of.${name}`), color }));
  const chart = { data: data as never, x: "day", show: format.count };
  return (
    <>
      <Summary days={days} money={money} />
      <Figure
        title={t("figures.revenue")}
        hint={t("figures.revenueHint")}
        file="revenue"
        rows={days}
        columns={[dayColumn, amount("revenue"), amount("refunded"), amount("net")]}
        chart={<Lines {...chart} show={money} series={series([["net", "pine.6"]])} />}
      />
      <SimpleGrid cols={{ base: 1, xl: 2 }} spacing="lg">
        <Figure
          title={t("figures.orders")}
          file="orders"
          rows={days}
          columns={[dayColumn, count("placed"), count("completed"), count("cancelled"), count("newCustomers")]}
          chart={
            <Bars
              {...chart}
              series={series([
                ["placed", "blue.5"],
                ["completed", "pine.6"],
                ["cancelled", "red.5"],
              ])}
            />
          }
        />
        <Figure
          title={t("figures.promises")}
          hint={t("figures.promisesHint")}
          file="promises"
          rows={days}
          columns={[dayColumn, count("promisesKept"), count("promisesBroken")]}
          chart={
            <Bars
              {...chart}
              stacked
              series={series([
                ["promisesKept", "pine.6"],
                ["promisesBroken", "red.5"],
              ])}
            />
          }
        />
      </SimpleGrid>
      <Figure
        title={t("figures.points")}
        file="points"
        rows={days}
        columns={[dayColumn, count("pointsEarned"), count("pointsSpent"), count("pointsExpired")]}
        chart={
          <Bars
            {...chart}
            series={series([
              ["pointsEarned", "pine.6"],
              ["pointsSpent", "blue.5"],
              ["pointsExpired", "orange.5"],
            ])}
          />
        }
      />
    </>
  );
}

function Summary({ days, money }: { days: readonly Day[]; money: (amount: number) => string }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const sum = totals(days);
  const tiles = [
    [t("figures.of.net"), money(Number(sum.net))],
    [t("figures.of.completed"), format.count(sum.completed)],
    [t("figures.keptShare"), sum.keptShare === null ? "–" : format.percent(String(Math.round(sum.keptShare * 100)))],
    [t("figures.of.newCustomers"), format.count(sum.newCustomers)],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
      {tiles.map(([label, value]) => (
        <Card key={label}>
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Text fw={700} size="xl">
            {value}
          </Text>
        </Card>
      ))}
    </SimpleGrid>
  );
}
