import { Alert, Anchor, Badge, Button, Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconDownload, IconPlayerStop } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient, useMutation } from "urql";
import { allWords } from "~/app/errors";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import type { ImportRowFragment } from "../gql/graphql";
import { useFailure } from "../useFailure";
import { ImportCancel, ImportRejects } from "./documents";
import { hereAt } from "./send";

const colours: Record<string, string> = {
  QUEUED: "gray",
  RUNNING: "blue",
  DONE: "pine",
  FAILED: "red",
  CANCELLED: "gray",
};

/** One import: what it took, how far it is, and what came of it. */
export function Row({ row }: { row: ImportRowFragment }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const open = row.state === "QUEUED" || row.state === "RUNNING";
  const names = row.files.map((file) => file.name).join(", ");
  return (
    <article aria-label={t("imports.one", { names })}>
      <Card>
        <Stack gap="xs">
          <Group justify="space-between" align="flex-start" gap="sm" wrap="nowrap">
            <Stack gap={0} miw={0}>
              <Text fw={600} style={{ overflowWrap: "anywhere" }}>
                {names}
              </Text>
              <Text size="sm" c="dimmed">
                {[
                  t(`imports.kind.${row.kind}`),
                  row.club?.name ?? row.source,
                  row.since && t("imports.from", { day: row.since }),
                  format.when(row.createdAt),
                  row.staff.name,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </Text>
            </Stack>
            <Badge variant="light" color={colours[row.state] ?? "gray"} tt="none" radius="sm" miw="max-content">
              {t(`imports.state.${row.state}`)}
            </Badge>
          </Group>
          {open && <Running row={row} />}
          {row.rowsRead > 0 && (
            <Text size="sm" aria-live={open ? "off" : "polite"}>
              {t("imports.rows", {
                count: row.rowsRead,
                read: format.count(row.rowsRead),
                accepted: format.count(row.rowsAccepted),
                rejected: format.count(row.rowsRejected),
              })}
            </Text>
          )}
          {row.error && (
            <Alert color="red" variant="light">
              <Text size="sm">{row.error.message}</Text>
              {row.error.detail && (
                <Text
                  size="sm"
                  c="dimmed"
                  mt={4}
                  lang="en"
                  style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}
                >
                  {row.error.detail}
                </Text>
              )}
            </Alert>
          )}
          {row.figures.length > 0 && <Figures row={row} />}
          {row.rejects && <Rejects id={row.id} />}
        </Stack>
      </Card>
    </article>
  );
}

/** Fetches the rejected rows. The link is asked for when it is wanted, because it works for minutes only. */
function Rejects({ id }: { id: string }) {
  const { t } = useTranslation("desk");
  const failed = useFailure();
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    const { data, error } = await client.query(ImportRejects, { id }, { requestPolicy: "network-only" }).toPromise();
    setBusy(false);
    const url = data?.desk.import?.rejects?.url;
    if (url) location.assign(hereAt(url));
    else notify({ tone: "bad", text: error ? failed(error) : t("imports.rejectsGone") });
  };
  return (
    <Group>
      <Button variant="default" onClick={download} loading={busy} leftSection={<IconDownload size={18} aria-hidden />}>
        {t("imports.rejects")}
      </Button>
    </Group>
  );
}

function Running({ row }: { row: ImportRowFragment }) {
  const { t } = useTranslation("desk");
  const failed = useFailure();
  const [{ fetching }, cancel] = useMutation(ImportCancel);
  const stop = async () => {
    const { data, error } = await cancel({ input: { importId: row.id } });
    const words = error ? failed(error) : allWords(data?.importCancel.userErrors ?? []);
    notify(words ? { tone: "bad", text: words } : { text: t("imports.cancelling") });
  };
  return (
    <Group wrap="nowrap" gap="sm">
      <Progress.Root size="lg" flex={1}>
        <Progress.Section
          value={row.percent}
          animated={row.state === "RUNNING"}
          aria-label={t("imports.progress")}
          aria-valuetext={`${row.percent} %`}
        />
      </Progress.Root>
      <Text size="sm" miw={44} ta="right">
        {row.percent} %
      </Text>
      <Button
        variant="default"
        onClick={stop}
        loading={fetching}
        leftSection={<IconPlayerStop size={18} aria-hidden />}
      >
        {t("imports.cancel")}
      </Button>
    </Group>
  );
}

function Figures({ row }: { row: ImportRowFragment }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const decimal = new Intl.NumberFormat(format.language, { minimumFractionDigits: 2, maximumFractionDigits: 3 });
  const shown = (value: string) => (value.includes(".") ? decimal.format(Number(value)) : format.count(Number(value)));
  return (
    <details>
      <Anchor component="summary" size="sm" py={10} style={{ cursor: "pointer" }}>
        {t("imports.figures", { source: row.source || row.club?.name })}
      </Anchor>
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 3 }} spacing="xl" verticalSpacing={4} my={4}>
        {row.figures.map(({ name, value }) => (
          <Group key={name} justify="space-between" gap="xs" wrap="nowrap">
            <Text component="dt" size="sm" c="dimmed">
              {t(`imports.figure.${name}`, { defaultValue: name })}
            </Text>
            <Text component="dd" size="sm" fw={600} m={0} style={{ whiteSpace: "nowrap" }}>
              {shown(value)}
            </Text>
          </Group>
        ))}
      </SimpleGrid>
    </details>
  );
}
