import { DateTimePicker } from "@mantine/dates";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { Dates } from "../Dates";
import { instantAt, wallAt } from "../zone";

/** An instant, picked by the clock of the business; empty is null. */
export function InstantInput({
  label,
  description,
  value,
  onChange,
  error,
  required = false,
}: {
  label: string;
  description?: string;
  value: string | null;
  onChange: (value: string | null) => void;
  error?: string | undefined;
  required?: boolean;
}) {
  const { t } = useTranslation("app");
  const { zone } = useFormat();
  return (
    <Dates>
      <DateTimePicker
        label={label}
        description={description}
        value={value && wallAt(new Date(value), zone)}
        onChange={(wall) => onChange(wall && instantAt(wall, zone).toISOString())}
        valueFormat="D MMMM YYYY, HH:mm"
        error={error}
        required={required}
        clearable={!required}
        submitButtonProps={{ "aria-label": t("action.save") }}
      />
    </Dates>
  );
}
