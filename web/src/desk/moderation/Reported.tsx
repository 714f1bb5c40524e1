import { Button, Group, List, Modal, Spoiler, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "~/app/notices";
import { useFormat } from "~/app/useFormat";
import { Card } from "~/ui/Card";
import { FailureNote } from "~/ui/Loaded";
import { TextLink } from "~/ui/links";
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
  const { save, busy, refused, failed } = useSave(ContentHide);
  const [reason, setReason] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await save({ id, hidden: true, reason: reason.trim() }))) return;
    onClose();
    notify({
      text: t("moderation.hidden"),
      action: { label: t("action.undo", { ns: "app" }), run: () => void save({ id, hidden: false }) },
    });
    onDone();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("moderation.hideTitle")}
      centered
      closeButtonProps={{ "aria-label": t("action.close", { ns: "app" }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label={t("stock.reason")}
            description={t("moderation.reasonHint")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={refused.reason}
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
                onClick={() => setReason(t(`moderation.reason.${name}`))}
              >
                {t(`moderation.reason.${name}`)}
              </Button>
            ))}
          </Group>
          {failed && <FailureNote error={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel", { ns: "app" })}
            </Button>
            <Button type="submit" color="red" loading={busy} disabled={!reason.trim()}>
              {t("moderation.hide")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
