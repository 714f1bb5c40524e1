import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { useBusiness } from "~/app/business";
import { byField } from "~/app/errors";
import { day } from "~/app/format";
import { useLanguage } from "~/app/i18n";
import { notify } from "~/app/notices";
import { refusals, trouble } from "~/app/outcome";
import { updateViewer, useViewer } from "~/app/session";
import { Section } from "~/ui/Section";
import type { Person } from "../Profile";
import { CustomerUpdate } from "./documents";

/** The customer's name, and the addresses for signing in. */
export function About({ person }: { person: Person }) {
  const { t } = useTranslation("personal");
  const viewer = useViewer();
  const language = useLanguage();
  const business = useBusiness();
  const [name, setName] = useState(person.name ?? "");
  const [refused, setRefused] = useState("");
  const [{ fetching }, update] = useMutation(CustomerUpdate);
  const [birthday, setBirthday] = useState(person.birthday ?? "");
  const [wrongDay, setWrongDay] = useState("");
  const tells = !person.birthday && birthday !== "";
  const changed = tells || name.trim() !== (person.name ?? "");
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await update({ input: { name: name.trim() || null, ...(tells && { birthday }) } });
    const words = trouble(answer, t);
    const { birthday: aboutDay = "" } = byField(refusals(answer));
    setWrongDay(aboutDay);
    setRefused(aboutDay ? "" : words);
    const customer = answer.data?.customerUpdate.customer;
    if (words || !customer) return;
    updateViewer({ ...viewer, customer });
    notify({ text: t("profile.saved") });
  };
  return (
    <Section title={t("profile.about")} gap="md">
      <form onSubmit={save} noValidate>
        <Stack>
          <TextInput
            label={t("profile.name")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={refused || undefined}
            autoComplete="name"
            maxLength={200}
            size="md"
          />
          {person.birthday ? (
            <Fact label={t("profile.birthday")} value={day(`${person.birthday}T12:00:00Z`, language, "UTC")} />
          ) : (
            <TextInput
              type="date"
              label={t("profile.birthday")}
              description={t("profile.birthdayText")}
              value={birthday}
              onChange={(event) => setBirthday(event.currentTarget.value)}
              error={wrongDay || undefined}
              autoComplete="bday"
              size="md"
            />
          )}
          <Group>
            <Button type="submit" loading={fetching} disabled={!changed}>
              {t("action.save", { ns: "app" })}
            </Button>
          </Group>
          {person.email && <Fact label={t("profile.email")} value={person.email} />}
          {person.phone && <Fact label={t("profile.phone")} value={person.phone} />}
          <Text size="sm" c="dimmed">
            {t("profile.addresses", { business: business?.name ?? "" })}
          </Text>
        </Stack>
      </form>
    </Section>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text>{value}</Text>
    </div>
  );
}
