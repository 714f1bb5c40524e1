import { Alert, Button, Group, Modal, Radio, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { byField } from "~/app/errors";
import { type Language, languages, useLanguage } from "~/app/i18n";
import { notify } from "~/app/notices";
import type { StaffQuery } from "../gql/graphql";
import type { Role } from "../role";
import { useFailure } from "../useFailure";
import { StaffInvite } from "./documents";

type Member = StaffQuery["desk"]["staff"][number];
type Props = { opened: boolean; member: Member | undefined; onClose: () => void; onDone: () => void };

const roles: readonly Role[] = ["OPERATOR", "MANAGER", "ADMIN"];

/** Invites somebody to the staff, or changes what a member may do. */
export function InviteDialog(props: Props) {
  const { t } = useTranslation("desk");
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.member ? t("staff.roleTitle", { name: props.member.name }) : t("staff.inviteTitle")}
      centered
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <InviteForm key={props.member?.id ?? "new"} {...props} />
    </Modal>
  );
}

function InviteForm({ member, onClose, onDone }: Props) {
  const { t } = useTranslation("desk");
  const failed = useFailure();
  const [{ fetching }, invite] = useMutation(StaffInvite);
  const language = useLanguage();
  const [email, setEmail] = useState(member?.email ?? "");
  const [name, setName] = useState(member?.name ?? "");
  const [role, setRole] = useState<Role>(member?.role ?? "OPERATOR");
  const [locale, setLocale] = useState<Language>(member ? (member.locale === "en" ? "en" : "ru") : language);
  const [errors, setErrors] = useState<Record<string, string>>({});

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing = {
      ...(!email.trim() && { email: t("staff.emailNeeded") }),
      ...(!name.trim() && { name: t("staff.nameNeeded") }),
    };
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    const { data, error } = await invite({ input: { email: email.trim(), name: name.trim(), role, locale } });
    if (error) return setErrors({ "": failed(error) });
    const refused = data?.staffInvite.userErrors ?? [];
    setErrors(byField(refused));
    if (refused.length > 0) return;
    notify({ text: t(member ? "staff.changed" : "staff.invited", { name: name.trim(), role: t(`role.${role}`) }) });
    onDone();
    onClose();
  };

  const { email: emailError, name: nameError, ...rest } = errors;
  const others = Object.values(rest).join(" ");
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {!member && <Text size="sm">{t("staff.inviteText")}</Text>}
        {!member && (
          <TextInput
            label={t("staff.email")}
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={emailError}
            autoComplete="off"
            required
            data-autofocus
          />
        )}
        {!member && (
          <TextInput
            label={t("staff.name")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={nameError}
            autoComplete="off"
            required
          />
        )}
        <Radio.Group label={t("staff.role")} value={role} onChange={(value) => setRole(value as Role)}>
          <Stack gap="xs" mt={6}>
            {roles.map((one) => (
              <Radio key={one} value={one} label={t(`role.${one}`)} description={t(`staff.may.${one}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {!member && (
          <SegmentedControl
            fullWidth
            aria-label={t("staff.language")}
            value={locale}
            onChange={(value) => setLocale(value as Language)}
            data={languages.map((value) => ({ value, label: t(`language.${value}`, { ns: "app" }) }))}
          />
        )}
        {(others || (member && (emailError || nameError))) && (
          <Alert color="red" role="alert">
            {[others, member && emailError, member && nameError].filter(Boolean).join(" ")}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("action.back", { ns: "app" })}
          </Button>
          <Button type="submit" loading={fetching}>
            {t(member ? "staff.save" : "staff.invite")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
