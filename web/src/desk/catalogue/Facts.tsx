import { ActionIcon, Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Refused } from "~/ui/Refused";
import { Section } from "~/ui/Section";
import { noText } from "../form/TextPair";
import type { ProductDraft } from "./product";

type Fact = ProductDraft["attributes"][number];

/** Facts about a product, such as its size, in both languages. */
export function Facts({
  facts,
  onChange,
  error,
}: {
  facts: readonly Fact[];
  onChange: (facts: Fact[]) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation("desk");
  const put = (i: number, fact: Fact) => onChange(facts.map((f, j) => (i === j ? fact : f)));
  return (
    <Section title={t("product.facts")} hint={t("product.factsHint")}>
      {facts.map((fact, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts have nothing but their place
        <Group key={i} align="flex-start" wrap="nowrap" gap="xs">
          <Stack gap={4} flex={1}>
            {(["ru", "en"] as const).map((side) => (
              <SimpleGrid key={side} cols={2} spacing="xs">
                {(["name", "value"] as const).map((part) => {
                  const label = t(`form.in.${side}`, { label: t(`product.fact.${part}`) });
                  return (
                    <TextInput
                      key={part}
                      lang={side}
                      aria-label={`${label}, ${i + 1}`}
                      placeholder={label}
                      value={fact[part][side]}
                      onChange={(event) =>
                        put(i, { ...fact, [part]: { ...fact[part], [side]: event.currentTarget.value } })
                      }
                    />
                  );
                })}
              </SimpleGrid>
            ))}
          </Stack>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t("product.removeFact", { number: i + 1 })}
            onClick={() => onChange(facts.filter((_, j) => j !== i))}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
      ))}
      <Refused words={error} />
      <Group>
        <Button
          variant="light"
          leftSection={<IconPlus size={18} />}
          onClick={() => onChange([...facts, { name: noText, value: noText }])}
        >
          {t("product.addFact")}
        </Button>
      </Group>
    </Section>
  );
}
