import { List, Skeleton, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { allWords } from "~/app/errors";
import { Section } from "~/ui/Section";
import { type ClubDraft, rulesInput } from "./club";
import { ClubRulesPreview } from "./documents";

/** The rules of a club as members will read them, while they are still being edited. */
export function RulesInWords({ draft }: { draft: ClubDraft }) {
  const { t } = useTranslation("desk");
  const [text] = useDebouncedValue(JSON.stringify(rulesInput(draft)), 300);
  const [{ data }] = useQuery({ query: ClubRulesPreview, variables: { input: JSON.parse(text) } });
  const preview = data?.desk.clubRulesPreview;
  return (
    <Section title={t("clubs.preview")} hint={t("clubs.previewHint")}>
      <div aria-live="polite">
        {!preview && <Skeleton h={96} />}
        {preview && preview.userErrors.length > 0 && (
          <Text size="sm" c="red">
            {allWords(preview.userErrors)}
          </Text>
        )}
        <Stack gap="xs">
          <List size="sm" spacing={6}>
            {preview?.rules.map((rule) => (
              <List.Item key={rule}>{rule}</List.Item>
            ))}
          </List>
        </Stack>
      </div>
    </Section>
  );
}
