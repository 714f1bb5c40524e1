import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { Home } from "~/customer/Home";
import { Shell } from "~/customer/Shell";
import { NotFound } from "~/ui/NotFound";
import { PageSkeleton } from "~/ui/PageSkeleton";
import { Crash } from "./Crash";
import { loadTexts } from "./i18n";
import { currentSession } from "./session";

// Every address of the app. The frame and the first screen of customers come at once; every other page is loaded when it is first
// visited, and customers never load the desk. Links in pushes are these addresses.

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
});

/** Sends those who have not signed in to do so, and back here afterwards. */
function signedIn({ location }: { location: { href: string } }) {
  if (currentSession().state === "anonymous") throw redirect({ to: "/sign-in", search: { next: location.href } });
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const customer = createRoute({
  getParentRoute: () => root,
  id: "customer",
  loader: () => loadTexts("customer"),
  component: Shell,
});

/** A page of the customer's side. */
function page<const Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) {
  return createRoute({
    getParentRoute: () => customer,
    path,
    component: lazyRouteComponent(load as never, name as never),
  });
}

/** A page of the customer's side for which one signs in. */
function ownPage<const Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) {
  return createRoute({
    getParentRoute: () => customer,
    path,
    beforeLoad: signedIn,
    loader: () => loadTexts("personal"),
    component: lazyRouteComponent(load as never, name as never),
  });
}

const home = createRoute({ getParentRoute: () => customer, path: "/", component: Home });
const catalogue = createRoute({
  getParentRoute: () => customer,
  path: "/catalogue",
  validateSearch: (
    search: Record<string, unknown>,
  ): { search?: string; category?: string; kind?: string; sort?: string } => ({
    ...(text(search.search) && { search: String(search.search) }),
    ...(text(search.category) && { category: String(search.category) }),
    ...(text(search.kind) && { kind: String(search.kind) }),
    ...(text(search.sort) && { sort: String(search.sort) }),
  }),
  component: lazyRouteComponent(() => import("~/customer/Catalogue"), "Catalogue"),
});
const product = page("/products/$slug", () => import("~/customer/Product"), "Product");
const basket = page("/basket", () => import("~/customer/Basket"), "Basket");
const orders = ownPage("/orders", () => import("~/customer/Orders"), "Orders");
const order = ownPage("/orders/$number", () => import("~/customer/Order"), "Order");
const wallet = ownPage("/wallet", () => import("~/customer/Wallet"), "Wallet");
/** Pushes about the family lead here; it lives beside the points. */
const family = createRoute({
  getParentRoute: () => customer,
  path: "/family",
  beforeLoad: () => {
    throw redirect({ to: "/wallet" });
  },
});
const referral = ownPage("/referral", () => import("~/customer/Friends"), "Friends");
const clubs = ownPage("/clubs", () => import("~/customer/Clubs"), "Clubs");
const club = ownPage("/clubs/$slug", () => import("~/customer/Club"), "Club");
const post = ownPage("/clubs/$slug/posts/$postId", () => import("~/customer/Post"), "PostPage");
const profile = ownPage("/profile", () => import("~/customer/Profile"), "Profile");

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string; invite?: string } => ({
    ...(text(search.next) && { next: String(search.next) }),
    ...(text(search.invite) && { invite: String(search.invite) }),
  }),
  component: lazyRouteComponent(() => import("~/app/SignIn"), "SignIn"),
});

const desk = createRoute({
  getParentRoute: () => root,
  path: "/desk",
  beforeLoad: signedIn,
  loader: () => loadTexts("desk"),
  component: lazyRouteComponent(() => import("~/desk/Shell"), "Shell"),
});

/** A page of the desk. */
function deskPage<const Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) {
  return createRoute({ getParentRoute: () => desk, path, component: lazyRouteComponent(load as never, name as never) });
}

const board = createRoute({
  getParentRoute: () => desk,
  path: "/",
  validateSearch: (
    search: Record<string, unknown>,
  ): { view?: "list"; status?: string; from?: string; to?: string; sort?: string } => ({
    ...(search.view === "list" && { view: search.view }),
    ...(text(search.status) && { status: String(search.status) }),
    ...(text(search.from) && { from: String(search.from) }),
    ...(text(search.to) && { to: String(search.to) }),
    ...(text(search.sort) && { sort: String(search.sort) }),
  }),
  component: lazyRouteComponent(() => import("~/desk/Board"), "Board"),
});
const customers = createRoute({
  getParentRoute: () => desk,
  path: "/customers",
  validateSearch: (search: Record<string, unknown>): { search?: string; sort?: string } => ({
    ...(text(search.search) && { search: String(search.search) }),
    ...(text(search.sort) && { sort: String(search.sort) }),
  }),
  component: lazyRouteComponent(() => import("~/desk/Customers"), "Customers"),
});

const deskRoutes = [
  board,
  customers,
  deskPage("/orders/$number", () => import("~/desk/Order"), "Order"),
  deskPage("/customers/$id", () => import("~/desk/Customer"), "Customer"),
  deskPage("/catalogue", () => import("~/desk/Catalogue"), "Catalogue"),
  deskPage("/catalogue/$slug", () => import("~/desk/Product"), "Product"),
  deskPage("/clubs", () => import("~/desk/Clubs"), "Clubs"),
  deskPage("/clubs/$slug", () => import("~/desk/Club"), "Club"),
  deskPage("/moderation", () => import("~/desk/Moderation"), "Moderation"),
  deskPage("/rules", () => import("~/desk/Rules"), "Rules"),
  deskPage("/referrals", () => import("~/desk/Referrals"), "Referrals"),
  deskPage("/figures", () => import("~/desk/Figures"), "Figures"),
  deskPage("/staff", () => import("~/desk/Staff"), "Staff"),
  deskPage("/audit", () => import("~/desk/Audit"), "Audit"),
  deskPage("/imports", () => import("~/desk/Imports"), "Imports"),
  deskPage("/settings", () => import("~/desk/Settings"), "Settings"),
] as const;

const tree = root.addChildren([
  customer.addChildren([
    home,
    catalogue,
    product,
    basket,
    orders,
    order,
    wallet,
    family,
    referral,
    clubs,
    club,
    post,
    profile,
  ]),
  signIn,
  desk.addChildren(deskRoutes),
]);

/** The router of the app. */
export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  defaultErrorComponent: Crash,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
