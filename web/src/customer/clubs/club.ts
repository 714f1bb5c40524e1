import type { ClubCardFragment, OfferFragment, PostCardFragment, ReactionKind } from "./gql/graphql";

// How a customer stands to a club, and what follows from it.

/** What the customer can do about being in a club; undefined when nothing. */
export type Step = "join" | "request" | "answer" | "withdraw" | "leave";

type Standing = Pick<ClubCardFragment, "entry"> & {
  membership: Pick<NonNullable<ClubCardFragment["membership"]>, "state"> | null;
  progress: Pick<NonNullable<ClubCardFragment["progress"]>, "reached"> | null;
};

/** The next step towards the club or out of it. */
export function stepOf(club: Standing): Step | undefined {
  switch (club.membership?.state) {
    case "MEMBER":
      return "leave";
    case "INVITED":
      return "answer";
    case "REQUESTED":
      return "withdraw";
    case "BANNED":
      return undefined;
  }
  if (club.entry === "OPEN") return "join";
  if (club.entry === "BY_REQUEST") return "request";
  return club.entry === "BY_SPEND" && club.progress?.reached ? "join" : undefined;
}

/** Whether who leaves can come back at once, so that leaving can be undone. */
export function comesBack(club: Standing): boolean {
  return club.entry === "OPEN" || (club.entry === "BY_SPEND" && club.progress?.reached === true);
}

/** Whether the customer belongs among their own clubs: in it, or waiting for an answer. */
export function isOwn(club: Standing): boolean {
  return ["MEMBER", "INVITED", "REQUESTED"].includes(club.membership?.state ?? "");
}

/** How much of the amount of a club is reached, in percent. */
export function reachedPercent(net: string, needed: string): number {
  const share = Number(net) / Number(needed);
  return Number.isFinite(share) ? Math.round(Math.max(0, Math.min(1, share)) * 100) : 0;
}

/** What people feel about something. */
export type Feelings = Pick<PostCardFragment, "reactions" | "ownReaction">;

/** The feelings after the person's own becomes `kind`, or null. */
export function feel(feelings: Feelings, kind: ReactionKind | null): Feelings {
  const counts = new Map(feelings.reactions.map((r) => [r.kind, r.count]));
  const { ownReaction: before } = feelings;
  if (before) counts.set(before, (counts.get(before) ?? 1) - 1);
  if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return {
    ownReaction: kind,
    reactions: [...counts].filter(([, count]) => count > 0).map(([kind, count]) => ({ kind, count })),
  };
}

/** What an offer is for. `variant` is what goes into the basket; undefined when one has to choose first. */
export function offered(price: Pick<OfferFragment["price"], "variant" | "product" | "category">) {
  const { variant, product, category } = price;
  if (variant) {
    const name = [variant.product.name, variant.name].filter(Boolean).join(", ");
    return { name, slug: variant.product.slug, price: variant.price, variant: { ...variant, name } };
  }
  if (product) {
    const only = product.variants.length === 1 ? product.variants[0] : undefined;
    return {
      name: product.name,
      slug: product.slug,
      price: product.price ?? undefined,
      variant: only && { ...only, name: product.name },
    };
  }
  return { name: category?.name, category: category?.slug };
}
