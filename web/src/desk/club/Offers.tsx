import { Badge, Button, Group, Stack, Table, Text } from "@mantine/core";
import { IconPlus, IconTag } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { Confirm } from "~/ui/confirm";
import { Empty } from "~/ui/Empty";
import { useSave } from "../form/useSave";
import type { DeskOfferFragment } from "../gql/graphql";
import { useAtLeast } from "../role";
import { offerState, targetOf } from "./club";
import { ClubOfferEnd } from "./documents";
import { NewOffer } from "./NewOffer";

/** The offers of a club: what they are for, when, and how many there are. */
export function Offers({
  clubId,
  offers,
  refresh,
}: {
  clubId: string;
  offers: readonly DeskOfferFragment[];
  refresh: () => void;
}) {
  const { t } = useTranslation("desk");
  const manager = useAtLeast("MANAGER");
  const [creating, setCreating] = useState(false);
  const newButton = manager && (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setCreating(true)}>
      {t("offers.new")}
    </Button>
  );
  return (
    <Stack>
      {offers.length === 0 ? (
        <Empty icon={IconTag} title={t("offers.empty")} text={t("offers.emptyText")} action={newButton} />
      ) : (
        <>
          <Group>{newButton}</Group>
          <Card p={0}>
            <Table verticalSpacing="sm" horizontalSpacing="md">
              <Table.Thead visibleFrom="sm">
                <Table.Tr>
                  <Table.Th>{t("offers.offer")}</Table.Th>
                  <Table.Th>{t("offers.when")}</Table.Th>
                  <Table.Th>{t("offers.limits")}</Table.Th>
                  <Table.Th ta="right">{t("variant.actions")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {offers.map((offer) => (
                  <Offer key={offer.id} offer={offer} manager={manager} refresh={refresh} />
                ))}
              </Table.Tbody>
            </Table>
          </Card>
        </>
      )}
      {creating && (
        <NewOffer
          clubId={clubId}
          onClose={() => setCreating(false)}
          onDone={() => {
            setCreating(false);
            refresh();
          }}
        />
      )}
    </Stack>
  );
}

const tones = { ahead: "blue", on: "pine", over: "gray" } as const;

function Offer({ offer, manager, refresh }: { offer: DeskOfferFragment; manager: boolean; refresh: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const { save } = useSave(ClubOfferEnd);
  const state = offerState(offer, Date.now());
  const what = targetOf(offer.price).label || t("clubs.target.all");
  const words = offer.price.price
    ? t("offers.forPrice", { what, price: format.money(offer.price.price) })
    : t("offers.off", { what, percent: format.percent(offer.price.percent ?? "0") });
  const when = t("offers.fromTo", { from: format.when(offer.startsAt), to: format.when(offer.endsAt) });
  const limits =
    [
      offer.perCustomer && t("offers.perCustomerIs", { count: offer.perCustomer }),
      offer.total && t("offers.totalIs", { count: offer.total }),
      offer.total && offer.left !== null && t("offers.leftIs", { count: offer.left ?? 0 }),
    ]
      .filter(Boolean)
      .join(", ") || t("offers.noLimits");
  const end = async () => {
    const done = await save({ offerId: offer.id });
    if (done) refresh();
    else notify({ text: t("offers.notEnded"), tone: "bad" });
    return !!done;
  };
  const action = manager && state !== "over" && (
    <Confirm
      title={t("offers.endTitle", { name: offer.name })}
      text={t("offers.endText")}
      action={t("offers.end")}
      onConfirm={end}
    >
      {(open) => (
        <Button size="xs" h={36} variant="default" onClick={open} aria-label={t("offers.endOf", { name: offer.name })}>
          {t("offers.end")}
        </Button>
      )}
    </Confirm>
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {offer.name}
          </Text>
          <Badge color={tones[state]} variant="light" tt="none" radius="sm">
            {t(`offers.state.${state}`)}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {words}
        </Text>
        <Stack gap={4} hiddenFrom="sm" mt="xs" align="flex-start">
          <Text size="sm">{when}</Text>
          <Text size="sm">{limits}</Text>
          {action}
        </Stack>
      </Table.Td>
      <Table.Td visibleFrom="sm">{when}</Table.Td>
      <Table.Td visibleFrom="sm">{limits}</Table.Td>
      <Table.Td visibleFrom="sm" ta="right">
        {action}
      </Table.Td>
    </Table.Tr>
  );
}
