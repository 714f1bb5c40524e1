import { ActionIcon, Button, Group, SimpleGrid, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Section } from "~/ui/Section";
import { CountInput } from "../form/numbers";
import { noText, TextPair } from "../form/TextPair";
import type { ProductDraft } from "./product";

type Value = ProductDraft["expect"];

/** What the customer should know beforehand: how long it takes, how to prepare, what to bring. */
export function Expectation({
  value,
  onChange,
  error,
  service,
}: {
  value: Value;
  onChange: (value: Value) => void;
  error: string | undefined;
  service: boolean;
}) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const inWords = (minutes: number | null) => (minutes ? format.duration(minutes) : t("product.notTold"));
  return (
    <Section title={t("product.expect")} hint={t("product.expectHint")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <CountInput
          label={t("product.leadTime")}
          description={inWords(value.leadTimeMinutes)}
          value={value.leadTimeMinutes}
          onChange={(leadTimeMinutes) => onChange({ ...value, leadTimeMinutes })}
          error={error}
          step={15}
        />
        {service && (
          <CountInput
            label={t("product.duration")}
            description={inWords(value.durationMinutes)}
            value={value.durationMinutes}
            onChange={(durationMinutes) => onChange({ ...value, durationMinutes })}
            step={15}
          />
        )}
      </SimpleGrid>
      <TextPair
        label={t("product.prepare")}
        value={value.howToPrepare}
        onChange={(howToPrepare) => onChange({ ...value, howToPrepare })}
        rows={2}
      />
      <Text size="sm" fw={500}>
        {t("product.documents")}
      </Text>
      {value.documents.map((text, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: documents have nothing but their place
        <Group key={i} align="flex-end" wrap="nowrap" gap="xs">
          <div style={{ flex: 1 }}>
            <TextPair
              label={t("product.document", { number: i + 1 })}
              value={text}
              onChange={(next) =>
                onChange({ ...value, documents: value.documents.map((d, j) => (i === j ? next : d)) })
              }
            />
          </div>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t("product.removeDocument", { number: i + 1 })}
            onClick={() => onChange({ ...value, documents: value.documents.filter((_, j) => j !== i) })}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="light"
          leftSection={<IconPlus size={18} />}
          onClick={() => onChange({ ...value, documents: [...value.documents, noText] })}
        >
          {t("product.addDocument")}
        </Button>
      </Group>
    </Section>
  );
}
