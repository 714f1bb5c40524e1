import { ToolbarButton } from "@graphiql/react";
import { GraphiQL } from "graphiql";
import { useSyncExternalStore } from "react";

import type { Example } from "./config";
import { createFetcher } from "./fetcher";
import * as session from "./session";

const russian = navigator.language.startsWith("ru");

const words = russian
  ? {
      signedIn: "Вы вошли: «…» в Headers — это ваш токен",
      guest: "Вы ещё не вошли: начните с первой вкладки",
      signOut: "Забыть токен",
      examples: "Открыть примеры заново",
      examplesConfirm: "Закрыть все вкладки и открыть примеры заново?",
    }
  : {
      signedIn: "Signed in: “…” in Headers is your token",
      guest: "Not signed in yet: start with the first tab",
      signOut: "Forget the token",
      examples: "Open the examples again",
      examplesConfirm: "Close all tabs and open the examples again?",
    };

export function App({ endpoint, tabs }: { endpoint: string; tabs: Example[] }) {
  return (
    <GraphiQL
      fetcher={createFetcher(endpoint)}
      defaultHeaders={session.HEADERS_TEMPLATE}
      defaultTabs={tabs.map((tab) => ({ ...tab, headers: session.HEADERS_TEMPLATE }))}
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders={false}
    >
      <GraphiQL.Logo>
        <span className="kabinet-logo">Kabinet · GraphiQL</span>
      </GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, copy, merge }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <ToolbarButton label={words.examples} onClick={reopenExamples}>
              <ExamplesIcon />
            </ToolbarButton>
          </>
        )}
      </GraphiQL.Toolbar>
      <GraphiQL.Footer>
        <SessionLine />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}

function SessionLine() {
  const signedIn = useSyncExternalStore(session.subscribe, session.accessToken) !== null;
  return (
    <div className="kabinet-session" data-signed-in={signedIn}>
      <span>{signedIn ? words.signedIn : words.guest}</span>
      {signedIn && (
        <button type="button" onClick={session.forget}>
          {words.signOut}
        </button>
      )}
    </div>
  );
}

// GraphiQL keeps its open tabs in localStorage and reads them once, when it starts.
function reopenExamples() {
  if (!confirm(words.examplesConfirm)) {
    return;
  }
  for (const key of ["tabState", "query", "variables", "operationName"]) {
    localStorage.removeItem(`graphiql:${key}`);
  }
  location.reload();
}

function ExamplesIcon() {
  return (
    <svg className="graphiql-toolbar-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 5.5A2.5 2.5 0 0 1 6.5 3H20v15H6.5A2.5 2.5 0 0 0 4 20.5zM4 20.5A1.5 1.5 0 0 0 5.5 22H20v-4M8.5 8H16M8.5 12H13" />
    </svg>
  );
}
