// What the server writes into the page: a JSON block, because the Content-Security-Policy allows no inline script.

export interface Example {
  query: string;
  variables: string;
}

export interface Config {
  endpoint: string;
  examples: Example[];
}

export function readConfig(): Config {
  const block = document.getElementById("config");
  if (!block?.textContent) {
    throw new Error("the page was served without its config block");
  }
  return JSON.parse(block.textContent) as Config;
}

const FRESH_KEY = "00000000-0000-0000-0000-000000000000";

// An example's idempotency key is a placeholder: two people trying the same page must not share one.
export function withFreshKeys(example: Example): Example {
  return { ...example, variables: example.variables.replaceAll(FRESH_KEY, () => randomUUID()) };
}

// crypto.randomUUID exists only in secure contexts, and a phone opens the page over plain HTTP in the local network.
function randomUUID(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
