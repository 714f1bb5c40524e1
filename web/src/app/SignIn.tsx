import { Alert, Anchor, Button, Container, Group, PinInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { Card } from "~/ui/Card";
import { FailureNote } from "~/ui/Loaded";
import { Refused } from "~/ui/Refused";
import { useBusiness } from "./business";
import { allWords } from "./errors";
import { followProfile, useLanguage } from "./i18n";
import { LanguageSwitch } from "./LanguageSwitch";
import { safeNext } from "./next";
import { notify } from "./notices";
import { accept } from "./session";
import { ReferralClaim, SignInComplete, SignInStart } from "./signing";

/** An address as it was typed, with the way a code travels to it. */
export function channelOf(address: string): "EMAIL" | "SMS" {
  return address.includes("@") ? "EMAIL" : "SMS";
}

/** The page where one signs in with a one-time code. */
export function SignIn() {
  const { t } = useTranslation("app");
  const { next, invite } = useSearch({ from: "/sign-in" });
  const business = useBusiness();
  const [address, setAddress] = useState("");
  const [sent, setSent] = useState<{ address: string; resendAt: number }>();
  return (
    <Container size={420} py="xl" component="main" id="main">
      <Stack gap="lg">
        <Group justify="space-between">
          <Text fw={650}>{business?.name ?? "\u00a0"}</Text>
          <LanguageSwitch />
        </Group>
        {invite && <Alert variant="light">{t("signIn.invited", { code: invite })}</Alert>}
        <Card p="lg">
          {sent ? (
            <Code
              address={sent.address}
              resendAt={sent.resendAt}
              next={next}
              invite={invite}
              onResent={(resendAt) => setSent({ ...sent, resendAt })}
              onOther={() => setSent(undefined)}
            />
          ) : (
            <Address value={address} onChange={setAddress} onSent={setSent} />
          )}
        </Card>
      </Stack>
    </Container>
  );
}

function Address({
  value,
  onChange,
  onSent,
}: {
  value: string;
  onChange: (value: string) => void;
  onSent: (sent: { address: string; resendAt: number }) => void;
}) {
  const { t } = useTranslation("app");
  const [{ fetching, error }, start] = useMutation(SignInStart);
  const [refused, setRefused] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const address = value.trim();
    if (!address) return setRefused(t("signIn.required"));
    const { data } = await start({ input: { channel: channelOf(address), address } });
    const errors = data?.signInStart.userErrors ?? [];
    setRefused(allWords(errors));
    const resendAt = data?.signInStart.resendAt;
    if (resendAt) onSent({ address, resendAt: Date.parse(resendAt) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Title order={1} size="h2">
          {t("signIn.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("signIn.lead")}
        </Text>
        <TextInput
          label={t("signIn.address")}
          placeholder={t("signIn.placeholder")}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          error={refused || undefined}
          autoComplete="username"
          inputMode="email"
          size="md"
          name="address"
          data-autofocus
        />
        {error && <FailureNote error={error} />}
        <Button type="submit" size="md" loading={fetching}>
          {t("signIn.send")}
        </Button>
      </Stack>
    </form>
  );
}

function Code(props: {
  address: string;
  resendAt: number;
  next: string | undefined;
  invite: string | undefined;
  onResent: (resendAt: number) => void;
  onOther: () => void;
}) {
  const { t } = useTranslation("app");
  const language = useLanguage();
  const navigate = useNavigate();
  const [code, setCode] = useState("");
  const [refused, setRefused] = useState("");
  const [{ fetching, error }, complete] = useMutation(SignInComplete);
  const [, claim] = useMutation(ReferralClaim);
  const submitted = useRef("");

  const submit = async (digits: string) => {
    if (digits.length < 6 || submitted.current === digits) return;
    submitted.current = digits;
    const { data } = await complete({
      input: {
        channel: channelOf(props.address),
        address: props.address,
        code: digits,
        locale: language,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        keep: "COOKIE",
      },
    });
    const answer = data?.signInComplete;
    if (!answer) {
      submitted.current = "";
      return;
    }
    setRefused(answer.userErrors.map((e) => words(e)).join(" "));
    if (!accept(answer)) {
      setCode("");
      return;
    }
    await followProfile((answer.viewer?.customer ?? answer.viewer?.staff)?.locale);
    if (props.invite && answer.viewer?.customer) await claimInvitation(props.invite);
    else notify({ text: t("signIn.welcome") });
    const staffOnly = answer.viewer?.staff && !answer.viewer.customer;
    await navigate({ href: safeNext(props.next) ?? (staffOnly ? "/desk" : "/"), replace: true });
  };

  const words = (e: { __typename?: string; message: string; triesLeft?: number | null }) =>
    e.triesLeft ? `${e.message} ${t("signIn.triesLeft", { count: e.triesLeft })}` : e.message;

  const claimInvitation = async (invitation: string) => {
    const { data } = await claim({ input: { code: invitation, idempotencyKey: `sign-in-${invitation}` } });
    const errors = data?.referralClaim.userErrors ?? [];
    notify(errors.length ? { text: allWords(errors), tone: "bad" } : { text: t("signIn.inviteAccepted") });
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit(code);
      }}
    >
      <Stack>
        <Title order={1} size="h2">
          {t("signIn.codeTitle")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("signIn.codeLead", { address: props.address })}
        </Text>
        <PinInput
          length={6}
          type="number"
          inputMode="numeric"
          oneTimeCode
          autoFocus
          size="md"
          value={code}
          onChange={(value) => {
            setCode(value);
            submitted.current = "";
          }}
          onComplete={(value) => void submit(value)}
          error={!!refused}
          aria-label={t("signIn.code")}
          getInputProps={(index) => ({ "aria-label": `${t("signIn.code")} ${index + 1}` })}
        />
        <Refused words={refused} />
        {error && <FailureNote error={error} />}
        <Button type="submit" size="md" loading={fetching}>
          {t("action.signIn")}
        </Button>
        <Group justify="space-between">
          <Resend address={props.address} at={props.resendAt} onResent={props.onResent} onRefused={setRefused} />
          <Anchor component="button" type="button" size="sm" onClick={props.onOther}>
            {t("signIn.other")}
          </Anchor>
        </Group>
      </Stack>
    </form>
  );
}

function Resend(props: {
  address: string;
  at: number;
  onResent: (at: number) => void;
  onRefused: (words: string) => void;
}) {
  const { t } = useTranslation("app");
  const [, start] = useMutation(SignInStart);
  const [left, setLeft] = useState(() => secondsUntil(props.at));
  useEffect(() => {
    setLeft(secondsUntil(props.at));
    const timer = setInterval(() => setLeft(secondsUntil(props.at)), 1000);
    return () => clearInterval(timer);
  }, [props.at]);
  const resend = async () => {
    const { data } = await start({ input: { channel: channelOf(props.address), address: props.address } });
    props.onRefused(allWords(data?.signInStart.userErrors ?? []));
    if (data?.signInStart.resendAt) props.onResent(Date.parse(data.signInStart.resendAt));
  };
  if (left > 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("signIn.resendIn", { seconds: left })}
      </Text>
    );
  }
  return (
    <Anchor component="button" type="button" size="sm" onClick={resend}>
      {t("signIn.resend")}
    </Anchor>
  );
}

const secondsUntil = (at: number) => Math.max(0, Math.ceil((at - Date.now()) / 1000));
