import { Button, Group, List, Spoiler, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { FailureNote } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
import { FormDialog } from "../form/FormBody";
import { useForm } from "../form/useForm";
import { useSave } from "../form/useSave";
import type { ReportedContentQuery } from "../gql/graphql";
import { ContentHide } from "./documents";
import { wordsOf } from "./text";

type Item = ReportedContentQuery["desk"]["contentReports"]["nodes"][number];

/** A post or comment that was reported: what it says, what members say of it, and what to do. */
export function Reported({ item, onDone }: { item: Item; onDone: () => void }) {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const [hiding, setHiding] = useState(false);
  const { save, busy, failed } = useSave(ContentHide);
  const content = item.comment ?? item.post;
  if (!content) return null;
  const author = content.author.name || t("members.nameless");
  const keep = async () => {
    if (!(await save({ id: content.id, hidden: false }))) return;
    notify({ text: t("moderation.kept") });
    onDone();
  };
  const about = { author };
  return (
    <Card>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t(item.comment ? "moderation.comment" : "moderation.post", { author, when: format.when(content.createdAt) })}
          {" · "}
          <TextLink to="/desk/clubs/$slug" params={{ slug: item.club.slug }} size="sm">
            {item.club.name}
          </TextLink>
        </Text>
        {!item.comment && item.post?.title && <Text fw={600}>{item.post.title}</Text>}
        <Spoiler maxHeight={140} showLabel={t("moderation.whole")} hideLabel={t("moderation.less")}>
          <Text style={{ whiteSpace: "pre-line" }}>{wordsOf(content.html)}</Text>
        </Spoiler>
        <div>
          <Text size="sm" fw={600}>
            {t("moderation.reports", { count: item.count, when: format.when(item.since) })}
          </Text>
          <List size="sm" spacing={4}>
            {item.reports.map((report) => (
              <List.Item key={report.at + report.reason}>{report.reason}</List.Item>
            ))}
          </List>
        </div>
        {failed && <FailureNote error={failed} />}
        <Group gap="xs">
          <Button color="red" onClick={() => setHiding(true)} aria-label={t("moderation.hideOf", about)}>
            {t("moderation.hide")}
          </Button>
          <Button variant="default" loading={busy} onClick={keep} aria-label={t("moderation.keepOf", about)}>
            {t("moderation.keep")}
          </Button>
        </Group>
      </Stack>
      {hiding && <Hide id={content.id} onClose={() => setHiding(false)} onDone={onDone} />}
    </Card>
  );
}

const reasons = ["rude", "spam", "offTopic"] as const;

function Hide({ id, onClose, onDone }: { id: string; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation("desk");
  const form = useForm(ContentHide, { reason: "" });
  const reason = form.draft.reason.trim();
  const submit = async () => {
    if (!(await form.save({ id, hidden: true, reason }))) return;
    onClose();
    notify({
      text: t("moderation.hidden"),
      action: { label: t("action.undo", { ns: "app" }), run: () => void form.save({ id, hidden: false }) },
    });
    onDone();
  };
  return (
    <FormDialog
      title={t("moderation.hideTitle")}
      centered
      form={form}
      action={t("moderation.hide")}
      color="red"
      disabled={!reason}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label={t("stock.reason")}
        description={t("moderation.reasonHint")}
        {...form.text("reason")}
        maxLength={500}
        required
        data-autofocus
      />
      <Group gap="xs">
        {reasons.map((name) => (
          <Button
            key={name}
            size="xs"
            h={36}
            variant="light"
            onClick={() => form.set({ reason: t(`moderation.reason.${name}`) })}
          >
            {t(`moderation.reason.${name}`)}
          </Button>
        ))}
      </Group>
    </FormDialog>
  );
}
