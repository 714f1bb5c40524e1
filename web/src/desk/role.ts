import { useViewer, type Viewer } from "~/app/session";

// What the person at the desk may do. The server decides; the desk only leaves out what it would refuse.

/** A role of the staff. */
export type Role = NonNullable<Viewer["staff"]>["role"];

const ladder: readonly Role[] = ["OPERATOR", "MANAGER", "ADMIN"];

/** Whether a role may do what the least role may; nobody's role may do nothing. */
export function covers(role: Role | undefined, least: Role): boolean {
  return role !== undefined && ladder.indexOf(role) >= ladder.indexOf(least);
}

/** The role of the person at the desk; undefined for somebody who is no staff. */
export function useRole(): Role | undefined {
  return useViewer().staff?.role;
}

/** Whether the person at the desk has at least this role. */
export function useAtLeast(least: Role): boolean {
  return covers(useRole(), least);
}
