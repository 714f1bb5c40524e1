import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** The short name of something new, for its address. */
export function SlugInput({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation("desk");
  return (
    <TextInput
      label={t("form.slug")}
      description={t("form.slugHint")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      required
    />
  );
}
