import {
  IconAdjustments,
  IconChartHistogram,
  IconFileImport,
  IconFileSearch,
  IconId,
  IconLayoutGrid,
  IconListCheck,
  IconReceipt,
  IconShare3,
  IconShieldCheck,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import { covers, type Role } from "./role";

/** The sections of the desk in their groups: where they are, and the least role that sees them. */
export const places = [
  { to: "/desk", label: "nav.orders", icon: IconReceipt, least: "OPERATOR", group: "work", phone: true },
  { to: "/desk/customers", label: "nav.customers", icon: IconUsers, least: "OPERATOR", group: "work", phone: true },
  {
    to: "/desk/moderation",
    label: "nav.moderation",
    icon: IconShieldCheck,
    least: "OPERATOR",
    group: "work",
    phone: true,
  },
  {
    to: "/desk/catalogue",
    label: "nav.catalogue",
    icon: IconLayoutGrid,
    least: "MANAGER",
    group: "business",
    phone: false,
  },
  { to: "/desk/clubs", label: "nav.clubs", icon: IconUsersGroup, least: "MANAGER", group: "business", phone: false },
  {
    to: "/desk/figures",
    label: "nav.figures",
    icon: IconChartHistogram,
    least: "MANAGER",
    group: "business",
    phone: false,
  },
  {
    to: "/desk/referrals",
    label: "nav.referrals",
    icon: IconShare3,
    least: "MANAGER",
    group: "business",
    phone: false,
  },
  { to: "/desk/rules", label: "nav.rules", icon: IconListCheck, least: "ADMIN", group: "admin", phone: false },
  { to: "/desk/staff", label: "nav.staff", icon: IconId, least: "ADMIN", group: "admin", phone: false },
  { to: "/desk/imports", label: "nav.imports", icon: IconFileImport, least: "ADMIN", group: "admin", phone: false },
  { to: "/desk/audit", label: "nav.audit", icon: IconFileSearch, least: "ADMIN", group: "admin", phone: false },
  { to: "/desk/settings", label: "nav.settings", icon: IconAdjustments, least: "ADMIN", group: "admin", phone: false },
] as const;

/** A section of the desk. */
export type Place = (typeof places)[number];

/** The section that an address belongs to: orders have theirs under the root of the desk. */
export function placeOf(pathname: string): Place | undefined {
  const inside = (place: Place) => pathname === place.to || pathname.startsWith(`${place.to}/`);
  return places.findLast(inside);
}

/** The sections that a role sees. */
export function placesFor(role: Role | undefined): readonly Place[] {
  return places.filter((place) => covers(role, place.least));
}
