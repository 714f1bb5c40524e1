import { Radio, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { type Language, languages, useLanguage } from "~/app/i18n";
import { notify } from "~/app/notices";
import { Dialog } from "~/ui/Dialog";
import { FormBody } from "../form/FormBody";
import { useForm } from "../form/useForm";
import type { Role } from "../role";
import { StaffInvite } from "./documents";
import type { Person } from "./Member";

type Props = { opened: boolean; member: Person | undefined; onClose: () => void; onDone: () => void };

const roles: readonly Role[] = ["OPERATOR", "MANAGER", "ADMIN"];

/** Invites somebody to the staff, takes back one who left, or changes what a member may do. */
export function InviteDialog(props: Props) {
  const { t } = useTranslation("desk");
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={title(t, props.member)} centered>
      <InviteForm key={props.member?.id ?? "new"} {...props} />
    </Dialog>
  );
}

function title(t: TFunction<"desk">, member: Person | undefined): string {
  if (!member) return t("staff.inviteTitle");
  return t(member.leftAt ? "staff.backTitle" : "staff.roleTitle", { name: member.name });
}

function InviteForm({ member, onClose, onDone }: Props) {
  const { t } = useTranslation("desk");
  const language = useLanguage();
  const form = useForm(StaffInvite, {
    email: member?.email ?? "",
    name: member?.name ?? "",
    role: member?.role ?? ("OPERATOR" as Role),
    locale: (member ? (member.locale === "en" ? "en" : "ru") : language) as Language,
  });
  const { role, locale } = form.draft;
  const stays = member && !member.leftAt;

  const submit = async () => {
    const email = form.draft.email.trim();
    const name = form.draft.name.trim();
    const lacking = form.lacks({ email: !email && t("staff.emailNeeded"), name: !name && t("staff.nameNeeded") });
    if (lacking || !(await form.save({ email, name, role, locale }))) return;
    notify({ text: t(stays ? "staff.changed" : "staff.invited", { name, role: t(`role.${role}`) }) });
    onDone();
    onClose();
  };

  return (
    <FormBody
      form={form}
      action={t(stays ? "staff.save" : member ? "staff.back" : "staff.invite")}
      leave="back"
      onSubmit={submit}
      onClose={onClose}
    >
      {!member && (
        <>
          <Text size="sm">{t("staff.inviteText")}</Text>
          <TextInput
            label={t("staff.email")}
            type="email"
            {...form.text("email")}
            autoComplete="off"
            required
            data-autofocus
          />
          <TextInput label={t("staff.name")} {...form.text("name")} autoComplete="off" required />
        </>
      )}
      <Radio.Group label={t("staff.role")} value={role} onChange={(value) => form.set({ role: value as Role })}>
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
          onChange={(value) => form.set({ locale: value as Language })}
          data={languages.map((value) => ({ value, label: t(`language.${value}`, { ns: "app" }) }))}
        />
      )}
    </FormBody>
  );
}
