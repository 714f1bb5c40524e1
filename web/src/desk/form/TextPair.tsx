import { SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** A text in both languages. */
export type Pair = { ru: string; en: string };

/** A text with nothing in it yet. */
export const noText: Pair = { ru: "", en: "" };

/** Whether nothing is written in any language. */
export const isBlank = (text: Pair) => text.ru.trim() === "" && text.en.trim() === "";

const sides = ["ru", "en"] as const;
const order: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

/** One text in two languages, side by side; what was refused stands under the first. */
export function TextPair({
  label,
  value,
  onChange,
  error,
  rows,
  description,
  required = false,
  readOnly = false,
}: {
  label: string;
  value: Pair;
  onChange: (value: Pair) => void;
  error?: string | undefined;
  rows?: number;
  description?: string;
  required?: boolean;
  readOnly?: boolean;
}) {
  const { t } = useTranslation("desk");
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="xs">
      {sides.map((side, i) => {
        const props = {
          label: t(`form.in.${side}`, { label }),
          lang: side,
          value: value[side],
          error: (i === 0 && error) || undefined,
          description: i === 0 ? description : undefined,
          required: required && i === 0,
          readOnly,
          inputWrapperOrder: order,
          onChange: (event: { currentTarget: { value: string } }) =>
            onChange({ ...value, [side]: event.currentTarget.value }),
        };
        return rows ? (
          <Textarea key={side} {...props} autosize minRows={rows} maxRows={14} />
        ) : (
          <TextInput key={side} {...props} />
        );
      })}
    </SimpleGrid>
  );
}
