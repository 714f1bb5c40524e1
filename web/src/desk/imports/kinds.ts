import type { ImportStartInput } from "../gql/graphql";

/** What the files of an import hold. */
export type Kind = ImportStartInput["kind"];

export const kinds: readonly Kind[] = ["SALES", "STAYS", "REFERRALS", "POSTS"];

/** The columns of each kind as the mapping calls them; the first list must be there. */
export const columns: Record<Kind, { needed: readonly string[]; extra: readonly string[] }> = {
  SALES: {
    needed: ["invoice", "product", "quantity", "unitPrice", "at"],
    extra: ["customer", "name", "country", "line"],
  },
  STAYS: {
    needed: ["arrival", "leadDays", "nights", "guests", "rate", "status"],
    extra: ["property", "room", "meal", "country"],
  },
  REFERRALS: { needed: ["vouched_at", "from_member", "to_member", "member_id", "joined_at"], extra: [] },
  POSTS: { needed: ["Id", "PostTypeId", "CreationDate", "Body", "Title"], extra: ["ParentId", "OwnerDisplayName"] },
};

/** Whether files of a kind need a mapping of their columns. */
export const mapped = (kind: Kind) => kind === "SALES" || kind === "STAYS";

/** What a person filled in. */
export type Draft = { kind: Kind; mapping: string; source: string; clubId: string | null; since: string };

/** What the server is asked, without the fields that the kind has no use for. */
export function startInput(
  draft: Draft,
  idempotencyKey: string,
  fileId: string,
  membersFileId?: string,
): ImportStartInput {
  const { kind, mapping, source, clubId, since } = draft;
  return {
    idempotencyKey,
    kind,
    fileId,
    ...(mapped(kind) && { mapping }),
    ...(kind === "SALES" && since && { since }),
    ...(kind === "REFERRALS" && { source, membersFileId: membersFileId ?? null }),
    ...(kind === "POSTS" && { source, clubId }),
  };
}
