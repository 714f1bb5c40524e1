import { NumberInput, type NumberInputProps } from "@mantine/core";
import { useBusiness } from "~/app/business";
import { useLanguage } from "~/app/i18n";

type Props = Omit<NumberInputProps, "value" | "onChange" | "suffix"> & {
  value: string;
  onChange: (value: string) => void;
};

/** A decimal number kept as the string that the schema takes; typed with a comma or a point. */
export function DecimalInput({ value, onChange, suffix, ...rest }: Props & { suffix?: string }) {
  const language = useLanguage();
  return (
    <NumberInput
      {...rest}
      value={value.replace(/\.00$/, "")}
      onChange={(next) => onChange(String(next))}
      valueIsNumericString
      decimalScale={2}
      decimalSeparator={language === "ru" ? "," : "."}
      allowedDecimalSeparators={[",", "."]}
      thousandSeparator={language === "ru" ? "\u00a0" : ","}
      allowNegative={false}
      suffix={suffix ? `\u00a0${suffix}` : ""}
      hideControls
      inputMode="decimal"
    />
  );
}

/** An amount in the currency of the business. */
export function MoneyInput(props: Props) {
  const language = useLanguage();
  const currency = useBusiness()?.currencyCode;
  const sign =
    currency &&
    new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol" })
      .formatToParts(0)
      .find((part) => part.type === "currency")?.value;
  return <DecimalInput {...props} suffix={sign ?? ""} />;
}

/** A whole number that may be left out; empty is null. */
export function CountInput({
  value,
  onChange,
  ...rest
}: Omit<NumberInputProps, "value" | "onChange"> & { value: number | null; onChange: (value: number | null) => void }) {
  return (
    <NumberInput
      {...rest}
      value={value ?? ""}
      onChange={(next) => onChange(next === "" ? null : Number(next))}
      allowDecimal={false}
      allowNegative={rest.allowNegative ?? false}
      inputMode="numeric"
    />
  );
}
