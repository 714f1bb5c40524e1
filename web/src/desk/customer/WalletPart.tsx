import { Button, Group, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconCoins } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/app/useFormat";
import { useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { More } from "~/ui/More";
import type { CustomerWalletQuery } from "../gql/graphql";
import { useAtLeast } from "../role";
import { AdjustDialog } from "./AdjustDialog";
import { CustomerWallet } from "./documents";

type Wallet = NonNullable<CustomerWalletQuery["desk"]["customer"]>["wallet"];
type Entry = Wallet["entries"]["nodes"][number];

const parts = ["active", "pending", "held", "debt"] as const;

/** The points of one person: the parts of the balance, what burns when, every movement; managers give and take. */
export function WalletPart({ id }: { id: string }) {
  const { t } = useTranslation("desk");
  const mayAdjust = useAtLeast("MANAGER");
  const [adjusting, setAdjusting] = useState(false);
  const { data, error, retry, renew, more } = useList(
    CustomerWallet,
    { id },
    (answer) => answer.desk.customer?.wallet.entries,
  );
  return (
    <Loaded data={data?.desk.customer?.wallet} error={error} retry={retry} skeleton={<Skeleton h={300} />}>
      {(wallet) => (
        <Stack gap="lg">
          <Balance wallet={wallet} />
          {mayAdjust && (
            <Group>
              <Button
                variant="light"
                leftSection={<IconCoins size={18} aria-hidden />}
                onClick={() => setAdjusting(true)}
              >
                {t("wallet.adjust")}
              </Button>
              <AdjustDialog
                customerId={id}
                active={wallet.active}
                opened={adjusting}
                onClose={() => setAdjusting(false)}
                onDone={renew}
              />
            </Group>
          )}
          <Lots wallet={wallet} />
          <Title order={2} size="h5">
            {t("wallet.history")}
          </Title>
          <Movements entries={wallet.entries.nodes} />
          <More {...more} />
        </Stack>
      )}
    </Loaded>
  );
}

function Balance({ wallet }: { wallet: Wallet }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      {parts
        .filter((part) => part !== "debt" || wallet.debt > 0)
        .map((part) => (
          <Card key={part}>
            <Text size="sm" c="dimmed">
              {t(`wallet.part.${part}`)}
            </Text>
            <Text fw={700} size="lg" {...(part === "debt" && { c: "red" })}>
              {format.points(wallet[part])}
            </Text>
          </Card>
        ))}
    </SimpleGrid>
  );
}

function Lots({ wallet }: { wallet: Wallet }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const burning = wallet.lots.filter((lot) => lot.expiresAt);
  if (burning.length === 0) return null;
  return (
    <Card>
      <Title order={2} size="h5" mb="xs">
        {t("wallet.burns")}
      </Title>
      <Stack gap={4}>
        {burning.map((lot) => (
          <Group key={lot.id} justify="space-between">
            <Text size="sm">{lot.expiresAt && format.day(lot.expiresAt)}</Text>
            <Text size="sm">{format.points(lot.points)}</Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

/** What a movement did to the points that can be spent, or else how many points moved elsewhere. */
function change(entry: Entry): { sign: "+" | "−" | ""; color: string | undefined } {
  if (entry.to === "ACTIVE") return { sign: "+", color: "pine" };
  if (entry.from === "ACTIVE") return { sign: "−", color: "red" };
  return { sign: "", color: "dimmed" };
}

function Movements({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  if (entries.length === 0) return <Empty icon={IconCoins} title={t("wallet.none")} />;
  return (
    <Table verticalSpacing="xs" horizontalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("wallet.what")}</Table.Th>
          <Table.Th ta="right">{t("wallet.points")}</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {t("wallet.after")}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => {
          const { sign, color } = change(entry);
          return (
            <Table.Tr key={entry.id}>
              <Table.Td>
                <Text size="sm">{entry.rule}</Text>
                <Group gap={6}>
                  <Text size="xs" c="dimmed">
                    {`${format.when(entry.at)} · ${t(`wallet.cause.${entry.cause}`, { defaultValue: entry.cause })}`}
                  </Text>
                  {entry.order && (
                    <TextLink to="/desk/orders/$number" params={{ number: entry.order.number }} size="xs">
                      {entry.order.number}
                    </TextLink>
                  )}
                </Group>
              </Table.Td>
              <Table.Td ta="right">
                <Text size="sm" fw={600} c={color}>
                  {`${sign}${format.count(entry.points)}`}
                </Text>
              </Table.Td>
              <Table.Td ta="right" visibleFrom="sm">
                {format.count(entry.balanceAfter.active)}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
