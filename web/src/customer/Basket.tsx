import { Button, CloseButton, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconShoppingBag } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type BasketLine, mostPieces, restore, setQuantity, useBasket } from "~/app/basket";
import { notify } from "~/app/notices";
import { useSession } from "~/app/session";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { ButtonLink, TextLink } from "~/ui/links";
import { Page } from "~/ui/Page";
import { Quantity } from "~/ui/Quantity";
import { Checkout } from "./Checkout";
import { type Preview, usePreview } from "./preview";

/** The basket and, for who is signed in, the way to place the order. */
export function Basket() {
  const { t } = useTranslation("customer");
  const { lines, key } = useBasket();
  const session = useSession();
  const customer = session.state === "signedIn" && !!session.viewer.customer;
  const preview = usePreview(customer ? lines : []);
  return (
    <Page title={t("basket.title")}>
      {lines.length === 0 ? (
        <Empty
          icon={IconShoppingBag}
          title={t("basket.empty")}
          text={t("basket.emptyText")}
          action={<ButtonLink to="/catalogue">{t("basket.toCatalogue")}</ButtonLink>}
        />
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
          <Stack component="section" aria-label={t("basket.lines")}>
            {lines.map((line) => (
              <Line key={line.variantId} line={line} lines={lines} preview={preview.data} />
            ))}
          </Stack>
          {customer ? <Checkout key={key} preview={preview} /> : <SignInFirst />}
        </SimpleGrid>
      )}
    </Page>
  );
}

function Line({
  line,
  lines,
  preview,
}: {
  line: BasketLine;
  lines: readonly BasketLine[];
  preview: Preview | undefined;
}) {
  const { t } = useTranslation("customer");
  const format = useFormat();
  const priced = preview?.lines.find((l) => l.variant.id === line.variantId);
  const refused = preview?.userErrors.filter(
    (e) => e.field?.[1] === String(lines.indexOf(line)) && e.field[0] === "lines",
  );
  const remove = () => {
    setQuantity(line.variantId, 0);
    notify({
      text: t("basket.removed", { name: line.name }),
      action: { label: t("action.undo", { ns: "app" }), run: () => restore(lines) },
    });
  };
  return (
    <Card>
      <Group justify="space-between" align="start" wrap="nowrap">
        <TextLink to="/products/$slug" params={{ slug: line.slug }} fw={600}>
          {line.name}
        </TextLink>
        <CloseButton aria-label={t("basket.remove", { name: line.name })} onClick={remove} />
      </Group>
      <Group justify="space-between" mt="sm">
        <Quantity
          label={t("basket.quantityOf", { name: line.name })}
          value={line.quantity}
          onChange={(quantity) => setQuantity(line.variantId, quantity)}
          max={mostPieces}
        />
        <Stack gap={0} align="end">
          {priced && <Text fw={600}>{format.money(priced.subtotal)}</Text>}
          <Text size="sm" c="dimmed">
            {t("basket.each", { price: format.money(priced?.unitPrice ?? line.price) })}
          </Text>
          {priced?.priceName && (
            <Text size="xs" c="pine">
              {priced.priceName}
            </Text>
          )}
        </Stack>
      </Group>
      {refused?.map((error) => (
        <Group key={error.message} gap="xs" mt="xs" role="alert">
          <Text size="sm" c="red">
            {error.message}
          </Text>
          {error.__typename === "OutOfStockError" && error.stock > 0 && (
            <ButtonTake count={error.stock} onTake={() => setQuantity(line.variantId, error.stock)} />
          )}
        </Group>
      ))}
    </Card>
  );
}

function ButtonTake({ count, onTake }: { count: number; onTake: () => void }) {
  const { t } = useTranslation("customer");
  return (
    <Button size="compact-sm" variant="light" onClick={onTake}>
      {t("basket.take", { count })}
    </Button>
  );
}

function SignInFirst() {
  const { t } = useTranslation("customer");
  return (
    <Card>
      <Stack align="flex-start">
        <Text>{t("basket.signInFirst")}</Text>
        <ButtonLink to="/sign-in" search={{ next: "/basket" }}>
          {t("action.signIn", { ns: "app" })}
        </ButtonLink>
      </Stack>
    </Card>
  );
}
