import { useSyncExternalStore } from "react";
import type { SessionViewerFragment } from "./gql/graphql";

// Who is signed in. The refresh token lives in a cookie that no script can read; the access token lives in memory only, so a
// stolen page gives away fifteen minutes at most. Tabs share the session: one lock lets them refresh one after the other.

/** Who is signed in: a customer, a staff member, or both. */
export type Viewer = SessionViewerFragment;

/** The session as pages see it. `unknown` only until the first refresh has answered. */
export type Session = { state: "unknown" } | { state: "anonymous" } | { state: "signedIn"; viewer: Viewer };

type Grant = { accessToken: string; expiresAt: number; viewer: Viewer };

/** What a sign-in or a refresh answers. */
export type SignInAnswer = {
  accessToken?: string | null | undefined;
  accessTokenExpiresAt?: string | null | undefined;
  viewer?: Viewer | null | undefined;
};

const marker = "kabinet.session";
const listeners = new Set<() => void>();
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(marker) : undefined;

let session: Session = { state: "unknown" };
let grant: Grant | undefined;
let refreshing: Promise<boolean> | undefined;
let refreshRequest: (() => Promise<SignInAnswer | "offline">) | undefined;

function publish(next: Session) {
  session = next;
  for (const listener of listeners) listener();
}

function forget() {
  grant = undefined;
  localStorage.removeItem(marker);
  publish({ state: "anonymous" });
}

channel?.addEventListener("message", (message) => {
  if (message.data === "signed-out") forget();
  if (message.data === "signed-in" && session.state !== "signedIn") void refresh();
});

/** Takes over the tokens of a sign-in or a refresh; false when there were none. */
export function accept(answer: SignInAnswer): boolean {
  if (!answer.accessToken || !answer.viewer) return false;
  grant = {
    accessToken: answer.accessToken,
    expiresAt: Date.parse(answer.accessTokenExpiresAt ?? "") || Date.now() + 60_000,
    viewer: answer.viewer,
  };
  const first = session.state !== "signedIn";
  localStorage.setItem(marker, "1");
  publish({ state: "signedIn", viewer: answer.viewer });
  if (first) channel?.postMessage("signed-in");
  return true;
}

/** Gives a new access token for the cookie's refresh token; false when the person has to sign in again. */
export function refresh(): Promise<boolean> {
  refreshing ??= withLock(async () => {
    const answer = await refreshRequest?.();
    if (answer === "offline") return true;
    if (answer && accept(answer)) return true;
    forget();
    return false;
  }).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

function withLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request(`${marker}.refresh`, work) : work();
}

/** Starts the session of this tab: asks for an access token if this browser was signed in. */
export async function start(request: () => Promise<SignInAnswer | "offline">): Promise<void> {
  refreshRequest = request;
  if (localStorage.getItem(marker)) await refresh();
  if (session.state === "unknown") publish({ state: "anonymous" });
}

/** Forgets who was signed in, here and in the other tabs. The caller has ended the session at the server. */
export function signOut() {
  forget();
  channel?.postMessage("signed-out");
}

/** The access token, or undefined when nobody is signed in. */
export function accessToken(): string | undefined {
  return grant?.accessToken;
}

/** Whether the access token ends within half a minute, so that it should be refreshed before use. */
export function endsSoon(now = Date.now()): boolean {
  return grant !== undefined && grant.expiresAt - now < 30_000;
}

/** Changes what is known about the viewer, for example after the profile was edited. */
export function updateViewer(viewer: Viewer) {
  if (grant) grant = { ...grant, viewer };
  if (session.state === "signedIn") publish({ state: "signedIn", viewer });
}

/** The session, live. */
export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}

/** The viewer of a page that only signed-in people reach. */
export function useViewer(): Viewer {
  const current = useSession();
  return current.state === "signedIn" ? current.viewer : { customer: null, staff: null };
}

/** The session right now, for guards of routes. */
export function currentSession(): Session {
  return session;
}
