import { Button, Group, Input, Modal, SimpleGrid, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { FailureNote } from "~/ui/Loaded";
import { InstantInput } from "../form/InstantInput";
import { CountInput } from "../form/numbers";
import { noText, TextPair } from "../form/TextPair";
import { useSave } from "../form/useSave";
import { everything, type PriceDraft, priceInput } from "./club";
import { ClubOfferCreate } from "./documents";
import { PriceRow } from "./PriceRow";

/** Makes an offer: a better price for a time, with limits. */
export function NewOffer({ clubId, onClose, onDone }: { clubId: string; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation("desk");
  const { save, busy, refused, failed } = useSave(ClubOfferCreate, { keyed: true });
  const [name, setName] = useState(noText);
  const [price, setPrice] = useState<PriceDraft>({ target: everything, by: "percent", value: "" });
  const [startsAt, setStartsAt] = useState<string | null>(null);
  const [endsAt, setEndsAt] = useState<string | null>(null);
  const [perCustomer, setPerCustomer] = useState<number | null>(null);
  const [total, setTotal] = useState<number | null>(null);
  const [unended, setUnended] = useState(false);
  const wrongPrice = Object.entries(refused).find(([field]) => field.startsWith("price"))?.[1];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setUnended(!endsAt);
    if (!endsAt) return;
    const done = await save({ clubId, name, price: priceInput(price), startsAt, endsAt, perCustomer, total });
    if (!done) return;
    notify({ text: t("offers.made") });
    onDone();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("offers.new")}
      size="xl"
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextPair
            label={t("product.name")}
            description={t("offers.nameHint")}
            value={name}
            onChange={setName}
            error={refused.name}
            required
          />
          <Input.Wrapper label={t("offers.price")} labelElement="div">
            <PriceRow label={t("offers.offer")} price={price} onChange={setPrice} error={wrongPrice} />
          </Input.Wrapper>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <InstantInput
              label={t("offers.starts")}
              description={t("offers.startsHint")}
              value={startsAt}
              onChange={setStartsAt}
              error={refused.startsAt}
            />
            <InstantInput
              label={t("offers.ends")}
              description={t("offers.endsHint")}
              value={endsAt}
              onChange={setEndsAt}
              error={unended && !endsAt ? t("offers.endsNeeded") : refused.endsAt}
              required
            />
            <CountInput
              label={t("offers.perCustomer")}
              description={t("offers.limitHint")}
              value={perCustomer}
              onChange={setPerCustomer}
              error={refused.perCustomer}
              min={1}
            />
            <CountInput
              label={t("offers.total")}
              description={t("offers.limitHint")}
              value={total}
              onChange={setTotal}
              error={refused.total}
              min={1}
            />
          </SimpleGrid>
          {failed && <FailureNote error={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel", { ns: "app" })}
            </Button>
            <Button type="submit" loading={busy}>
              {t("offers.make")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
