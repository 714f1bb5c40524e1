import { ActionIcon, Group, TextInput } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

/** How many of something: typed, or changed one by one with buttons that a thumb can hit. */
export function Quantity({
  label,
  value,
  onChange,
  max,
  disabled = false,
}: {
  label: string;
  value: number;
  onChange: (value: number) => void;
  max: number;
  disabled?: boolean;
}) {
  const { t } = useTranslation("app");
  const [typed, setTyped] = useState(String(value));
  useEffect(() => setTyped(String(value)), [value]);
  const set = (wanted: number) => onChange(Math.max(1, Math.min(max, wanted)));
  const leave = () => {
    const wanted = Number.parseInt(typed, 10);
    if (Number.isNaN(wanted)) setTyped(String(value));
    else set(wanted);
  };
  return (
    <Group gap={4} wrap="nowrap" role="group" aria-label={label}>
      <ActionIcon
        variant="default"
        size={42}
        aria-label={t("quantity.less")}
        disabled={disabled || value <= 1}
        onClick={() => set(value - 1)}
      >
        <IconMinus size={16} />
      </ActionIcon>
      <TextInput
        aria-label={label}
        value={typed}
        disabled={disabled}
        inputMode="numeric"
        size="md"
        w={56}
        styles={{ input: { textAlign: "center", paddingInline: 4 } }}
        onChange={(event) => setTyped(event.currentTarget.value.replace(/\D/g, ""))}
        onBlur={leave}
        onKeyDown={(event) => event.key === "Enter" && leave()}
      />
      <ActionIcon
        variant="default"
        size={42}
        aria-label={t("quantity.more")}
        disabled={disabled || value >= max}
        onClick={() => set(value + 1)}
      >
        <IconPlus size={16} />
      </ActionIcon>
    </Group>
  );
}
