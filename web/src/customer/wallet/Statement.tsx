import { Button, Group, Skeleton, Stack, Table, TextInput } from "@mantine/core";
import { IconFileText, IconFileTypePdf } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { trouble } from "~/app/outcome";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Refused } from "~/ui/Refused";
import { StatementOf, StatementPdf } from "./documents";
import { Entries } from "./Entries";
import type { StatementOfQuery } from "./gql/graphql";
import { type Days, instants, isPeriod, today, usualPeriods } from "./period";

/** The wallet over a period: what there was, what moved, what is left. */
export function Statement() {
  const { t } = useTranslation("personal");
  const { zone } = useFormat();
  const usual = usualPeriods(today(zone));
  const [days, setDays] = useState<Days>(usual.month);
  const right = isPeriod(days);
  const edge = (name: keyof Days) => (
    <TextInput
      type="date"
      label={t(`wallet.${name}`)}
      value={days[name]}
      max={today(zone)}
      onChange={(event) => setDays({ ...days, [name]: event.currentTarget.value })}
      flex={1}
      maw={200}
    />
  );
  return (
    <Stack>
      <Group gap="xs" role="group" aria-label={t("wallet.period")}>
        {(["month", "lastMonth", "year"] as const).map((name) => (
          <Button
            key={name}
            size="sm"
            radius="xl"
            variant={days.from === usual[name].from && days.to === usual[name].to ? "filled" : "default"}
            aria-pressed={days.from === usual[name].from && days.to === usual[name].to}
            onClick={() => setDays(usual[name])}
          >
            {t(`wallet.${name}`)}
          </Button>
        ))}
      </Group>
      <Group wrap="nowrap" align="flex-end">
        {edge("from")}
        {edge("to")}
      </Group>
      {right ? (
        <Period key={`${days.from} ${days.to}`} {...instants(days, zone)} />
      ) : (
        <Refused words={t("wallet.wrongPeriod")} />
      )}
    </Stack>
  );
}

type Sheet = NonNullable<StatementOfQuery["viewer"]["customer"]>["wallet"]["statement"];

function Period({ from, to }: { from: string; to: string }) {
  const { t } = useTranslation("personal");
  const { data, error, retry, more } = useList(
    StatementOf,
    { from, to },
    (d) => d.viewer.customer?.wallet.statement.entries,
  );
  return (
    <Loaded data={data?.viewer.customer?.wallet.statement} error={error} retry={retry} skeleton={<Skeleton h={240} />}>
      {(statement) => (
        <Stack>
          <Totals statement={statement} />
          {statement.entries.nodes.length > 0 && <Paper from={from} to={to} />}
          {statement.entries.nodes.length === 0 ? (
            <Empty icon={IconFileText} title={t("wallet.nothingMoved")} text={t("wallet.nothingMovedText")} />
          ) : (
            <Entries entries={statement.entries.nodes} />
          )}
          <More {...more} />
        </Stack>
      )}
    </Loaded>
  );
}

function Totals({ statement }: { statement: Sheet }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const line = (label: string, points: number, strong = false) => (
    <Table.Tr key={label}>
      <Table.Th scope="row" fw={strong ? 600 : 400}>
        {label}
      </Table.Th>
      <Table.Td ta="right" fw={strong ? 600 : 400}>
        {format.count(points)}
      </Table.Td>
    </Table.Tr>
  );
  return (
    <Table aria-label={t("wallet.totals")}>
      <Table.Tbody>
        {line(t("wallet.opening"), statement.opening.active, true)}
        {statement.totals.map(({ cause, points }) =>
          line(t(`wallet.cause.${cause}`, { defaultValue: t("wallet.otherCause") }), points),
        )}
        {line(t("wallet.closing"), statement.closing.active, true)}
      </Table.Tbody>
    </Table>
  );
}

/** The statement as a PDF. Its tab opens with the press of the button, so that no browser takes it for an advertisement. */
function Paper({ from, to }: { from: string; to: string }) {
  const { t } = useTranslation("personal");
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const print = async () => {
    const tab = window.open("", "_blank");
    setBusy(true);
    const { data, error } = await client
      .query(StatementPdf, { from, to }, { requestPolicy: "network-only" })
      .toPromise();
    setBusy(false);
    const pdf = data?.viewer.customer?.wallet.statement.pdf;
    setRefused(trouble({ data: { pdf }, error }, t));
    if (!pdf?.url) return tab?.close();
    if (tab) tab.location.href = pdf.url;
    else location.assign(pdf.url);
  };
  return (
    <Stack gap={4} align="flex-start">
      <Button
        variant="default"
        leftSection={<IconFileTypePdf size={18} aria-hidden />}
        loading={busy}
        onClick={() => void print()}
      >
        {t("wallet.pdf")}
      </Button>
      <Refused words={refused} />
    </Stack>
  );
}
