import { Skeleton, Stack, Title } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useList } from "~/app/useList";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { useFresh } from "./events";
import { ImportsQuery } from "./imports/documents";
import { NewImport } from "./imports/NewImport";
import { Row } from "./imports/Row";

/** Imports of what the business already has: a new one, and those that were asked for, with how far they are. */
export function Imports() {
  const { t } = useTranslation("desk");
  const { data, error, retry, renew, more } = useList(ImportsQuery, {}, (answer) => answer.desk.imports);
  const rows = data?.desk.imports.nodes;
  // How far an import is comes with its event; what stands there at its end, and new ones, are read.
  useFresh(
    (event) =>
      event.__typename === "ImportEvent" &&
      (event.import.endedAt !== null || !rows?.some(({ id }) => id === event.import.id)),
    renew,
  );
  return (
    <Page title={t("imports.title")}>
      <NewImport onStarted={renew} />
      <Stack component="section" gap="xs" aria-labelledby="imports-history">
        <Title order={2} size="h4" id="imports-history">
          {t("imports.history")}
        </Title>
        <Loaded data={rows} error={error} retry={retry} skeleton={<Outline />}>
          {(nodes) =>
            nodes.length === 0 ? (
              <Empty icon={IconFileImport} title={t("imports.nothing")} text={t("imports.nothingText")} />
            ) : (
              <Stack gap="xs">
                {nodes.map((node) => (
                  <Row key={node.id} row={node} />
                ))}
                <More {...more} />
              </Stack>
            )
          }
        </Loaded>
      </Stack>
    </Page>
  );
}

function Outline() {
  return (
    <Stack gap="xs">
      {["a", "b", "c"].map((row) => (
        <Skeleton key={row} h={112} />
      ))}
    </Stack>
  );
}
