import { Button, Group, SegmentedControl, Skeleton, Table, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/app/i18n";
import { Section } from "~/ui/Section";
import { type Cell, csvOf, download } from "./csv";
import classes from "./Figure.module.css";

/** A column of a figure: what stands above it, its cell of a row, and how that is shown when the cell alone does not say it. */
export type Column<Row> = { label: string; cell: (row: Row) => Cell; show?: (row: Row) => ReactNode };

/** Numbers to look at: as a chart when there is one, as a table, and as a file. */
export function Figure<Row>({
  title,
  hint,
  file,
  columns,
  rows,
  chart,
  empty,
}: {
  title: string;
  hint?: string;
  file: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  chart?: ReactNode;
  empty?: string;
}) {
  const { t } = useTranslation("desk");
  const language = useLanguage();
  const [view, setView] = useState<"chart" | "table">(chart ? "chart" : "table");
  const save = () => {
    const cells = rows.map((row) => columns.map((column) => column.cell(row)));
    download(
      `${file}.csv`,
      csvOf(
        columns.map((column) => column.label),
        cells,
        language,
      ),
    );
  };
  return (
    <Section
      title={title}
      {...(hint && { hint })}
      actions={
        <Group gap="xs">
          {chart && (
            <SegmentedControl
              size="xs"
              aria-label={t("figures.view", { title })}
              value={view}
              onChange={(value) => setView(value as typeof view)}
              data={(["chart", "table"] as const).map((value) => ({ value, label: t(`figures.as.${value}`) }))}
            />
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={save}
            disabled={rows.length === 0}
            aria-label={t("figures.csvOf", { title })}
          >
            CSV
          </Button>
        </Group>
      }
    >
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          {empty ?? t("figures.nothing")}
        </Text>
      )}
      {rows.length > 0 && view === "chart" && (
        <div role="img" aria-label={t("figures.chartOf", { title })}>
          <Suspense fallback={<Skeleton h={260} />}>{chart}</Suspense>
        </div>
      )}
      {rows.length > 0 && view === "table" && <Numbers columns={columns} rows={rows} label={title} />}
    </Section>
  );
}

function Numbers<Row>({
  columns,
  rows,
  label,
}: {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  label: string;
}) {
  const numeric = (column: Column<Row>) => rows.some((row) => typeof column.cell(row) === "number");
  const align = columns.map((column) => (numeric(column) ? "right" : "left") as "right" | "left");
  return (
    <Table.ScrollContainer
      minWidth={columns.length > 3 ? columns.length * 96 : 0}
      mah={420}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
    >
      <Table aria-label={label} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column, i) => (
              <Table.Th key={column.label} ta={align[i] ?? "left"} className={classes.cell}>
                {column.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of figures have nothing but their place
            <Table.Tr key={i}>
              {columns.map((column, j) => (
                <Table.Td key={column.label} ta={align[j] ?? "left"} className={j > 0 ? classes.cell : undefined}>
                  {column.show?.(row) ?? column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
