import { expect, test } from "vitest";
import type { DeskRuleFragment } from "../gql/graphql";
import { type RuleDraft, ruleInput, sorted, stateOf } from "./rules";

const now = Date.parse("2026-11-22T12:00:00Z");

test("a rule holds from its start until its end, and for ever without one", () => {
  expect(stateOf({}, now)).toBe("on");
  expect(stateOf({ startsAt: "2026-11-22T12:00:00Z" }, now)).toBe("on");
  expect(stateOf({ startsAt: "2026-11-22T12:00:01Z" }, now)).toBe("ahead");
  expect(stateOf({ endsAt: "2026-11-22T12:00:00Z" }, now)).toBe("over");
});

test("grants stand apart from the rules", () => {
  const rule = (kind: string) => ({ kind }) as DeskRuleFragment;
  const { on, grants } = sorted([rule("ALL_ORDERS"), rule("CAMPAIGN")], now);
  expect(on).toHaveLength(1);
  expect(grants).toHaveLength(1);
});

const draft: RuleDraft = {
  kind: "CATEGORY",
  targetId: "c1",
  percent: "7.50",
  points: 100,
  lifetimeDays: 30,
  perPerson: 1,
  pending: true,
  name: { ru: "", en: " " },
  startsAt: null,
};

test("a share of orders is sent with its target and without what belongs to events", () => {
  expect(ruleInput(draft)).toEqual({
    kind: "CATEGORY",
    percent: "7.50",
    categoryId: "c1",
    pending: false,
    startsAt: null,
  });
});

test("an event is sent with its points and limits", () => {
  expect(ruleInput({ ...draft, kind: "BIRTHDAY", name: { ru: "Праздник", en: "" } })).toEqual({
    kind: "BIRTHDAY",
    points: 100,
    lifetimeDays: 30,
    perPerson: 1,
    pending: true,
    startsAt: null,
    name: { ru: "Праздник", en: "" },
  });
});
