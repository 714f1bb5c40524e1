import { Text, type TextProps } from "@mantine/core";

/** How many stars of five somebody gave; `label` says it in words. */
export function Stars({ rating, label, ...text }: { rating: number; label: string } & TextProps) {
  return (
    <Text {...text} role="img" aria-label={label}>
      {"★".repeat(rating)}
      {"☆".repeat(5 - rating)}
    </Text>
  );
}
