import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconMessageCircle, IconPin } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { trouble } from "~/app/outcome";
import { Card } from "~/ui/Card";
import { TextLink } from "~/ui/links";
import { Album } from "./Album";
import { Byline } from "./Byline";
import { Comments } from "./Comments";
import { ContentMenu } from "./ContentMenu";
import { ContentEdit } from "./documents";
import type { PostCardFragment } from "./gql/graphql";
import { HiddenNote } from "./HiddenNote";
import { Offer } from "./Offers";
import { Reactions } from "./Reactions";
import { type Draft, Writing } from "./Writing";
import { Written } from "./Written";

/** One post with what people feel about it and, unfolded, what they say. */
export function PostCard({
  post,
  slug,
  moderator,
  opened = false,
  onGone,
  onPinned,
}: {
  post: PostCardFragment;
  slug: string;
  moderator: boolean;
  opened?: boolean;
  onGone: () => void;
  onPinned: () => void;
}) {
  const { t } = useTranslation("personal");
  const [open, setOpen] = useState(opened);
  const [editing, setEditing] = useState(false);
  const [, edit] = useMutation(ContentEdit);
  const save = async ({ title, text }: Draft) => {
    const words = trouble(await edit({ input: { id: post.id, title, text } }), t);
    if (!words) setEditing(false);
    return words;
  };
  return (
    <Card>
      <Stack gap="sm" component="article" aria-label={post.title || t("post.by", { name: post.author.name })}>
        {post.pinnedAt && (
          <Group gap={6} c="dimmed">
            <IconPin size={16} aria-hidden />
            <Text size="xs" fw={600}>
              {t("post.pinned")}
            </Text>
          </Group>
        )}
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Byline
            {...post}
            time={(words) => (
              <TextLink to="/clubs/$slug/posts/$postId" params={{ slug, postId: post.id }} inherit c="dimmed">
                {words}
              </TextLink>
            )}
          />
          <ContentMenu
            content={post}
            moderator={moderator}
            onEdit={() => setEditing(true)}
            onGone={onGone}
            onPinned={onPinned}
          />
        </Group>
        {post.hiddenAt && <HiddenNote reason={post.hiddenReason} />}
        {editing ? (
          <Writing
            label={t("post.text")}
            action={t("action.save", { ns: "app" })}
            titled
            focus
            first={{ title: post.title, text: post.source ?? "" }}
            send={save}
            onCancel={() => setEditing(false)}
          />
        ) : (
          <>
            {post.title && (
              <Title order={3} size="h4">
                {post.title}
              </Title>
            )}
            <Written html={post.html} />
            <Album pictures={post.pictures} />
            {post.offers.map((offer) => (
              <Paper key={offer.id} withBorder p="sm">
                <Offer offer={offer} />
              </Paper>
            ))}
          </>
        )}
        <Group justify="space-between" gap="xs">
          <Reactions id={post.id} reactions={post.reactions} ownReaction={post.ownReaction} />
          <Button
            variant="subtle"
            color="gray"
            h={40}
            leftSection={<IconMessageCircle size={18} aria-hidden />}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {post.commentsCount > 0 ? t("post.comments", { count: post.commentsCount }) : t("post.comment")}
          </Button>
        </Group>
        {open && <Comments postId={post.id} moderator={moderator} />}
      </Stack>
    </Card>
  );
}
