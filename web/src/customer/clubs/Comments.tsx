import { Button, Group, Skeleton, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import { trouble } from "~/app/outcome";
import { repeatSafely } from "~/app/repeat";
import { useList } from "~/app/useList";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Byline } from "./Byline";
import classes from "./Comments.module.css";
import { ContentMenu } from "./ContentMenu";
import { CommentCreate, ContentEdit, MoreReplies, PostComments } from "./documents";
import { useClubEvent } from "./events";
import type { CommentCardFragment, PostCommentsQuery } from "./gql/graphql";
import { HiddenNote } from "./HiddenNote";
import { Reactions } from "./Reactions";
import { type Draft, Writing } from "./Writing";
import { Written } from "./Written";

type Thread = NonNullable<PostCommentsQuery["post"]>["comments"]["nodes"][number];

/** What people say below a post, with one level of replies, and a place to say more. */
export function Comments({ postId, moderator }: { postId: string; moderator: boolean }) {
  const { t } = useTranslation("personal");
  const list = useList(PostComments, { id: postId }, (d) => d.post?.comments);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [, create] = useMutation(CommentCreate);
  useClubEvent((event) => {
    if (event.gap || (event.__typename === "PostEvent" && event.post?.id === postId)) list.renew();
  });
  const send = async ({ text, key }: Draft, replyToId?: string) => {
    const input = { postId, text, idempotencyKey: key, ...(replyToId && { replyToId }) };
    const words = trouble(await repeatSafely(() => create({ input })), t);
    if (!words) list.renew();
    return words;
  };
  const shared: Shared = {
    moderator,
    gone,
    onGone: (id) => setGone(new Set([...gone, id])),
    onReply: send,
  };
  return (
    <Stack gap="md" className={classes.comments}>
      <Loaded data={list.data?.post?.comments} error={list.error} retry={list.retry} skeleton={<Skeleton h={80} />}>
        {(comments) => (
          <>
            {comments.nodes.length > 0 && (
              <ul className={classes.list}>
                {comments.nodes
                  .filter((comment) => !gone.has(comment.id))
                  .map((comment) => (
                    <li key={comment.id}>
                      <WithReplies comment={comment} {...shared} />
                    </li>
                  ))}
              </ul>
            )}
            <More {...list.more} />
          </>
        )}
      </Loaded>
      <Writing label={t("post.writeComment")} action={t("post.send")} send={(draft) => send(draft)} />
    </Stack>
  );
}

type Shared = {
  moderator: boolean;
  gone: ReadonlySet<string>;
  onGone: (id: string) => void;
  onReply: (draft: Draft, replyToId: string) => Promise<string>;
};

function WithReplies({ comment, ...shared }: { comment: Thread } & Shared) {
  const { t } = useTranslation("personal");
  const [replying, setReplying] = useState(false);
  const [after, setAfter] = useState<string>();
  const [{ fetching }] = useQuery({
    query: MoreReplies,
    variables: { id: comment.id, after: after ?? null },
    pause: after === undefined,
  });
  const { nodes, pageInfo } = comment.replies;
  const reply = async (draft: Draft) => {
    const words = await shared.onReply(draft, comment.id);
    if (!words) setReplying(false);
    return words;
  };
  return (
    <Stack gap="sm">
      <Comment comment={comment} {...shared} onAnswer={() => setReplying(!replying)} answering={replying} />
      <div className={classes.replies}>
        <Stack gap="sm">
          {nodes.length > 0 && (
            <ul className={classes.list}>
              {nodes
                .filter((answer) => !shared.gone.has(answer.id))
                .map((answer) => (
                  <li key={answer.id}>
                    <Comment comment={answer} {...shared} />
                  </li>
                ))}
            </ul>
          )}
          <More
            shown={pageInfo.hasNextPage}
            loading={fetching}
            onMore={() => setAfter(pageInfo.endCursor ?? undefined)}
          />
          {replying && (
            <Writing
              label={t("post.writeReply")}
              action={t("post.send")}
              focus
              send={reply}
              onCancel={() => setReplying(false)}
            />
          )}
        </Stack>
      </div>
    </Stack>
  );
}

function Comment({
  comment,
  moderator,
  onGone,
  onAnswer,
  answering,
}: { comment: CommentCardFragment; onAnswer?: () => void; answering?: boolean } & Shared) {
  const { t } = useTranslation("personal");
  const [editing, setEditing] = useState(false);
  const [, edit] = useMutation(ContentEdit);
  const save = async ({ text }: Draft) => {
    const words = trouble(await edit({ input: { id: comment.id, text } }), t);
    if (!words) setEditing(false);
    return words;
  };
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Byline {...comment} small />
        <ContentMenu
          content={comment}
          moderator={moderator}
          onEdit={() => setEditing(true)}
          onGone={() => onGone(comment.id)}
        />
      </Group>
      {comment.hiddenAt && <HiddenNote reason={comment.hiddenReason} />}
      {editing ? (
        <Writing
          label={t("post.text")}
          action={t("action.save", { ns: "app" })}
          focus
          first={{ title: "", text: comment.source ?? "" }}
          send={save}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <Written html={comment.html} />
      )}
      <Group gap={6}>
        <Reactions id={comment.id} reactions={comment.reactions} ownReaction={comment.ownReaction} />
        {onAnswer && (
          <Button variant="subtle" color="gray" h={36} size="compact-md" aria-expanded={answering} onClick={onAnswer}>
            {t("post.reply")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
