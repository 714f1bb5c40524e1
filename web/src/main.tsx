import "@mantine/core/styles.css";
import "./app/global.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { requestRefresh } from "./app/client";
import { followProfile, startTexts } from "./app/i18n";
import { shareNonce } from "./app/nonce";
import { registerWorker } from "./app/pwa";
import { router } from "./app/router";
import { currentSession, start } from "./app/session";

const place = document.getElementById("root");
if (!place) throw new Error("index.html has no #root");

shareNonce();
// The code of the page is on its way while the session is asked for.
for (const route of router.getMatchedRoutes(location.pathname)[0]) void router.loadRouteChunk(route);
await Promise.all([startTexts(), start(requestRefresh)]);
const session = currentSession();
if (session.state === "signedIn") await followProfile((session.viewer.customer ?? session.viewer.staff)?.locale);
createRoot(place).render(<App />);
registerWorker();
