import { Code, List, ScrollArea, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ImportFormatsQuery } from "../gql/graphql";
import { columns, type Kind } from "./kinds";

type Format = ImportFormatsQuery["desk"]["importFormats"][number];

/** What a file of a kind must look like: its columns in words, and the first rows of one. */
export function Expected({ kind, format }: { kind: Kind; format: Format | undefined }) {
  const { t } = useTranslation("desk");
  const { needed, extra } = columns[kind];
  const line = (name: string) => (
    <List.Item key={name}>
      <Code>{name}</Code> {t(`imports.column.${kind}.${name}`)}
    </List.Item>
  );
  return (
    <Stack gap="xs">
      <Text size="sm">{t(`imports.about.${kind}`)}</Text>
      <Text size="sm" fw={600}>
        {t("imports.needed")}
      </Text>
      <List size="sm" spacing={4}>
        {needed.map(line)}
      </List>
      {extra.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {t("imports.extra")}
          </Text>
          <List size="sm" spacing={4}>
            {extra.map(line)}
          </List>
        </>
      )}
      {format && <Sample title={t("imports.sample")} text={format.sample} />}
      {format?.membersSample && <Sample title={t("imports.membersSample")} text={format.membersSample} />}
    </Stack>
  );
}

function Sample({ title, text }: { title: string; text: string }) {
  return (
    <>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: "region", "aria-label": title }}>
        <Code block w="max-content" miw="100%">
          {text.trim()}
        </Code>
      </ScrollArea>
    </>
  );
}
