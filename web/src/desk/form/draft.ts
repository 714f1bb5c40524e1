// What a person edits, and what somebody else may have changed meanwhile.

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** The fields of `after` that differ from `before`. */
export function changes<D extends object>(before: D, after: D): Partial<D> {
  const keys = Object.keys(after) as (keyof D)[];
  return Object.fromEntries(
    keys.filter((key) => !same(before[key], after[key])).map((key) => [key, after[key]]),
  ) as Partial<D>;
}

/** The newer state with one's own edits of the older one kept, and the fields that both changed differently: one's own stay there. */
export function merge<D extends object>(older: D, mine: D, newer: D): { draft: D; collided: (keyof D)[] } {
  const own = changes(older, mine);
  const theirs = changes(older, newer);
  const collided = (Object.keys(own) as (keyof D)[]).filter((key) => key in theirs && !same(mine[key], newer[key]));
  return { draft: { ...newer, ...own }, collided };
}
