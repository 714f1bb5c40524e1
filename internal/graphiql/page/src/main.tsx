import "graphiql/style.css";
import "./page.css";

import { createRoot } from "react-dom/client";

import { App } from "./app";
import { readConfig, withFreshKeys } from "./config";

const { endpoint, examples } = readConfig();
const tabs = examples.map(withFreshKeys);

// GraphiQL fills the variables editor of the first tab from its storage, whatever that tab says.
if (localStorage.getItem("graphiql:tabState") === null && tabs.length > 0) {
  localStorage.setItem("graphiql:variables", tabs[0].variables);
}

createRoot(document.getElementById("root")!).render(<App endpoint={endpoint} tabs={tabs} />);
