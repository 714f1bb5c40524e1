import "@mantine/charts/styles.css";
import { BarChart, LineChart } from "@mantine/charts";

/** One line or one set of bars: the field of a row, its name and its colour. */
export type Series = { name: string; label: string; color: string };

type Props = {
  data: Record<string, string | number>[];
  x: string;
  series: Series[];
  stacked?: boolean;
  show: (value: number) => string;
};

const common = { h: 260, gridAxis: "x" as const, tickLine: "none" as const, withLegend: true };
const legend = { verticalAlign: "bottom" as const, height: 36 };

/** Numbers of days as bars. */
export function Bars({ data, x, series, stacked = false, show }: Props) {
  return (
    <BarChart
      {...common}
      data={data}
      dataKey={x}
      series={series}
      type={stacked ? "stacked" : "default"}
      valueFormatter={show}
      legendProps={legend}
      yAxisProps={{ width: 72 }}
      barProps={{ isAnimationActive: false }}
      barChartProps={{ barGap: 0, barCategoryGap: "12%" }}
    />
  );
}

/** Numbers of days as lines. */
export function Lines({ data, x, series, show }: Props) {
  return (
    <LineChart
      {...common}
      data={data}
      dataKey={x}
      series={series}
      curveType="linear"
      valueFormatter={show}
      legendProps={legend}
      yAxisProps={{ width: 72 }}
      withDots={data.length < 40}
      lineProps={{ isAnimationActive: false }}
    />
  );
}
