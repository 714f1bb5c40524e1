import type { Client } from "@urql/core";
import { graphql } from "./gql";
import type { WebPushQuery } from "./gql/graphql";

// Pushes to this browser through Firebase. Its library is loaded when somebody switches them on, and never before.

export const WebPush = graphql(`
  query WebPush {
    business { webPush { apiKey projectId senderId appId vapidKey } }
  }
`);

const DeviceRegister = graphql(`
  mutation DeviceRegister($input: DeviceRegisterInput!) {
    deviceRegister(input: $input) {
      device { id platform name createdAt seenAt }
      userErrors { __typename code message field }
    }
  }
`);

const DeviceRemove = graphql(`
  mutation DeviceRemove($input: DeviceRemoveInput!) {
    deviceRemove(input: $input) {
      deviceId
      userErrors { __typename code message field }
    }
  }
`);

/** How pushes stand in this browser: `unsupported` by the browser or the business, `blocked` by the person in the browser's settings. */
export type PushState = "unsupported" | "blocked" | "off" | "on";

type Config = NonNullable<WebPushQuery["business"]["webPush"]>;

const remembered = "kabinet.push";

/** How pushes stand now. */
export function pushState(config: Config | null | undefined): PushState {
  if (!config || !("Notification" in globalThis) || !("serviceWorker" in navigator)) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  return Notification.permission === "granted" && localStorage.getItem(remembered) ? "on" : "off";
}

/** Asks the person, registers this browser at Firebase and at the business; throws when Firebase cannot be reached. */
export async function switchOn(client: Client, config: Config, name: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return "blocked";
  const [{ initializeApp }, { getMessaging, getToken }] = await Promise.all([
    import("@firebase/app"),
    import("@firebase/messaging"),
  ]);
  const { apiKey, projectId, senderId, appId, vapidKey } = config;
  const app = initializeApp({ apiKey, projectId, messagingSenderId: senderId, appId });
  const serviceWorkerRegistration = await navigator.serviceWorker.ready;
  const token = await getToken(getMessaging(app), { vapidKey, serviceWorkerRegistration });
  const { error } = await client.mutation(DeviceRegister, { input: { token, platform: "WEB", name } }).toPromise();
  if (error) throw error;
  localStorage.setItem(remembered, token);
  return "on";
}

/** Stops pushes to this browser. */
export async function switchOff(client: Client): Promise<PushState> {
  const token = localStorage.getItem(remembered);
  if (token) {
    const { error } = await client.mutation(DeviceRemove, { input: { token } }).toPromise();
    if (error) throw error;
    localStorage.removeItem(remembered);
  }
  return "off";
}
