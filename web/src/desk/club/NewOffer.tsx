import { Input, SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { FormDialog } from "../form/FormBody";
import { InstantInput } from "../form/InstantInput";
import { CountInput } from "../form/numbers";
import { noText, TextPair } from "../form/TextPair";
import { useForm } from "../form/useForm";
import { everything, type PriceDraft, priceInput } from "./club";
import { ClubOfferCreate } from "./documents";
import { PriceRow } from "./PriceRow";

const empty = {
  name: noText,
  price: { target: everything, by: "percent", value: "" } as PriceDraft,
  startsAt: null as string | null,
  endsAt: null as string | null,
  perCustomer: null as number | null,
  total: null as number | null,
};

/** Makes an offer: a better price for a time, with limits. */
export function NewOffer({ clubId, onClose, onDone }: { clubId: string; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation("desk");
  const form = useForm(ClubOfferCreate, empty, { keyed: true });
  const { draft, field } = form;
  const [wrongPrice] = Object.values(form.errors("price"));

  const submit = async () => {
    const { endsAt } = draft;
    if (form.lacks({ endsAt: !endsAt && t("offers.endsNeeded") }) || !endsAt) return;
    if (!(await form.save({ ...draft, clubId, price: priceInput(draft.price), endsAt }))) return;
    notify({ text: t("offers.made") });
    onDone();
  };

  return (
    <FormDialog
      title={t("offers.new")}
      size="xl"
      form={form}
      action={t("offers.make")}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextPair label={t("product.name")} description={t("offers.nameHint")} {...field("name")} required />
      <Input.Wrapper label={t("offers.price")} labelElement="div">
        <PriceRow
          label={t("offers.offer")}
          price={draft.price}
          onChange={(price) => form.set({ price })}
          error={wrongPrice}
        />
      </Input.Wrapper>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <InstantInput label={t("offers.starts")} description={t("offers.startsHint")} {...field("startsAt")} />
        <InstantInput label={t("offers.ends")} description={t("offers.endsHint")} {...field("endsAt")} required />
        <CountInput
          label={t("offers.perCustomer")}
          description={t("offers.limitHint")}
          {...field("perCustomer")}
          min={1}
        />
        <CountInput label={t("offers.total")} description={t("offers.limitHint")} {...field("total")} min={1} />
      </SimpleGrid>
    </FormDialog>
  );
}
