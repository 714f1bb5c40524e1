import { Group, Skeleton, Stack } from "@mantine/core";
import { IconArrowLeft, IconMessageOff } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useViewer } from "~/app/session";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { ButtonLink } from "~/ui/links";
import { Page } from "~/ui/Page";
import { OnePost } from "./clubs/documents";
import { useClubEvent } from "./clubs/events";
import { PostCard } from "./clubs/PostCard";
import { useClubStream } from "./clubs/useClubStream";

/** One post with everything said below it: where pushes and links lead. */
export function PostPage() {
  const { t } = useTranslation("personal");
  const { slug, postId } = useParams({ strict: false }) as { slug: string; postId: string };
  const [removed, setRemoved] = useState(false);
  const [{ data, error, fetching, stale }, read] = useQuery({
    query: OnePost,
    variables: { id: postId },
    requestPolicy: "cache-and-network",
  });
  const again = () => read({ requestPolicy: "network-only" });
  const staff = !!useViewer().staff;
  const post = data?.post;
  useClubStream(post?.club.id);
  useClubEvent((event) => {
    if (event.gap || (event.__typename === "PostEvent" && !event.post)) again();
  });
  const away = removed || (data && !post && !fetching && !stale);
  return (
    <Page
      title={post?.title || (post ? t("post.by", { name: post.author.name }) : t("post.one"))}
      actions={
        <Group>
          <ButtonLink
            to="/clubs/$slug"
            params={{ slug }}
            variant="subtle"
            leftSection={<IconArrowLeft size={18} aria-hidden />}
          >
            {post?.club.name ?? t("post.toClub")}
          </ButtonLink>
        </Group>
      }
    >
      {away ? (
        <Empty icon={IconMessageOff} title={t("post.away")} text={t("post.awayText")} />
      ) : (
        <Loaded
          data={post}
          error={error}
          retry={again}
          skeleton={
            <Stack>
              <Skeleton h={200} />
              <Skeleton h={120} />
            </Stack>
          }
        >
          {(shown) => (
            <PostCard
              post={shown}
              slug={slug}
              moderator={staff || shown.club.membership?.moderator === true}
              opened
              onGone={() => setRemoved(true)}
              onPinned={again}
            />
          )}
        </Loaded>
      )}
    </Page>
  );
}
