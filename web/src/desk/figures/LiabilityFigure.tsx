import { SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Loaded } from "~/ui/Loaded";
import { Liability } from "./documents";
import { Figure } from "./Figure";
import { Bars } from "./lazy";

/** What the business owes in points now, and in which months they burn. */
export function LiabilityFigure() {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [{ data, error }, read] = useQuery({ query: Liability, requestPolicy: "cache-and-network" });
  const month = (text: string) =>
    new Intl.DateTimeFormat(format.language, { month: "short", year: "numeric", timeZone: "UTC" }).format(
      new Date(`${text}-01T00:00:00Z`),
    );
  return (
    <Loaded data={data?.desk.pointsLiability} error={error} retry={read} skeleton={<Skeleton h={360} />}>
      {(owed) => (
        <Stack gap="lg">
          <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
            {(["owed", "active", "pending", "held"] as const).map((part) => (
              <Card key={part}>
                <Text size="sm" c="dimmed">
                  {t(`figures.owed.${part}`)}
                </Text>
                <Text fw={700} size="xl">
                  {format.count(owed[part])}
                </Text>
                {part === "owed" && (
                  <Text size="sm" c="dimmed">
                    {t("figures.worth", { money: format.money(owed.worth) })}
                  </Text>
                )}
              </Card>
            ))}
          </SimpleGrid>
          <Figure
            title={t("figures.expiring")}
            hint={owed.lasting > 0 ? t("figures.lasting", { points: format.points(owed.lasting) }) : ""}
            file="expiring-points"
            rows={owed.expiring}
            empty={t("figures.noneExpire")}
            columns={[
              { label: t("figures.month"), cell: (row) => row.month, show: (row) => month(row.month) },
              { label: t("rules.points"), cell: (row) => row.points, show: (row) => format.count(row.points) },
            ]}
            chart={
              <Bars
                data={owed.expiring.map((row) => ({ month: month(row.month), points: row.points }))}
                x="month"
                series={[{ name: "points", label: t("rules.points"), color: "orange.5" }]}
                show={format.count}
              />
            }
          />
        </Stack>
      )}
    </Loaded>
  );
}
