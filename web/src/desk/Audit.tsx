import { Button, Group, Select, Skeleton, Stack } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { useMediaQuery } from "@mantine/hooks";
import { IconFileSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { AuditQuery } from "./audit/documents";
import { Entry } from "./audit/Entry";
import type { AuditWhere } from "./gql/graphql";
import { StaffQuery } from "./staff/documents";
import { instantAt, nextDay } from "./zone";

type Filter = {
  staffId: string | null;
  days: [string | null, string | null];
  subject: { id: string; name: string } | undefined;
};

const everything: Filter = { staffId: null, days: [null, null], subject: undefined };

/** What the staff did, the latest first: who, to what, what changed and why. */
export function Audit() {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [filter, setFilter] = useState(everything);
  const [from, to] = filter.days;
  const at = from &&
    to && {
      gte: instantAt(from, format.zone).toISOString(),
      lt: instantAt(nextDay(to), format.zone).toISOString(),
    };
  const where: AuditWhere = {
    ...(filter.staffId && { staffId: filter.staffId }),
    ...(filter.subject && { subjectId: filter.subject.id }),
    ...(at && { at }),
  };
  return (
    <Page title={t("audit.title")}>
      <FilterBar filter={filter} onChange={setFilter} />
      <Found
        key={JSON.stringify(where)}
        where={where}
        onSubject={(subject) => setFilter((before) => ({ ...before, subject }))}
      />
    </Page>
  );
}

function FilterBar({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation("desk");
  const [{ data }] = useQuery({ query: StaffQuery });
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const filtered = filter.staffId || filter.subject || filter.days[0];
  return (
    <Group gap="sm">
      <Select
        aria-label={t("audit.who")}
        placeholder={t("audit.everyone")}
        value={filter.staffId}
        onChange={(staffId) => onChange({ ...filter, staffId })}
        data={(data?.desk.staff ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        clearable
        searchable
        w={240}
      />
      <DatePickerInput
        type="range"
        aria-label={t("audit.when")}
        placeholder={t("audit.when")}
        value={filter.days}
        onChange={(days) => onChange({ ...filter, days })}
        allowSingleDateInRange
        clearable
        dropdownType={phone ? "modal" : "popover"}
        w={260}
      />
      {filter.subject && (
        <Button
          variant="light"
          onClick={() => onChange({ ...filter, subject: undefined })}
          aria-label={t("audit.onlyAboutOff", { name: filter.subject.name })}
        >
          {`${t("audit.onlyAbout", { name: filter.subject.name })} ✕`}
        </Button>
      )}
      {filtered && (
        <Button variant="subtle" onClick={() => onChange(everything)}>
          {t("board.filterClear")}
        </Button>
      )}
    </Group>
  );
}

function Found({
  where,
  onSubject,
}: {
  where: AuditWhere;
  onSubject: (subject: { id: string; name: string }) => void;
}) {
  const { t } = useTranslation("desk");
  const { data, error, retry, more } = useList(AuditQuery, { where }, (answer) => answer.desk.auditTrail);
  return (
    <Loaded data={data?.desk.auditTrail.nodes} error={error} retry={retry} skeleton={<Outline />}>
      {(entries) =>
        entries.length === 0 ? (
          <Empty icon={IconFileSearch} title={t("audit.nothing")} text={t("audit.nothingText")} />
        ) : (
          <Stack gap="xs">
            {entries.map((entry, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id and only grow at the end
              <Entry key={`${entry.at} ${i}`} entry={entry} onSubject={onSubject} />
            ))}
            <More {...more} />
          </Stack>
        )
      }
    </Loaded>
  );
}

function Outline() {
  return (
    <Stack gap="xs">
      {["a", "b", "c", "d", "e"].map((row) => (
        <Skeleton key={row} h={88} />
      ))}
    </Stack>
  );
}
