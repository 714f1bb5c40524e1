// A branch of invitations, from the flat list that the server gives.

type Row = { parentId?: string | null | undefined; person: { id: string } };

/** A person with those whom they invited. */
export type Twig<R extends Row> = { row: R; below: Twig<R>[] };

/** The rows as a tree: those without a parent stand at the top, each in the order in which the server gave them. */
export function grow<R extends Row>(rows: readonly R[]): Twig<R>[] {
  const twigs = new Map(rows.map((row) => [row.person.id, { row, below: [] } as Twig<R>]));
  const top: Twig<R>[] = [];
  for (const twig of twigs.values()) {
    const parent = twig.row.parentId ? twigs.get(twig.row.parentId) : undefined;
    (parent?.below ?? top).push(twig);
  }
  return top;
}
