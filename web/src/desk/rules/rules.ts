import type { DeskRuleFragment, EarningKind, EarningRuleSetInput } from "../gql/graphql";

// The ways to earn points, sorted by when they hold and by what is earned.

/** Shares of orders earn a percent; events earn fixed points. */
export const shares: readonly EarningKind[] = ["ALL_ORDERS", "CATEGORY", "PRODUCT", "CLUB", "FIRST_ORDER"];

/** Whether points of this kind are a percent of orders. */
export const isShare = (kind: string): boolean => (shares as readonly string[]).includes(kind);

type Dated = { startsAt?: string | null | undefined; endsAt?: string | null | undefined };

/** Whether a rule is ahead, holds, or is over at an instant. */
export function stateOf(rule: Dated, now: number): "ahead" | "on" | "over" {
  if (rule.endsAt && Date.parse(rule.endsAt) <= now) return "over";
  return rule.startsAt && Date.parse(rule.startsAt) > now ? "ahead" : "on";
}

/** Rules by their state; grants are no rules that hold, but things that were done. */
export function sorted(rules: readonly DeskRuleFragment[], now: number) {
  const standing = rules.filter((rule) => rule.kind !== "CAMPAIGN");
  const of = (state: string) => standing.filter((rule) => stateOf(rule, now) === state);
  return { on: of("on"), ahead: of("ahead"), over: of("over"), grants: rules.filter((r) => r.kind === "CAMPAIGN") };
}

/** A rule as it is being described. */
export type RuleDraft = {
  kind: EarningKind;
  targetId: string | null;
  percent: string;
  points: number | null;
  lifetimeDays: number | null;
  perPerson: number | null;
  pending: boolean;
  name: { ru: string; en: string };
  startsAt: string | null;
};

const targets = { CATEGORY: "categoryId", PRODUCT: "productId", CLUB: "clubId" } as const;

/** The field of the schema that says what a rule of a kind is for; undefined for kinds that are for everything. */
export function targetField(kind: string) {
  return (targets as Partial<Record<string, (typeof targets)[keyof typeof targets]>>)[kind];
}

/** What the rule is for, by the field that the schema has for it. */
export function targetInput(
  kind: string,
  id: string | null,
): { categoryId?: string; productId?: string; clubId?: string } {
  const field = targetField(kind);
  return id && field ? { [field]: id } : {};
}

/** A new rule as the schema takes it: shares have a percent, events have points and their limits. */
export function ruleInput(draft: RuleDraft): Omit<EarningRuleSetInput, "idempotencyKey"> {
  const named = draft.name.ru.trim() || draft.name.en.trim();
  const common = { kind: draft.kind, startsAt: draft.startsAt, ...(named && { name: draft.name }) };
  if (isShare(draft.kind)) {
    return { ...common, percent: draft.percent || "0", pending: false, ...targetInput(draft.kind, draft.targetId) };
  }
  const { points, lifetimeDays, perPerson, pending } = draft;
  return { ...common, points: points ?? 0, lifetimeDays, perPerson, pending };
}
