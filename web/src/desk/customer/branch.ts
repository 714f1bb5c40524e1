// A referral tree as it comes, a flat list, made into branches.

/** A person of the flat list: `parentId` is null on the first level. */
export type Twig = { parentId?: string | null; person: { id: string } };

/** A person with everyone below. */
export type Branch<T extends Twig> = { twig: T; below: Branch<T>[] };

/** Puts everyone below who invited them; whoever's inviter is not in the list stands at the top. */
export function branches<T extends Twig>(twigs: readonly T[]): Branch<T>[] {
  const byId = new Map(twigs.map((twig): [string, Branch<T>] => [twig.person.id, { twig, below: [] }]));
  const top: Branch<T>[] = [];
  for (const branch of byId.values()) {
    const parent = branch.twig.parentId ? byId.get(branch.twig.parentId) : undefined;
    (parent?.below ?? top).push(branch);
  }
  return top;
}
