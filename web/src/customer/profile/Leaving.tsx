import { Anchor, Button, Divider, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { refusals, trouble } from "~/app/outcome";
import { signOut } from "~/app/session";
import { useFormat } from "~/app/useFormat";
import { Dialog } from "~/ui/Dialog";
import { TextLink } from "~/ui/links";
import { Refused } from "~/ui/Refused";
import { Section } from "~/ui/Section";
import type { Person } from "../Profile";
import { CustomerExport, DeleteComplete, DeleteStart } from "./documents";
import type { SignInChannel } from "./gql/graphql";

/** What is held of the customer, to take along or to have erased. */
export function Leaving({ person }: { person: Person }) {
  const { t } = useTranslation("personal");
  const [deleting, setDeleting] = useState(false);
  return (
    <Section title={t("profile.leaving.title")} gap="md">
      <Export />
      <Divider />
      <Group>
        <Button variant="light" color="red" onClick={() => setDeleting(true)}>
          {t("profile.leaving.delete")}
        </Button>
      </Group>
      {deleting && <Delete person={person} onClose={() => setDeleting(false)} />}
    </Section>
  );
}

function Export() {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const [refused, setRefused] = useState("");
  const [file, setFile] = useState<{ url: string; until: string }>();
  const [{ fetching }, make] = useMutation(CustomerExport);
  const start = async () => {
    const answer = await make({ input: {} });
    setRefused(trouble(answer, t));
    const made = answer.data?.customerExport;
    if (made?.url && made.expiresAt) setFile({ url: made.url, until: made.expiresAt });
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("profile.leaving.exportText")}
      </Text>
      <Group>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          loading={fetching}
          onClick={start}
        >
          {t("profile.leaving.export")}
        </Button>
      </Group>
      <div aria-live="polite">
        {file && (
          <Text size="sm">
            {t("profile.leaving.exportReady", { time: format.clock(file.until) })}{" "}
            <Anchor href={file.url} download underline="always" size="sm">
              {t("profile.leaving.download")}
            </Anchor>
          </Text>
        )}
        {refused && (
          <Text size="sm" c="red">
            {refused}
          </Text>
        )}
      </div>
    </Stack>
  );
}

/** Two steps: a code to the customer's own address, and the code typed in. */
function Delete({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation("personal");
  const format = useFormat();
  const navigate = useNavigate();
  const channel: SignInChannel = person.email ? "EMAIL" : "SMS";
  const address = person.email ?? person.phone ?? "";
  const [sent, setSent] = useState(false);
  const [code, setCode] = useState("");
  const [refused, setRefused] = useState("");
  const [orders, setOrders] = useState<readonly string[]>([]);
  const [starting, start] = useMutation(DeleteStart);
  const [completing, complete] = useMutation(DeleteComplete);

  const hear = (answer: Parameters<typeof trouble>[0]) => {
    const words = trouble(answer, t);
    setRefused(words);
    setOrders(refusals(answer).flatMap((e) => ("numbers" in e ? (e.numbers as string[]) : [])));
    return !words;
  };
  const send = async () => {
    if (hear(await start({ input: { channel } }))) setSent(true);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!sent) return send();
    const answer = await complete({ input: { channel, code } });
    if (!hear(answer)) return;
    const at = answer.data?.customerDelete.deleteAt;
    notify({ text: t("profile.leaving.gone", { day: at ? format.day(at) : "" }), seconds: 20 });
    await navigate({ to: "/" });
    signOut();
  };
  return (
    <Dialog opened onClose={onClose} title={t("profile.leaving.deleteTitle")} centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">{t("profile.leaving.deleteText")}</Text>
          {sent && (
            <TextInput
              label={t("profile.leaving.code")}
              description={t("profile.leaving.sent", { address })}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              size="md"
              data-autofocus
              autoFocus
            />
          )}
          <Refused words={refused} />
          {orders.length > 0 && (
            <Text size="sm">
              {t("profile.leaving.orders")}{" "}
              {orders.map((number) => (
                <TextLink key={number} to="/orders/$number" params={{ number }} size="sm" underline="always" mr="xs">
                  {number}
                </TextLink>
              ))}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.back", { ns: "app" })}
            </Button>
            <Button
              type="submit"
              color={sent ? "red" : undefined}
              loading={starting.fetching || completing.fetching}
              disabled={sent && code.length < 6}
            >
              {sent ? t("profile.leaving.confirm") : t("profile.leaving.send", { address })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
