/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

// The worker of the installed app. It keeps the files of this version and answers every page address with the shell; data always
// come from the server. A push shows its words and opens its link.

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };

self.skipWaiting();
cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("/index.html"), {
    denylist: [/^\/(graphql|graphiql|media|pictures|uploads|i|files|import|export|statement|healthz|readyz)(\/|$|\?)/],
  }),
);

type PushBody = {
  notification?: { title?: string; body?: string };
  data?: Record<string, string>;
  fcmOptions?: { link?: string };
};

self.addEventListener("push", (event) => {
  const body = event.data?.json() as PushBody | undefined;
  const title = body?.notification?.title;
  if (!title) return;
  const link = body.fcmOptions?.link ?? body.data?.link ?? "/";
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((windows) => {
      // Who looks at the cabinet has seen the notice on the page.
      if (windows.some((window) => window.focused)) return;
      return self.registration.showNotification(title, {
        body: body.notification?.body ?? "",
        icon: "/icons/icon-192.png",
        tag: link,
        data: { link },
      });
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = String((event.notification.data as { link?: string } | null)?.link ?? "/").replace(/^kabinet:\//, "");
  const address = new URL(link, self.location.origin);
  if (address.origin !== self.location.origin) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then(async (windows) => {
      const open = windows[0];
      if (!open) return self.clients.openWindow(address.href);
      await open.focus();
      return open.navigate(address.href);
    }),
  );
});
