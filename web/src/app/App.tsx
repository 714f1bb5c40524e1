import { MantineProvider } from "@mantine/core";
import { RouterProvider } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, useRef } from "react";
import { Provider } from "urql";
import { BusinessProvider } from "./business";
import { makeClient } from "./client";
import { useLanguage } from "./i18n";
import { nonce } from "./nonce";
import { Notices } from "./notices";
import { router } from "./router";
import { useSession } from "./session";
import { theme } from "./theme";

/** Everything that all pages stand in. */
export function App() {
  const language = useLanguage();
  const session = useSession();
  const who = session.state === "signedIn" ? (session.viewer.customer?.id ?? session.viewer.staff?.id) : "";
  // Another person or another language begins with an empty cache.
  // biome-ignore lint/correctness/useExhaustiveDependencies: who is a reason to begin anew
  const client = useMemo(() => makeClient(language), [language, who]);
  // Whose session has ended is asked to sign in, on the pages that need it.
  const before = useRef(session.state);
  useEffect(() => {
    if (before.current !== session.state) void router.invalidate();
    before.current = session.state;
  }, [session.state]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
      <Provider value={client}>
        <BusinessProvider>
          <Suspense>
            <RouterProvider router={router} />
          </Suspense>
          <Notices />
        </BusinessProvider>
      </Provider>
    </MantineProvider>
  );
}
