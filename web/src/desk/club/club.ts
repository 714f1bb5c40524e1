import { noText, type Pair } from "../form/TextPair";
import type {
  ClubEntry,
  ClubPosting,
  ClubPriceInput,
  ClubPrivilegesInput,
  ClubRulesPreviewInput,
  ClubUpdateInput,
  DeskClubFragment,
  DeskClubPriceFragment,
  SupportClass,
} from "../gql/graphql";

// A club as the desk edits it, and the way there and back.

/** What a better price is for, by kind and id; everything has no id. */
export type Target = { kind: "all" | "category" | "product" | "variant"; id: string; label: string };

/** A better price as it is edited: percent off, or a price of its own. */
export type PriceDraft = { target: Target; by: "percent" | "price"; value: string };

/** What can be edited of a club. */
export type ClubDraft = {
  slug: string;
  name: Pair;
  description: Pair;
  pictureId: string | null;
  entry: ClubEntry;
  spend: { amount: string; periodDays: number; graceDays: number };
  posting: ClubPosting;
  privileges: { prices: PriceDraft[]; pointsPercent: number; support: SupportClass; earlyBookingHours: number };
  position: number;
};

/** Everything in the catalogue. */
export const everything: Target = { kind: "all", id: "", label: "" };

const pair = (text: Pair | undefined): Pair => (text ? { ru: text.ru, en: text.en } : noText);

/** What a better price is for. */
export function targetOf(price: DeskClubPriceFragment): Target {
  const { variant, product, category } = price;
  if (variant) {
    const label = [variant.product.name, variant.name].filter(Boolean).join(", ");
    return { kind: "variant", id: variant.id, label };
  }
  if (product) return { kind: "product", id: product.id, label: product.name };
  if (category) return { kind: "category", id: category.id, label: category.name };
  return everything;
}

/** A club as it is now, ready to be edited. */
export function draftOf(club: DeskClubFragment): ClubDraft {
  const { texts, spend, privileges } = club;
  return {
    slug: club.slug,
    name: pair(texts?.name),
    description: pair(texts?.description),
    pictureId: club.picture?.id ?? null,
    entry: club.entry,
    spend: {
      amount: spend?.amount.amount ?? "",
      periodDays: spend?.periodDays ?? 365,
      graceDays: spend?.graceDays ?? 30,
    },
    posting: club.posting,
    privileges: {
      prices: privileges.prices.map((price) => ({
        target: targetOf(price),
        by: price.price ? "price" : "percent",
        value: price.price?.amount ?? price.percent ?? "",
      })),
      pointsPercent: privileges.pointsPercent,
      support: privileges.support,
      earlyBookingHours: privileges.earlyBookingHours,
    },
    position: club.position,
  };
}

/** A better price as the schema takes it. */
export function priceInput({ target, by, value }: PriceDraft): ClubPriceInput {
  return { ...(target.kind !== "all" && { [`${target.kind}Id`]: target.id }), [by]: value || "0" };
}

function privilegesInput(privileges: ClubDraft["privileges"]): ClubPrivilegesInput {
  return { ...privileges, prices: privileges.prices.map(priceInput) };
}

const spendInput = (spend: ClubDraft["spend"]) => ({ ...spend, amount: spend.amount || "0" });

/** Edits as the schema takes them. The amount goes along whenever the club is entered by it. */
export function inputOf(edits: Partial<ClubDraft>, draft: ClubDraft): Omit<ClubUpdateInput, "clubId"> {
  const { spend, privileges, ...rest } = edits;
  const spending = draft.entry === "BY_SPEND" && (spend || edits.entry);
  return {
    ...rest,
    ...(spending && { spend: spendInput(draft.spend) }),
    ...(privileges && { privileges: privilegesInput(privileges) }),
  };
}

/** What decides how the rules of the club read. */
export function rulesInput(draft: ClubDraft): ClubRulesPreviewInput {
  return {
    entry: draft.entry,
    privileges: privilegesInput(draft.privileges),
    ...(draft.entry === "BY_SPEND" && { spend: spendInput(draft.spend) }),
  };
}

/** What can be done about a customer in this state, in a club that is entered so. */
export function decisionsFor(state: string, entry: ClubEntry): ("APPROVE" | "DECLINE" | "INVITE" | "BAN" | "UNBAN")[] {
  if (state === "BANNED") return ["UNBAN"];
  if (state === "REQUESTED") return ["APPROVE", "DECLINE", "BAN"];
  if (state === "MEMBER" || state === "INVITED") return ["BAN"];
  return entry === "BY_SPEND" ? ["BAN"] : ["INVITE", "BAN"];
}

/** Where an offer stands at an instant. */
export function offerState(offer: { startsAt: string; endsAt: string }, now: number): "ahead" | "on" | "over" {
  if (Date.parse(offer.endsAt) <= now) return "over";
  return Date.parse(offer.startsAt) > now ? "ahead" : "on";
}
