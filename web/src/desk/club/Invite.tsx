import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { notify } from "~/app/notices";
import { Dialog } from "~/ui/Dialog";
import { PickCustomers } from "./documents";
import { useDecide } from "./useDecide";

/** Finds a customer and asks them into the club. */
export function Invite({ clubId, onClose, onDone }: { clubId: string; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation("desk");
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 250);
  const [{ data }] = useQuery({ query: PickCustomers, variables: { search: search || null } });
  const { decide, busy } = useDecide(clubId, onDone);
  const invite = async (id: string, name: string) => {
    const refused = await decide(id, "INVITE");
    notify(refused ? { text: refused, tone: "bad" } : { text: t("members.done.INVITE", { name }) });
    if (!refused) onClose();
  };
  const people = data?.desk.customers.nodes ?? [];
  return (
    <Dialog opened onClose={onClose} title={t("members.invite")}>
      <Stack>
        <TextInput
          label={t("members.find")}
          leftSection={<IconSearch size={18} aria-hidden />}
          type="search"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          data-autofocus
        />
        <Stack gap="xs" aria-live="polite">
          {people.length === 0 && (
            <Text size="sm" c="dimmed">
              {t("catalogue.notFound")}
            </Text>
          )}
          {people.map((person) => {
            const name = person.name || person.email || person.phone || t("members.nameless");
            return (
              <Group key={person.id} justify="space-between" wrap="nowrap">
                <div>
                  <Text size="sm" fw={600}>
                    {name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {[person.phone, person.email].filter(Boolean).join(", ")}
                  </Text>
                </div>
                <Button
                  size="xs"
                  h={36}
                  variant="light"
                  loading={busy}
                  onClick={() => void invite(person.id, name)}
                  aria-label={t("members.actOn", { action: t("members.action.INVITE"), name })}
                >
                  {t("members.action.INVITE")}
                </Button>
              </Group>
            );
          })}
        </Stack>
      </Stack>
    </Dialog>
  );
}
