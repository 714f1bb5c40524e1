import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconEye,
  IconEyeOff,
  IconFlag,
  IconHistory,
  IconPencil,
  IconPin,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { Confirm } from "~/ui/confirm";
import { ContentHide, ContentRemove, ContentReport, PostPin } from "./documents";
import type { CommentCardFragment, PostCardFragment } from "./gql/graphql";
import { History } from "./History";
import { ReasonDialog } from "./ReasonDialog";

/** What can be done about something written: by its author, by moderators, by readers. */
export function ContentMenu({
  content,
  moderator,
  onEdit,
  onGone,
  onPinned,
}: {
  content: PostCardFragment | CommentCardFragment;
  moderator: boolean;
  onEdit: () => void;
  onGone: () => void;
  onPinned?: (() => void) | undefined;
}) {
  const { t } = useTranslation("personal");
  const [asking, setAsking] = useState<"hide" | "report" | "history">();
  const [, remove] = useMutation(ContentRemove);
  const [, hide] = useMutation(ContentHide);
  const [, report] = useMutation(ContentReport);
  const [, pin] = useMutation(PostPin);
  const { id, author, hiddenAt } = content;
  const pinnedAt = "pinnedAt" in content ? content.pinnedAt : undefined;

  const tell = (words: string, done: string, undo?: () => void) => {
    if (words) notify({ text: words, tone: "bad" });
    else notify({ text: done, ...(undo && { action: { label: t("action.undo", { ns: "app" }), run: undo } }) });
    return !words;
  };
  const show = async () => tell(trouble(await hide({ input: { id, hidden: false } }), t), t("post.shown"));
  const hideWith = async (reason: string) => {
    const words = trouble(await hide({ input: { id, hidden: true, reason } }), t);
    if (!words) tell("", t("post.hidden"), () => void show());
    return words;
  };
  const reportWith = async (reason: string) => {
    const words = trouble(await report({ input: { id, reason } }), t);
    if (!words) tell("", t("post.reported"));
    return words;
  };
  const setPinned = async (pinned: boolean, undoable = true): Promise<void> => {
    const words = trouble(await pin({ input: { postId: id, pinned } }), t);
    const undo = undoable ? () => void setPinned(!pinned, false) : undefined;
    if (tell(words, t(pinned ? "post.pinnedNow" : "post.unpinnedNow"), undo)) onPinned?.();
  };
  const takeAway = async () => {
    const done = tell(trouble(await remove({ input: { id } }), t), t("post.removed"));
    if (done) onGone();
    return done;
  };

  return (
    <Confirm title={t("post.removeTitle")} text={t("post.removeText")} action={t("post.remove")} onConfirm={takeAway}>
      {(askToRemove) => (
        <>
          <Menu position="bottom-end" withArrow>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size={40} radius="xl" aria-label={t("post.menu")}>
                <IconDots size={20} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {author.own && (
                <Menu.Item leftSection={<IconPencil size={18} />} onClick={onEdit}>
                  {t("post.edit")}
                </Menu.Item>
              )}
              {content.editedAt && (author.own || moderator) && (
                <Menu.Item leftSection={<IconHistory size={18} />} onClick={() => setAsking("history")}>
                  {t("post.history")}
                </Menu.Item>
              )}
              {moderator && onPinned && (
                <Menu.Item leftSection={<IconPin size={18} />} onClick={() => void setPinned(!pinnedAt)}>
                  {t(pinnedAt ? "post.unpin" : "post.pin")}
                </Menu.Item>
              )}
              {moderator && !author.own && !hiddenAt && (
                <Menu.Item leftSection={<IconEyeOff size={18} />} onClick={() => setAsking("hide")}>
                  {t("post.hide")}
                </Menu.Item>
              )}
              {moderator && hiddenAt && (
                <Menu.Item leftSection={<IconEye size={18} />} onClick={() => void show()}>
                  {t("post.show")}
                </Menu.Item>
              )}
              {!author.own && (
                <Menu.Item leftSection={<IconFlag size={18} />} onClick={() => setAsking("report")}>
                  {t("post.report")}
                </Menu.Item>
              )}
              {author.own && (
                <Menu.Item color="red" leftSection={<IconTrash size={18} />} onClick={askToRemove}>
                  {t("post.remove")}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
          {(asking === "hide" || asking === "report") && (
            <ReasonDialog
              title={t(`post.${asking}Title`)}
              label={t(`post.${asking}Reason`)}
              action={t(`post.${asking}`)}
              send={asking === "hide" ? hideWith : reportWith}
              onClose={() => setAsking(undefined)}
            />
          )}
          {asking === "history" && <History id={id} onClose={() => setAsking(undefined)} />}
        </>
      )}
    </Confirm>
  );
}
