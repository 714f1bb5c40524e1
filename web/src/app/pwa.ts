// The cabinet as an installed app: a worker keeps its files, so that it opens without a network.

/** Registers the worker once the page has drawn itself; in development there is none. */
export function registerWorker() {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  addEventListener("load", () => void navigator.serviceWorker.register("/sw.js").catch(() => undefined));
  if (document.readyState === "complete") void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
}
