import { Button, Center, Checkbox, Skeleton, Stack } from "@mantine/core";
import { IconArrowUp, IconMessages } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { notify } from "~/app/notices";
import { trouble } from "~/app/outcome";
import { repeatSafely } from "~/app/repeat";
import { useList } from "~/app/useList";
import { Card } from "~/ui/Card";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { ClubFeed, ClubSee, PostCreate } from "./documents";
import { useClubEvent } from "./events";
import type { OfferFragment, PostCardFragment } from "./gql/graphql";
import { PicturePicker, type Shown } from "./PicturePicker";
import { PostCard } from "./PostCard";
import { type Draft, Writing } from "./Writing";

/** The posts of a club, the pinned ones first; new ones of others wait behind a button, so that nothing jumps. */
export function Feed({
  club,
  pinned,
  moderator,
  mayPost,
  onPinned,
}: {
  club: { id: string; slug: string; offers: readonly OfferFragment[] };
  pinned: readonly PostCardFragment[];
  moderator: boolean;
  mayPost: boolean;
  onPinned: () => void;
}) {
  const { t } = useTranslation("personal");
  const list = useList(ClubFeed, { clubId: club.id }, (d) => d.clubFeed);
  const [fresh, setFresh] = useState(0);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const posts = list.data?.clubFeed.nodes;
  useSeen(club.id, posts?.[0]?.createdAt);
  useClubEvent((event) => {
    if (event.gap) return list.renew();
    if (event.__typename !== "PostEvent") return;
    if (event.kind === "POST_CHANGED" && !event.comment) {
      onPinned();
      list.renew();
    }
    if (event.kind === "POST_CREATED" && event.post && !event.post.author.own) setFresh((n) => n + 1);
  });
  const renew = () => {
    setFresh(0);
    list.renew();
  };
  const card = (post: PostCardFragment) => (
    <PostCard
      key={post.id}
      post={post}
      slug={club.slug}
      moderator={moderator}
      onGone={() => setGone(new Set([...gone, post.id]))}
      onPinned={onPinned}
    />
  );
  const above = new Set(pinned.map((post) => post.id));
  return (
    <Stack>
      {mayPost && <NewPost clubId={club.id} offers={club.offers} onWritten={renew} />}
      <div aria-live="polite" style={{ display: "contents" }}>
        {fresh > 0 && (
          <Center>
            <Button radius="xl" leftSection={<IconArrowUp size={18} aria-hidden />} onClick={renew}>
              {t("post.fresh", { count: fresh })}
            </Button>
          </Center>
        )}
      </div>
      <Loaded
        data={posts}
        error={list.error}
        retry={list.retry}
        skeleton={
          <Stack>
            <Skeleton h={180} />
            <Skeleton h={180} />
          </Stack>
        }
      >
        {(all) => (
          <>
            {all.length === 0 && pinned.length === 0 && (
              <Empty
                icon={IconMessages}
                title={t("post.none")}
                text={t(mayPost ? "post.noneWrite" : "post.noneWait")}
              />
            )}
            {[...pinned, ...all.filter((post) => !above.has(post.id))].filter((post) => !gone.has(post.id)).map(card)}
          </>
        )}
      </Loaded>
      <More {...list.more} />
    </Stack>
  );
}

/** Notes that the feed was read up to its latest post, while the page is really looked at. */
function useSeen(clubId: string, latest: string | undefined) {
  const [, see] = useMutation(ClubSee);
  const seen = useRef<string>(undefined);
  useEffect(() => {
    const note = () => {
      if (!latest || seen.current === latest || document.visibilityState !== "visible") return;
      seen.current = latest;
      void see({ input: { clubId, until: latest } });
    };
    note();
    document.addEventListener("visibilitychange", note);
    return () => document.removeEventListener("visibilitychange", note);
  }, [clubId, latest, see]);
}

function NewPost({
  clubId,
  offers,
  onWritten,
}: {
  clubId: string;
  offers: readonly OfferFragment[];
  onWritten: () => void;
}) {
  const { t } = useTranslation("personal");
  const [open, setOpen] = useState(false);
  const [pictures, setPictures] = useState<readonly Shown[]>([]);
  const [offerIds, setOfferIds] = useState<string[]>([]);
  const [, create] = useMutation(PostCreate);
  const send = async ({ title, text, key }: Draft) => {
    const shown = pictures.map(({ picture, alt }) => ({ id: picture.id, alt }));
    const input = { clubId, title, text, pictures: shown, offerIds, idempotencyKey: key };
    const words = trouble(await repeatSafely(() => create({ input })), t);
    if (words) return words;
    notify({ text: t("post.published") });
    setOpen(false);
    setPictures([]);
    setOfferIds([]);
    onWritten();
    return "";
  };
  if (!open) {
    return (
      <Button variant="light" size="md" onClick={() => setOpen(true)}>
        {t("post.write")}
      </Button>
    );
  }
  return (
    <Card>
      <Writing
        label={t("post.text")}
        action={t("post.publish")}
        titled
        focus
        send={send}
        onCancel={() => setOpen(false)}
      >
        <PicturePicker pictures={pictures} onChange={setPictures} />
        {offers.length > 0 && (
          <Checkbox.Group label={t("post.offers")} value={offerIds} onChange={setOfferIds}>
            <Stack gap="xs" mt={4}>
              {offers.slice(0, 5).map((offer) => (
                <Checkbox key={offer.id} value={offer.id} label={offer.name} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
      </Writing>
    </Card>
  );
}
