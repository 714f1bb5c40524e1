import { Button, Group, Stack, Text } from "@mantine/core";
import { IconShoppingBagPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { put, setQuantity, useBasket } from "~/app/basket";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { ButtonLink, TextLink } from "~/ui/links";
import { Section } from "~/ui/Section";
import { offered } from "./club";
import type { OfferFragment } from "./gql/graphql";

/** Better prices for members for a time, each with a way to take it. */
export function Offers({ offers }: { offers: readonly OfferFragment[] }) {
  const { t } = useTranslation("personal");
  if (offers.length === 0) return null;
  return (
    <Section title={t("offer.title")} gap="md">
      {offers.map((offer) => (
        <Offer key={offer.id} offer={offer} />
      ))}
    </Section>
  );
}

/** One offer, wherever it stands. */
export function Offer({ offer }: { offer: OfferFragment }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const what = offered(offer.price);
  const begun = Date.parse(offer.startsAt) <= Date.now();
  const ended = Date.parse(offer.endsAt) <= Date.now();
  const { percent, price } = offer.price;
  return (
    <Stack gap={4} component="article" aria-label={offer.name}>
      <Text fw={600}>{offer.name}</Text>
      <Text size="sm">
        {what.slug ? (
          <TextLink to="/products/$slug" params={{ slug: what.slug }} size="sm" underline="always">
            {what.name}
          </TextLink>
        ) : (
          (what.name ?? t("offer.everything"))
        )}
        {": "}
        {price && format.money(price)}
        {percent && t("offer.off", { percent: format.percent(percent) })}
        {what.price && (
          <Text span size="sm" c="dimmed">
            {" "}
            {t("offer.usual", { price: format.money(what.price) })}
          </Text>
        )}
      </Text>
      <Text size="sm" c="dimmed">
        {t(ended ? "offer.ended" : begun ? "offer.until" : "offer.from", {
          when: format.when(begun ? offer.endsAt : offer.startsAt),
        })}
        {!ended && typeof offer.left === "number" && ` · ${t("offer.left", { count: offer.left })}`}
      </Text>
      {begun && !ended && <Take offer={offer} />}
    </Stack>
  );
}

function Take({ offer }: { offer: OfferFragment }) {
  const { t } = useTranslation("personal");
  const navigate = useNavigate();
  const { lines } = useBasket();
  const what = offered(offer.price);
  if (offer.left === 0) {
    return (
      <Text size="sm" c="orange">
        {t("offer.taken")}
      </Text>
    );
  }
  const { variant, slug } = what;
  if (variant && slug) {
    const inside = lines.find((line) => line.variantId === variant.id)?.quantity ?? 0;
    const add = () => {
      put({ variantId: variant.id, quantity: 1, slug, name: variant.name, price: variant.price });
      notify({
        text: t("offer.added", { name: variant.name }),
        action: { label: t("action.undo", { ns: "app" }), run: () => setQuantity(variant.id, inside) },
      });
    };
    return (
      <Group gap="sm" mt={4}>
        <Button leftSection={<IconShoppingBagPlus size={18} aria-hidden />} onClick={add}>
          {t("offer.toBasket")}
        </Button>
        {inside > 0 && (
          <Button variant="default" onClick={() => void navigate({ to: "/basket" })}>
            {t("offer.inBasket", { count: inside })}
          </Button>
        )}
      </Group>
    );
  }
  return (
    <Group mt={4}>
      {slug ? (
        <ButtonLink to="/products/$slug" params={{ slug }} variant="light">
          {t("offer.choose")}
        </ButtonLink>
      ) : (
        <ButtonLink to="/catalogue" search={what.category ? { category: what.category } : {}} variant="light">
          {t("offer.choose")}
        </ButtonLink>
      )}
    </Group>
  );
}
