// The tree of invited people, which the schema gives as a flat list of branches.

/** A branch of that list. */
export type Branch<Person extends { id: string }> = {
  level: number;
  parentId?: string | null | undefined;
  hidden: number;
  person: Person;
};

/** What is known of the people below somebody: those to show, and how many more there are. */
export type Below<Person extends { id: string }> = { branches: readonly Branch<Person>[]; hidden: number };

/**
 * The people below each person. Somebody whose people the list does not reach is missing: nothing can be unfolded there.
 */
export function below<Person extends { id: string }>(branches: readonly Branch<Person>[]): Map<string, Below<Person>> {
  const found = new Map<string, { branches: Branch<Person>[]; hidden: number }>();
  for (const branch of branches) {
    if (!branch.parentId) continue;
    const there = found.get(branch.parentId) ?? { branches: [], hidden: 0 };
    there.branches.push(branch);
    found.set(branch.parentId, there);
  }
  for (const branch of branches) {
    const there = found.get(branch.person.id);
    if (there) there.hidden = branch.hidden;
  }
  return found;
}
